//! The widest gap that any schedule can cause.

use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};
use crate::policy::Pair;

/// The widest gap that retention can leave behind a survivor in the frame of `pair`, in ticks.
///
/// It holds for one policy all the time, full backups at whole seconds with no two alike, a clock that never jumps, and starts
/// at most `longest` apart, however seldom retention runs. The gap is the one to the next survivor, of whatever frame.
///
/// It is S plus, for each distinct frame up to this one whose interval is above zero, the interval less a second.
/// None can be wider, and for many policies this gap is reached: see the proof in the source, and the tests.
///
/// ```
/// use duplicati_retention::{Release, dotnet::TimeSpan, forecast::gap_bound, policy::Policy};
/// let policy = Policy::parse("1W:1D,4W:1W", Release::V2_3_0)?;
/// let daily = TimeSpan::from_seconds(86_400)?;
/// assert_eq!(gap_bound(policy.pairs(), 0, daily).to_string(), "1D 23:59:59");
/// assert_eq!(gap_bound(policy.pairs(), 1, daily).to_string(), "8D 23:59:58");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
//
// The proof. Number the distinct frames 1, 2, … from the shortest (of equal ones only the first counts), let frame k have the
// interval Iₖ, and S be the longest distance between two starts. Call Bₖ = S + I₁ + … + Iₖ.
//
// Claim: after every run, a survivor d in frame k and the next survivor b after it are less than Bₖ apart, or at most S; and
// so are d, if it is the newest of all, and the next backup that is made: at most S = B₀.
//
// By induction over the runs. Nothing was thinned before the first one, and neighbours then are at most S apart. Take a run
// after which d, in frame k, and b are neighbours. Between two runs time only passes: a backup's frame number never
// falls, and an older backup never has a smaller one.
//
// 1. Nothing between d and b was deleted in this run. Then they were neighbours before it: after the last run, where d lay
//    in a frame up to k (the claim holds, and Bᵢ ≤ Bₖ for i ≤ k) or was the newest, or was not yet made: at most S.
// 2. Otherwise all that was deleted between them lay in frame k. It was no older than d, so in no longer frame; and a shorter
//    frame with anything in it keeps its oldest, which would stand between d and b. Let e be the youngest of it. Its
//    `last` was d, so e − d < Iₖ.
//    e did not lie in frame k at the last run as a member of the loop's list: d is older and lies in frame k now, so it would have
//    lain there too, both survived, and two full survivors of one frame are at least Iₖ apart.
//    So at the last run e lay in a shorter frame, or was the newest, or was not yet made. Before this run b was its
//    neighbour, and by the claim b − e < Bₖ₋₁, or at most S. Together b − d < Bₖ₋₁ + Iₖ = Bₖ.
//
// All times are whole seconds, so e − d < Iₖ is e − d ≤ Iₖ − 1 s where Iₖ is a whole number of seconds; a step of kind 2
// is taken at most once for each frame, which gives the sum here. An interval of zero deletes nothing and adds nothing.
pub fn gap_bound(pairs: &[Pair], pair: usize, longest: TimeSpan) -> TimeSpan {
    let counts = |&(index, other): &(usize, &Pair)| {
        let first = pairs.iter().position(|earlier| earlier.frame() == other.frame()) == Some(index);
        first && other.frame() <= pairs[pair].frame() && !other.keeps_all()
    };
    // A distance below a broken second may be the whole seconds of it.
    let most = |interval: TimeSpan| (interval.ticks() - 1) / TICKS_PER_SECOND * TICKS_PER_SECOND;
    let intervals = pairs.iter().enumerate().filter(counts).map(|(_, other)| most(other.interval()));
    TimeSpan::from_ticks(intervals.fold(longest.ticks(), i64::saturating_add))
}
