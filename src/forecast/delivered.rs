//! What is there to restore from, frame by frame, once the policy has thinned for long enough.

use std::collections::VecDeque;

use super::histogram::{Histogram, Summary};
use crate::clock::{LocalDateTime, Utc};
use crate::dotnet::{TICKS_PER_DAY, TimeSpan};
use crate::policy::{Pair, PairIndex, Policy};
use crate::retention::incremental::{Simulation, Version};

/// So many runs at most, histogram evenly, are samples: medians, and how near a version was to an
/// age, are told from them.
const MOST_SAMPLES: usize = 2_000;
/// Of a frame with more versions than this, a sample takes so many gaps, histogram evenly.
const MOST_GAPS: usize = 500;
/// The ages, in days, for which it is told how far away the next version is, if no others are asked
/// for.
const AGES_IN_DAYS: [i64; 8] = [1, 3, 7, 14, 30, 90, 365, 1095];

/// What a forecast found, over its runs in the steady state.
///
/// ```
/// use duplicati_retention::clock::Utc;
/// use duplicati_retention::dotnet::{TICKS_PER_DAY, TimeSpan};
/// use duplicati_retention::{Release, policy::Policy, forecast::*, history::History, clock::Zone};
/// let policy = Policy::parse("7D:1D", Release::V2_3_0)?;
/// let (from, day) = (Utc::from_unix_seconds(0)?, TimeSpan::from_ticks(TICKS_PER_DAY));
/// let until = from.add_units(365, TICKS_PER_DAY)?;
/// let daily = Schedule { jitter: TimeSpan::from_seconds(30)?, ..Schedule::every(day) };
/// let starts = daily.starts(Zone::UTC, from, until, 1);
/// let mut delivered = Delivered::new(&policy, &starts);
/// simulate(&policy, &History::new(vec![], Zone::UTC), &starts, |there, now| delivered.look_at(there, now))?;
/// // A start that comes early is deleted, so there are gaps of two days.
/// let worst = delivered.frames()[0].gap.unwrap().max;
/// assert_eq!(worst.whole_seconds() / 3600, 48);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Delivered {
    starts: Vec<Utc>,
    steady_from: Utc,
    is_steady: bool,
    /// Every so many runs one is a sample.
    stride: usize,
    runs: usize,
    /// The simulation's count of runs when it was looked at last.
    seen: Option<usize>,
    frames: Vec<Frame>,
    in_all: Histogram<usize>,
    oldest: Histogram<TimeSpan>,
    ages: Vec<Age>,
    within: Vec<TimeSpan>,
    /// Whether an age is told of even if no version was ever so old.
    every_age: bool,
}

/// What one frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameDelivered {
    /// The pair.
    pub pair: PairIndex,
    /// How many versions lie in the frame, the newest of all apart.
    pub versions: Summary<usize>,
    /// The time from a version in the frame to the next younger one, if there ever was one in it.
    pub gap: Option<Summary<TimeSpan>>,
}

/// How far from an age the nearest version was, at moments histogram evenly between each run and
/// the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Recoverability {
    /// The age that a person wants to go back to.
    pub age: TimeSpan,
    /// At half of the moments a version was this near or nearer, at 95 of a hundred, and always.
    pub within: [TimeSpan; 3],
    /// For each of the spans that were asked for, the part of the moments, from 0 to 1, at which a
    /// version was so near.
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
    /// For each of the spans asked for, at how many of the moments a version was so near.
    hits: Vec<u64>,
}

impl Delivered {
    /// Nothing seen yet of a forecast of these starts.
    ///
    /// The steady state begins when the longest limited time frame has filled. A forecast that is
    /// too short for it is told by its last tenth.
    ///
    /// ```
    /// # use duplicati_retention::{forecast::Delivered, policy::Policy};
    /// assert_eq!(Delivered::new(&Policy::default(), &[]).runs(), 0);
    /// ```
    pub fn new(policy: &Policy, starts: &[super::Start]) -> Delivered {
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
            stride: starts.len().div_ceil(MOST_SAMPLES).max(1),
            runs: 0,
            seen: None,
            frames,
            in_all: Histogram::default(),
            oldest: Histogram::default(),
            ages: vec![],
            within: vec![],
            every_age: false,
        };
        delivered.asked(&[], &[])
    }

    /// Asks for these ages instead of the usual ones, if there are any; and for each of these
    /// spans, how often a version is so near.
    ///
    /// ```
    /// # use duplicati_retention::{dotnet::TimeSpan, forecast::Delivered, policy::Policy};
    /// let delivered = Delivered::new(&Policy::default(), &[]).asked(&[TimeSpan::from_seconds(3600)?], &[]);
    /// assert!(delivered.reach().is_empty()); // nothing was seen yet
    /// # Ok::<(), duplicati_retention::dotnet::SpanOverflow>(())
    /// ```
    pub fn asked(mut self, ages: &[TimeSpan], within: &[TimeSpan]) -> Delivered {
        let usual = AGES_IN_DAYS.map(|days| TimeSpan::from_ticks(days * TICKS_PER_DAY));
        self.every_age = !ages.is_empty();
        let ages = if self.every_age { ages } else { &usual };
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

    /// Looks at what is there after a run at this time (in UTC).
    ///
    /// ```
    /// # use duplicati_retention::{policy::Policy, forecast::*, history::History, clock::{Utc, Zone}};
    /// let nothing = Simulation::new(&Policy::default(), &History::new(vec![], Zone::UTC));
    /// let mut delivered = Delivered::new(&Policy::default(), &[]);
    /// delivered.look_at(&nothing, Utc::MAX);
    /// assert_eq!(delivered.runs(), 1);
    /// ```
    pub fn look_at(&mut self, there: &Simulation, now: Utc) {
        if now < self.steady_from {
            return;
        }
        let is_sample = self.runs.is_multiple_of(self.stride);
        // What did not change since the last look was counted then.
        let is_next = self.seen.is_some_and(|seen| seen + 1 == there.runs());
        self.runs += 1;
        self.seen = Some(there.runs());
        let Some(newest) = there.newest() else { return };
        let held: usize = there.frames().iter().map(|frame| frame.versions.len()).sum();
        self.in_all.add(held + 1);
        let (mut younger, mut oldest) = (newest.local_time, newest.local_time);
        for (mine, frame) in self.frames.iter_mut().zip(there.frames()) {
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
        let local_now = there.zone().to_local(now);
        let oldest =
            there.frames().iter().rev().find_map(|frame| frame.versions.front()).unwrap_or(&newest);
        self.oldest.add(local_now.since(oldest.local_time));
        if is_sample {
            self.look_back(there, now);
        }
    }

    /// How far away the nearest version is from each of the ages, at a moment between this run and
    /// the next.
    fn look_back(&mut self, there: &Simulation, now: Utc) {
        let next = self.starts.partition_point(|&start| start <= now);
        let until_next = self.starts.get(next).map_or(TimeSpan::ZERO, |next| next.since(now));
        // Multiples of the golden ratio histogram evenly, whatever the cadence of the schedule.
        let part = (self.runs as f64 * 0.618_033_988_749_894_9).fract();
        let moment =
            now.saturating_add(TimeSpan::from_ticks((until_next.ticks() as f64 * part) as i64));
        let moment = there.zone().to_local(moment);
        for age in &mut self.ages {
            let wanted = moment.ticks().saturating_sub(age.age.ticks());
            let beside = there.frames().iter().flat_map(|frame| {
                let place =
                    frame.versions.partition_point(|version| version.local_time.ticks() < wanted);
                [place.checked_sub(1), Some(place)]
                    .into_iter()
                    .flatten()
                    .filter_map(|place| frame.versions.get(place))
            });
            let distance =
                |version: &Version| (version.local_time.ticks() - wanted).saturating_abs();
            let Some(nearest) = beside.chain(&there.newest()).map(distance).min() else { continue };
            let nearest = TimeSpan::from_ticks(nearest);
            age.nearest.add(nearest);
            age.moments += 1;
            for (hits, within) in age.hits.iter_mut().zip(&self.within) {
                *hits += u64::from(nearest <= *within);
            }
        }
    }

    /// Puts what another forecast of the same policy found to what this one found.
    ///
    /// ```
    /// # use duplicati_retention::{forecast::Delivered, policy::Policy};
    /// let mut delivered = Delivered::new(&Policy::default(), &[]);
    /// delivered.merge(delivered.clone());
    /// assert_eq!(delivered.runs(), 0);
    /// ```
    pub fn merge(&mut self, other: Delivered) {
        self.runs += other.runs;
        self.steady_from = self.steady_from.max(other.steady_from);
        self.is_steady &= other.is_steady;
        for (mine, other) in self.frames.iter_mut().zip(other.frames) {
            mine.versions.merge(other.versions);
            mine.gaps.merge(other.gaps);
        }
        self.in_all.merge(other.in_all);
        self.oldest.merge(other.oldest);
        for (mine, other) in self.ages.iter_mut().zip(other.ages) {
            mine.nearest.merge(other.nearest);
            mine.moments += other.moments;
            mine.hits.iter_mut().zip(other.hits).for_each(|(mine, hits)| *mine += hits);
        }
    }

    /// How many runs were looked at in the steady state.
    ///
    /// ```
    /// # use duplicati_retention::{forecast::Delivered, policy::Policy};
    /// assert_eq!(Delivered::new(&Policy::default(), &[]).runs(), 0);
    /// ```
    pub fn runs(&self) -> usize {
        self.runs
    }

    /// When the steady state begins (in UTC), or nothing if the forecast is too short for one.
    ///
    /// ```
    /// # use duplicati_retention::{clock::Utc, forecast::Delivered, policy::Policy};
    /// assert_eq!(Delivered::new(&Policy::default(), &[]).steady_from(), Some(Utc::MIN));
    /// ```
    pub fn steady_from(&self) -> Option<Utc> {
        self.is_steady.then_some(self.steady_from)
    }

    /// Since when runs count, be the state steady or not (in UTC).
    pub(super) fn counts_from(&self) -> Utc {
        self.steady_from
    }

    /// What each frame holds, the shortest first.
    ///
    /// ```
    /// # use duplicati_retention::{forecast::Delivered, policy::Policy};
    /// assert!(Delivered::new(&Policy::default(), &[]).frames().is_empty());
    /// ```
    pub fn frames(&self) -> Vec<FrameDelivered> {
        let frame = |frame: &Frame| {
            Some(FrameDelivered {
                pair: frame.index,
                versions: frame.versions.range()?,
                gap: frame.gaps.range(),
            })
        };
        self.frames.iter().filter_map(frame).collect()
    }

    /// How many versions there are in all, if there was a run.
    ///
    /// ```
    /// # use duplicati_retention::{forecast::Delivered, policy::Policy};
    /// assert_eq!(Delivered::new(&Policy::default(), &[]).versions(), None);
    /// ```
    pub fn versions(&self) -> Option<Summary<usize>> {
        self.in_all.range()
    }

    /// How old the oldest version is, if there was one.
    ///
    /// ```
    /// # use duplicati_retention::{forecast::Delivered, policy::Policy};
    /// assert_eq!(Delivered::new(&Policy::default(), &[]).oldest(), None);
    /// ```
    pub fn oldest(&self) -> Option<Summary<TimeSpan>> {
        self.oldest.range()
    }

    /// How near a version was to some ages. Of the usual ones, those that the oldest version always
    /// reached.
    ///
    /// ```
    /// # use duplicati_retention::{forecast::Delivered, policy::Policy};
    /// assert!(Delivered::new(&Policy::default(), &[]).reach().is_empty());
    /// ```
    pub fn reach(&self) -> Vec<Recoverability> {
        let always = self.oldest.least().unwrap_or(TimeSpan::ZERO);
        let reach = |age: &Age| {
            let [half, most, all] = [50, 95, 100].map(|percent| age.nearest.within(percent));
            (self.every_age || age.age <= always).then_some(Recoverability {
                age: age.age,
                within: [half?, most?, all?],
                chances: age.hits.iter().map(|&hits| hits as f64 / age.moments as f64).collect(),
            })
        };
        self.ages.iter().filter_map(reach).collect()
    }
}

impl Frame {
    /// Counts gaps for the median; `after` is the next younger version than the youngest.
    fn sample(&mut self, versions: &VecDeque<Version>, after: LocalDateTime) {
        for place in (0..versions.len()).step_by(versions.len() / MOST_GAPS + 1) {
            let younger = versions.get(place + 1).map_or(after, |version| version.local_time);
            self.gaps.add(younger.since(versions[place].local_time));
        }
    }
}
