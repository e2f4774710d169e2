//! What you can restore, frame by frame, once the policy has thinned for long enough.

use std::collections::VecDeque;

use super::Start;
use super::histogram::{Histogram, Summary};
use super::recoverability::{Age, Moments, Recoverability};
use crate::clock::{LocalDateTime, Utc};
use crate::dotnet::{TICKS_PER_DAY, TimeSpan};
use crate::policy::{Pair, PairIndex};
use crate::retention::Options;
use crate::retention::incremental::{Simulation, Version};

/// At most this many runs, evenly distributed, are samples. Medians come from them.
const MAX_SAMPLES: usize = 2_000;
/// A sample of a frame with more versions than this takes this many gaps, evenly distributed.
const MAX_GAPS: usize = 64;
/// The ages, in days, to look back to if you ask for no others.
const AGES_IN_DAYS: [i64; 8] = [1, 3, 7, 14, 30, 90, 365, 1095];

/// What a forecast delivered, over its runs in the steady state.
#[derive(Clone, Debug)]
pub struct Delivered {
    starts: Vec<Utc>,
    /// How many of them were at or before the latest run.
    started: usize,
    steady_from: Utc,
    is_steady: bool,
    /// One of this many runs is a sample.
    stride: usize,
    runs: usize,
    /// Without a policy one, as in the simulation.
    frames: Vec<Frame>,
    has_policy: bool,
    only_frames: bool,
    total: Histogram<usize>,
    oldest: Histogram<TimeSpan>,
    oldest_before_next: Histogram<TimeSpan>,
    ages: Vec<Age>,
    within: Vec<TimeSpan>,
    /// A file that was deleted at an age, and how long it had existed.
    file: Option<(Age, TimeSpan)>,
    /// Whether to report an age even if nothing is known about it.
    every_age: bool,
    /// The oldest version after the first run.
    since: Option<LocalDateTime>,
}

/// What one frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameDelivered {
    /// The pair.
    pub pair: PairIndex,
    /// How many versions are in the frame, without the newest of all.
    pub versions: Summary<usize>,
    /// The time from a version in the frame to the next younger one; `None` if the frame was always
    /// empty.
    pub gap: Option<Summary<TimeSpan>>,
}

#[derive(Clone, Debug)]
struct Frame {
    index: PairIndex,
    pair: Pair,
    versions: Histogram<usize>,
    gaps: Histogram<TimeSpan>,
}

impl Delivered {
    /// An empty record for a forecast with these starts.
    ///
    /// The steady state begins when the longest limited time frame is full, the span of keep-time
    /// is over, and the number of keep-versions is reached. A forecast that is too short for that
    /// counts its last tenth.
    pub fn new(options: &Options, starts: &[Start]) -> Delivered {
        let frame = |(index, pair): (PairIndex, Pair)| Frame {
            index,
            pair,
            versions: Histogram::default(),
            gaps: Histogram::default(),
        };
        let keep_all = (PairIndex::new(0), Pair::KEEP_ALL);
        let has_policy = !options.policy.pairs().is_empty();
        let unframed = (!has_policy).then_some(keep_all);
        let mut frames: Vec<Frame> = options.policy.iter().chain(unframed).map(frame).collect();
        frames.sort_by_key(|frame| frame.pair.frame());
        let full = full_from(options, starts);
        let last_tenth = starts.get(starts.len() / 10 * 9).map_or(Utc::MIN, |start| start.time);
        let delivered = Delivered {
            starts: starts.iter().map(|start| start.time).collect(),
            started: 0,
            steady_from: full.map_or(last_tenth, |full| full.min(last_tenth)),
            is_steady: full.is_some_and(|full| full <= last_tenth),
            stride: starts.len().div_ceil(MAX_SAMPLES).max(1),
            runs: 0,
            frames,
            has_policy,
            only_frames: false,
            total: Histogram::default(),
            oldest: Histogram::default(),
            oldest_before_next: Histogram::default(),
            ages: vec![],
            within: vec![],
            file: None,
            every_age: false,
            since: None,
        };
        delivered.with_ages(&[], &[])
    }

    /// Looks back to these ages instead of the default ones, unless there are none, and tells for
    /// each of these spans how often a version is at most that long before.
    pub fn with_ages(mut self, ages: &[TimeSpan], within: &[TimeSpan]) -> Delivered {
        let default = AGES_IN_DAYS.map(|days| TimeSpan::from_ticks(days * TICKS_PER_DAY));
        self.every_age = !ages.is_empty();
        let ages = if self.every_age { ages } else { &default };
        self.ages = ages.iter().map(|&age| Age::new(age, within.len())).collect();
        self.within = within.to_vec();
        self
    }

    /// Records only what the frames hold, if so: for a trial that asks for nothing else.
    pub(super) fn only_frames(self, only_frames: bool) -> Delivered {
        Delivered { only_frames, ..self }
    }

    /// Also tells how often a file is in a version that was deleted this long ago, and had existed
    /// this long.
    pub fn with_file(self, file: Option<(TimeSpan, TimeSpan)>) -> Delivered {
        Delivered { file: file.map(|(age, length)| (Age::new(age, 1), length)), ..self }
    }

    /// Counts no run before this time.
    pub(super) fn counting_from(self, time: Utc) -> Delivered {
        Delivered { steady_from: time, ..self }
    }

    /// Records the versions after a run at this time. Every run after the first that is shown must
    /// be shown.
    pub fn observe(&mut self, simulation: &Simulation, now: Utc) {
        let first = || simulation.versions().next().map(|version| version.local_time);
        self.since = self.since.or_else(first);
        if now < self.steady_from {
            return;
        }
        let is_sample = self.runs % self.stride == 0;
        let is_first = self.runs == 0;
        self.runs += 1;
        let Some(newest) = simulation.newest() else { return };
        let (mut younger, mut oldest) = (newest.local_time, newest.local_time);
        let mut versions = 1;
        for (mine, frame) in self.frames.iter_mut().zip(simulation.frames()) {
            versions += frame.versions.len();
            mine.versions.add(frame.versions.len());
            // What did not change since the run before was counted then.
            let changed = if is_first { frame.versions.len() } else { frame.came + 1 };
            for version in frame.versions.iter().rev().take(changed) {
                mine.gaps.widen(younger.since(version.local_time));
                younger = version.local_time;
            }
            if is_sample {
                sample(&frame.versions, oldest, self.runs).for_each(|gap| mine.gaps.add(gap));
            }
            oldest = frame.versions.front().map_or(oldest, |version| version.local_time);
            younger = oldest;
        }
        if self.only_frames {
            return;
        }
        self.total.add(versions);
        let zone = simulation.zone();
        let from = zone.to_local(now);
        self.oldest.add(from.since(oldest));
        self.started +=
            self.starts[self.started..].iter().take_while(|&&start| start <= now).count();
        let next = self.starts.get(self.started).copied().unwrap_or(now);
        let until = zone.to_local(next);
        if next > now {
            self.oldest_before_next.add(until.since(oldest));
        }
        // Multiples of the golden ratio are evenly distributed, whatever the cadence of the
        // schedule.
        let part = (self.runs as f64 * 0.618_033_988_749_894_9).fract();
        let sample = TimeSpan::from_ticks((next.since(now).ticks() as f64 * part) as i64);
        let moments = Moments {
            from,
            until,
            sample: is_sample.then(|| zone.to_local(now.saturating_add(sample))),
            since: self.since.unwrap_or(from),
        };
        for age in &mut self.ages {
            age.look_back(simulation, &moments, &self.within);
        }
        if let Some((age, length)) = &mut self.file {
            age.look_back(simulation, &moments, &[*length]);
        }
    }

    /// Adds the record of another forecast of the same policy.
    pub fn merge(&mut self, other: Delivered) {
        self.runs += other.runs;
        self.steady_from = self.steady_from.max(other.steady_from);
        self.is_steady &= other.is_steady;
        for (mine, other) in self.frames.iter_mut().zip(other.frames) {
            mine.versions.merge(other.versions);
            mine.gaps.merge(other.gaps);
        }
        self.total.merge(other.total);
        self.oldest.merge(other.oldest);
        self.oldest_before_next.merge(other.oldest_before_next);
        self.ages.iter_mut().zip(other.ages).for_each(|(mine, other)| mine.merge(other));
        if let (Some((mine, _)), Some((other, _))) = (&mut self.file, other.file) {
            mine.merge(other);
        }
    }

    /// How many runs were recorded in the steady state.
    pub fn runs(&self) -> usize {
        self.runs
    }

    /// When the steady state begins; `None` if the forecast is too short for one.
    pub fn steady_from(&self) -> Option<Utc> {
        self.is_steady.then_some(self.steady_from)
    }

    /// The first run that counts, whether the state is steady or not.
    pub(super) fn counts_from(&self) -> Utc {
        self.steady_from
    }

    /// What each frame holds, the shortest frame first.
    pub fn frames(&self) -> Vec<FrameDelivered> {
        let frame = |frame: &Frame| {
            Some(FrameDelivered {
                pair: frame.index,
                versions: frame.versions.summary()?,
                gap: frame.gaps.summary(),
            })
        };
        self.frames.iter().filter(|_| self.has_policy).filter_map(frame).collect()
    }

    /// How many versions there are in total; `None` without a run.
    pub fn versions(&self) -> Option<Summary<usize>> {
        self.total.summary()
    }

    /// The time from a version to the next younger one, over all of them; `None` if there never
    /// were two.
    pub fn gaps(&self) -> Option<Summary<TimeSpan>> {
        let mut all = Histogram::default();
        self.frames.iter().for_each(|frame| all.merge(frame.gaps.clone()));
        all.summary()
    }

    /// How old the oldest version is after a run; `None` if there never was one.
    pub fn oldest(&self) -> Option<Summary<TimeSpan>> {
        self.oldest.summary()
    }

    /// How old the oldest version is right before the next run; `None` without a next one.
    pub fn oldest_before_next(&self) -> Option<Summary<TimeSpan>> {
        self.oldest_before_next.summary()
    }

    /// How often a version has the file of [`with_file`](Delivered::with_file), as the only chance;
    /// `None` if there is no such file.
    pub fn file(&self) -> Option<Recoverability> {
        self.file.as_ref().map(|(age, _)| age.recoverability())
    }

    /// How long before each age a version was. Of the default ages only those that the backups go
    /// back to, and of those that are out of reach only the first.
    pub fn recoverability(&self) -> Vec<Recoverability> {
        let mut is_beyond = false;
        let is_told = |found: &Recoverability| {
            let is_out_of_reach = found.reached == Some(0.0);
            let is_first = !std::mem::replace(&mut is_beyond, is_out_of_reach);
            self.every_age || found.reached.is_some() && (is_first || !is_out_of_reach)
        };
        self.ages.iter().map(Age::recoverability).filter(is_told).collect()
    }
}

/// Gaps for the median; `after` is the time of the next version after the youngest. Which ones they
/// are changes from one number to the next.
fn sample(
    versions: &VecDeque<Version>,
    after: LocalDateTime,
    number: usize,
) -> impl Iterator<Item = TimeSpan> + '_ {
    let step = versions.len() / MAX_GAPS + 1;
    (number % step..versions.len()).step_by(step).map(move |place| {
        let younger = versions.get(place + 1).map_or(after, |version| version.local_time);
        younger.since(versions[place].local_time)
    })
}

/// From when on a forecast that begins without versions has all that these options ever keep;
/// `None` if it never comes that far.
fn full_from(options: &Options, starts: &[Start]) -> Option<Utc> {
    let Some(first) = starts.first().map(|start| start.time) else { return Some(Utc::MIN) };
    let limited = options.policy.pairs().iter().filter(|pair| !pair.is_unlimited());
    let longest = limited.map(|pair| pair.frame()).max().unwrap_or(TimeSpan::ZERO);
    let mut full = first.saturating_add(longest);
    if let Some(keep_time) = &options.keep_time {
        // The zone does not matter for how long it is.
        let is_over = |start: &&Start| {
            let bound = keep_time.bound(start.time.specify_kind());
            bound.is_ok_and(|bound| bound >= first.specify_kind())
        };
        full = full.max(starts.iter().find(is_over)?.time);
    }
    let before_last = usize::try_from(options.keep_versions).ok().and_then(|n| n.checked_sub(1));
    if let Some(before_last) = before_last {
        full = full.max(starts.iter().filter(|start| !start.partial).nth(before_last)?.time);
    }
    Some(full)
}
