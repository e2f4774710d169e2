//! What you can restore, frame by frame, once the policy has thinned for long enough.

use std::collections::VecDeque;

use super::histogram::{Histogram, Summary};
use super::schedule::Start;
use crate::clock::{LocalDateTime, Utc};
use crate::dotnet::{TICKS_PER_DAY, TimeSpan};
use crate::policy::{Pair, PairIndex, Policy};
use crate::retention::incremental::{Simulation, Version};

/// At most this many runs, evenly distributed, are samples. Medians, and how close a version was to
/// an age, come from them.
const MAX_SAMPLES: usize = 2_000;
/// A sample of a frame with more versions than this takes this many gaps, evenly distributed.
const MAX_GAPS: usize = 500;
/// The ages, in days, to look back to if you ask for no others.
const AGES_IN_DAYS: [i64; 8] = [1, 3, 7, 14, 30, 90, 365, 1095];

/// What a forecast delivered, over its runs in the steady state.
#[derive(Clone, Debug)]
pub struct Delivered {
    starts: Vec<Utc>,
    steady_from: Utc,
    is_steady: bool,
    /// One of this many runs is a sample.
    stride: usize,
    runs: usize,
    /// The simulation's count of runs at the last observation.
    seen: Option<usize>,
    frames: Vec<Frame>,
    total: Histogram<usize>,
    oldest: Histogram<TimeSpan>,
    ages: Vec<Age>,
    within: Vec<TimeSpan>,
    /// Whether to report an age even if no version ever reached it.
    every_age: bool,
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

/// How far from an age the nearest version was, at moments evenly distributed between one run and
/// the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Recoverability {
    /// The age to go back to.
    pub age: TimeSpan,
    /// A version was at most this far away at half of the moments, at 95 % of them, and always.
    pub within: [TimeSpan; 3],
    /// For each requested span, the share of the moments, from 0 to 1, at which a version was at
    /// most that far away.
    pub chances: Vec<f64>,
}

#[derive(Clone, Debug)]
struct Frame {
    index: PairIndex,
    pair: Pair,
    versions: Histogram<usize>,
    gaps: Histogram<TimeSpan>,
}

#[derive(Clone, Debug)]
struct Age {
    age: TimeSpan,
    nearest: Histogram<TimeSpan>,
    moments: u64,
    /// For each requested span, the number of moments at which a version was at most that far away.
    hits: Vec<u64>,
}

impl Delivered {
    /// An empty record for a forecast with these starts.
    ///
    /// The steady state begins when the longest limited time frame is full. A forecast that is too
    /// short for that counts its last tenth.
    pub fn new(policy: &Policy, starts: &[Start]) -> Delivered {
        let frame = |(index, pair): (PairIndex, Pair)| Frame {
            index,
            pair,
            versions: Histogram::default(),
            gaps: Histogram::default(),
        };
        let mut frames: Vec<Frame> = policy.iter().map(frame).collect();
        frames.sort_by_key(|frame| frame.pair.frame());
        let longest = frames.iter().rev().map(|frame| frame.pair).find(|pair| !pair.is_unlimited());
        let first = starts.first().map_or(Utc::MIN, |start| start.time);
        let full = first.saturating_add(longest.map_or(TimeSpan::ZERO, |pair| pair.frame()));
        let last_tenth = starts.get(starts.len() / 10 * 9).map_or(Utc::MIN, |start| start.time);
        let delivered = Delivered {
            starts: starts.iter().map(|start| start.time).collect(),
            steady_from: full.min(last_tenth),
            is_steady: full <= last_tenth,
            stride: starts.len().div_ceil(MAX_SAMPLES).max(1),
            runs: 0,
            seen: None,
            frames,
            total: Histogram::default(),
            oldest: Histogram::default(),
            ages: vec![],
            within: vec![],
            every_age: false,
        };
        delivered.with_ages(&[], &[])
    }

    /// Looks back to these ages instead of the default ones, unless there are none, and counts for
    /// each of these spans how often a version is at most that far away.
    pub fn with_ages(mut self, ages: &[TimeSpan], within: &[TimeSpan]) -> Delivered {
        let default = AGES_IN_DAYS.map(|days| TimeSpan::from_ticks(days * TICKS_PER_DAY));
        self.every_age = !ages.is_empty();
        let ages = if self.every_age { ages } else { &default };
        let age = |&age: &TimeSpan| Age {
            age,
            nearest: Histogram::default(),
            moments: 0,
            hits: vec![0; within.len()],
        };
        self.ages = ages.iter().map(age).collect();
        self.within = within.to_vec();
        self
    }

    /// Records the versions after a run at this time.
    pub fn observe(&mut self, simulation: &Simulation, now: Utc) {
        if now < self.steady_from {
            return;
        }
        let since_sample = self.runs % self.stride;
        let is_sample = since_sample == 0;
        // What did not change since the last observation was counted then.
        let is_next = self.seen.is_some_and(|seen| seen + 1 == simulation.runs());
        self.runs += 1;
        self.seen = Some(simulation.runs());
        let Some(newest) = simulation.newest() else { return };
        let held: usize = simulation.frames().iter().map(|frame| frame.versions.len()).sum();
        self.total.add(held + 1);
        let (mut younger, mut oldest) = (newest.local_time, newest.local_time);
        for (mine, frame) in self.frames.iter_mut().zip(simulation.frames()) {
            mine.versions.add(frame.versions.len());
            let changed = if is_next { frame.came + 1 } else { frame.versions.len() };
            for version in frame.versions.iter().rev().take(changed) {
                mine.gaps.widen(younger.since(version.local_time));
                younger = version.local_time;
            }
            if is_sample {
                mine.sample(&frame.versions, oldest);
            }
            oldest = frame.versions.front().map_or(oldest, |version| version.local_time);
            younger = oldest;
        }
        let local_now = simulation.zone().to_local(now);
        let oldest = simulation
            .frames()
            .iter()
            .rev()
            .find_map(|frame| frame.versions.front())
            .unwrap_or(&newest);
        self.oldest.add(local_now.since(oldest.local_time));
        if is_sample {
            self.look_back(simulation, now);
        }
    }

    /// Records how far the nearest version is from each of the ages, at a moment between this run
    /// and the next.
    fn look_back(&mut self, simulation: &Simulation, now: Utc) {
        let next = self.starts.partition_point(|&start| start <= now);
        let until_next = self.starts.get(next).map_or(TimeSpan::ZERO, |next| next.since(now));
        // Multiples of the golden ratio are evenly distributed, whatever the cadence of the
        // schedule.
        let part = (self.runs as f64 * 0.618_033_988_749_894_9).fract();
        let moment =
            now.saturating_add(TimeSpan::from_ticks((until_next.ticks() as f64 * part) as i64));
        let moment = simulation.zone().to_local(moment);
        for age in &mut self.ages {
            let wanted = moment.ticks().saturating_sub(age.age.ticks());
            let beside = simulation.frames().iter().flat_map(|frame| {
                let place =
                    frame.versions.partition_point(|version| version.local_time.ticks() < wanted);
                [place.checked_sub(1), Some(place)]
                    .into_iter()
                    .flatten()
                    .filter_map(|place| frame.versions.get(place))
            });
            let distance =
                |version: &Version| (version.local_time.ticks() - wanted).saturating_abs();
            let Some(nearest) = beside.chain(&simulation.newest()).map(distance).min() else {
                continue;
            };
            let nearest = TimeSpan::from_ticks(nearest);
            age.nearest.add(nearest);
            age.moments += 1;
            for (hits, within) in age.hits.iter_mut().zip(&self.within) {
                *hits += u64::from(nearest <= *within);
            }
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
        for (mine, other) in self.ages.iter_mut().zip(other.ages) {
            mine.nearest.merge(other.nearest);
            mine.moments += other.moments;
            mine.hits.iter_mut().zip(other.hits).for_each(|(mine, hits)| *mine += hits);
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
        self.frames.iter().filter_map(frame).collect()
    }

    /// How many versions there are in total; `None` without a run.
    pub fn versions(&self) -> Option<Summary<usize>> {
        self.total.summary()
    }

    /// How old the oldest version is; `None` if there never was one.
    pub fn oldest(&self) -> Option<Summary<TimeSpan>> {
        self.oldest.summary()
    }

    /// How close a version was to each age. Of the default ages only those that the oldest version
    /// always reached.
    pub fn recoverability(&self) -> Vec<Recoverability> {
        let always = self.oldest.min().unwrap_or(TimeSpan::ZERO);
        let recoverability = |age: &Age| {
            let [half, nearly_all, all] =
                [50, 95, 100].map(|percent| age.nearest.percentile(percent));
            (self.every_age || age.age <= always).then_some(Recoverability {
                age: age.age,
                within: [half?, nearly_all?, all?],
                chances: age.hits.iter().map(|&hits| hits as f64 / age.moments as f64).collect(),
            })
        };
        self.ages.iter().filter_map(recoverability).collect()
    }
}

impl Frame {
    /// Counts gaps for the median; `after` is the time of the next version after the youngest.
    fn sample(&mut self, versions: &VecDeque<Version>, after: LocalDateTime) {
        for place in (0..versions.len()).step_by(versions.len() / MAX_GAPS + 1) {
            let younger = versions.get(place + 1).map_or(after, |version| version.local_time);
            self.gaps.add(younger.since(versions[place].local_time));
        }
    }
}
