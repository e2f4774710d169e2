//! The widest gap that any schedule can cause.

use super::cadence::Cadence;
use super::compose::Condition;
use super::schedule::{Schedule, Start};
use crate::clock::{LocalDateTime, Utc, Zone};
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};
use crate::history::History;
use crate::policy::{Pair, PairIndex};

/// The widest gap from a survivor in the frame of `pair` to the next survivor, in whatever frame.
///
/// It applies to one policy with no other option that deletes, to backups at whole seconds, full or
/// partial, of which none is locked, and to starts at most `longest` apart. The clock must not go
/// back from one run to a later one, nor from one start to a later one, all in local time (see
/// [`longest_distance`]). It does not matter how seldom retention runs.
///
/// With locks there is no bound of this kind: a version that a lock kept once is deleted later,
/// when nothing is left beside it.
///
/// The bound is `longest` plus, for each distinct frame up to this one whose interval is above
/// zero, the interval minus a second. No gap can be wider, and many policies reach it: see the
/// proof in the source, and the tests.
//
// The proof. Number the distinct frames 1, 2, … from the shortest (of equal ones only the first
// counts), let frame k have the interval Iₖ, and S be the longest distance between two starts. Call
// Bₖ = S + I₁ + … + Iₖ.
//
// Claim: after every run, a survivor d in frame k and the next survivor b after it are less than Bₖ
// apart, or at most S. If d is the newest of all, d and the next backup are at most S = B₀ apart.
//
// By induction over the runs. Nothing was thinned before the first one, and neighbours then are at
// most S apart. Take a run after which d, in frame k, and b are neighbours. From run to run time
// only passes, and from start to start too: a backup's frame number never falls, an older backup
// never has a smaller one, and nothing comes between two neighbours.
//
// 1. Nothing between d and b was deleted in this run. Then they were neighbours before it: after
//    the last run, where d lay in a frame up to k (the claim holds, and Bᵢ ≤ Bₖ for i ≤ k) or was
//    the newest, or was not yet made: at most S.
// 2. Otherwise let e be the youngest that was deleted between them. It is no older than d, so it
//    lies in a frame, and in no longer one than k. It is full, as no partial backup in a frame
//    is deleted, and its `last` was a full survivor f of its frame, nearer than the interval.
//    None that survived stands between d and e, so f is d or older; and what lies between two
//    backups of one frame is in it, so that frame is k, and e − d ≤ e − f < Iₖ, whether d is
//    full or partial. e did not lie in frame k at the last run as a member of the loop's list: f
//    is older and lies in frame k now, so it would have lain there too, both survived, and two
//    full survivors of one frame are at least Iₖ apart. So at the last run e lay in a shorter
//    frame, or was the newest, or was not yet made. Before this run b was its neighbour, and by
//    the claim b − e < Bₖ₋₁, or at most S. Together b − d < Bₖ₋₁ + Iₖ = Bₖ.
//
// All times are whole seconds, so e − f < Iₖ is e − f ≤ Iₖ − 1 s where Iₖ is a whole number of
// seconds; a step of kind 2 is taken at most once for each frame, which gives the sum here. An
// interval of zero deletes nothing and adds nothing.
//
// A clock that is set back breaks "a frame number never falls": a backup that was kept as the
// oldest of frame k + 1 comes back to frame k, too near to another full one. It does no harm if no
// run sees it, which is why only the runs' times count.
pub fn gap_bound(pairs: &[Pair], pair: PairIndex, longest: TimeSpan) -> TimeSpan {
    let counts = |&(index, other): &(usize, &Pair)| {
        let first =
            pairs.iter().position(|earlier| earlier.frame() == other.frame()) == Some(index);
        first && other.frame() <= pairs[pair.get()].frame() && !other.keeps_all()
    };
    let intervals =
        pairs.iter().enumerate().filter(counts).map(|(_, other)| most_below(other.interval()));
    TimeSpan::from_ticks(intervals.fold(longest.ticks(), i64::saturating_add))
}

/// The widest gaps that are possible in each frame, and when none is wider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GapBounds {
    /// The bounds, by pair.
    pub gaps: Vec<TimeSpan>,
    /// The longest distance of two backups.
    pub apart: TimeSpan,
    /// The condition under which they hold.
    pub condition: Condition,
}

impl GapBounds {
    /// The widest gap in all frames, and after the newest version.
    pub fn widest(&self) -> TimeSpan {
        self.gaps.iter().copied().fold(self.apart, TimeSpan::max)
    }

    /// The better of two bounds, for a policy that begins without versions: that of any schedule
    /// whose starts are at most `longest` apart, and that of this schedule, if it is regular.
    ///
    /// `None` if there is neither: the clock goes back from one start to a later one.
    pub fn of(
        pairs: &[Pair],
        longest: Option<TimeSpan>,
        schedule: Option<(&Schedule, Zone, Utc, Utc)>,
    ) -> Option<GapBounds> {
        let any = longest.map(|longest| GapBounds {
            gaps: bounds(pairs, longest.ticks(), None),
            apart: longest,
            condition: Condition::Apart(longest),
        });
        let cadence = schedule
            .map(|(schedule, zone, from, until)| Cadence::of(schedule, zone, from, until, 0));
        let regular = cadence.filter(|cadence| cadence.is_regular).map(|cadence| GapBounds {
            gaps: bounds(pairs, cadence.every + cadence.deviation, Some(&cadence)),
            apart: TimeSpan::from_ticks(cadence.every + cadence.deviation),
            condition: Condition::Punctual(TimeSpan::from_ticks(cadence.deviation)),
        });
        match (any, regular) {
            (Some(any), Some(regular)) => {
                let is_better = any.gaps.iter().zip(&regular.gaps).any(|(any, other)| other < any);
                Some(if is_better { regular } else { any })
            }
            (any, regular) => any.or(regular),
        }
    }
}

/// The bound of each pair, by the proof above; where the conditions of the proof in `compose.rs`
/// hold, by that one.
//
// Both take the bound of the frame before, so they go together: a frame that is not regular adds
// its interval to the bound of the regular one before it, and the frames after it add theirs.
fn bounds(pairs: &[Pair], apart: i64, cadence: Option<&Cadence>) -> Vec<TimeSpan> {
    let mut order: Vec<usize> = (0..pairs.len()).collect();
    order.sort_by_key(|&index| pairs[index].frame());
    let mut gaps = vec![TimeSpan::ZERO; pairs.len()];
    // Of the frame before: its bound, its end, and the steps from one survivor to the next.
    let (mut gap, mut end, mut steps) = (apart, 0_i64, Some(1));
    for (place, &index) in order.iter().enumerate() {
        let (pair, frame) = (pairs[index], pairs[index].frame().ticks());
        // Of equal frames only the first counts.
        if place == 0 || frame != pairs[order[place - 1]].frame().ticks() {
            let regular = cadence.and_then(|cadence| {
                let steps = cadence.steps(steps?, pair.interval().ticks())?;
                let gap = steps.checked_mul(cadence.every)?.checked_add(cadence.deviation)?;
                let least = end.checked_add(gap)?.checked_add(cadence.deviation)?;
                (frame >= least).then_some((steps, gap))
            });
            let any = gap.saturating_add(most_below(pair.interval()));
            gap = regular.map_or(any, |(_, gap)| gap.min(any));
            (steps, end) = (regular.map(|(steps, _)| steps), frame);
        }
        gaps[index] = TimeSpan::from_ticks(gap);
    }
    gaps
}

impl Cadence {
    /// How many steps the survivors of a frame with this interval are apart, if those that come
    /// into it are this many apart; `None` if that cannot be told.
    fn steps(&self, before: i64, interval: i64) -> Option<i64> {
        let least = interval.checked_add(self.deviation)?.checked_add(self.every - 1)? / self.every;
        let steps = least.max(before);
        let nearer = (steps - before).checked_mul(self.every)?.checked_add(self.deviation)?;
        (steps % before == 0 && (steps == before || nearer < interval)).then_some(steps)
    }
}

/// The most whole seconds that are below an interval; nothing for one that keeps all.
fn most_below(interval: TimeSpan) -> i64 {
    ((interval.ticks() - 1) / TICKS_PER_SECOND * TICKS_PER_SECOND).max(0)
}

/// The longest distance in local time between two neighbours among a history and the starts that
/// follow, for [`gap_bound`].
///
/// `None` if a start is, in local time, before an earlier one or before a version of the history.
/// The bound does not apply then: the clock was set back between two backups, or the history
/// reaches into the future.
pub fn longest_distance(history: &History, starts: &[Start]) -> Option<TimeSpan> {
    let mut local_times: Vec<LocalDateTime> =
        history.versions().map(|version| history.local_time(version)).collect();
    local_times.sort_unstable();
    local_times.extend(starts.iter().map(|start| history.zone().to_local(start.time)));
    let distances = || local_times.windows(2).map(|two| two[1].since(two[0]));
    let forward = distances().all(|distance| distance >= TimeSpan::ZERO);
    forward.then(|| distances().max().unwrap_or(TimeSpan::ZERO))
}
