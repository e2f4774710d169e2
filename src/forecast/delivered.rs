//! What is there to restore from, frame by frame, once the policy has thinned for long enough.

use super::simulation::Simulation;
use crate::dotnet::{DateTime, TICKS_PER_DAY, TimeSpan};
use crate::policy::{Pair, Policy};

/// Medians are told from so many runs at most, spread evenly; the least and the most from all.
const MOST_SAMPLES: usize = 2_000;
/// The ages, in days, for which it is told how far away the next version is.
const AGES_IN_DAYS: [i64; 8] = [1, 3, 7, 14, 30, 90, 365, 1095];

/// What a forecast found, over its runs in the steady state.
///
/// ```
/// use duplicati_retention::dotnet::{DateTime, TICKS_PER_DAY, TimeSpan};
/// use duplicati_retention::{Release, forecast::*, history::{History, Zone}, policy::Policy};
/// let policy = Policy::parse("7D:1D", Release::V2_3_0)?;
/// let (from, day) = (DateTime::from_unix_seconds(0)?, TimeSpan::from_ticks(TICKS_PER_DAY));
/// let until = from.add_units(365, TICKS_PER_DAY)?;
/// let daily = Schedule { jitter: TimeSpan::from_seconds(30)?, ..Schedule::every(day) };
/// let starts = daily.starts(Zone::UTC, from, until, 1);
/// let mut delivered = Delivered::new(&policy, &starts);
/// simulate(&policy, &History::new(vec![], Zone::UTC), &starts, |there, now| delivered.look_at(there, now))?;
/// // A start that comes early is deleted, so there are gaps of two days.
/// let worst = delivered.frames()[0].gap.unwrap().most;
/// assert_eq!(worst.whole_seconds() / 3600, 48);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Delivered {
    steady_from: DateTime,
    is_steady: bool,
    /// Every so many runs one is a sample.
    stride: usize,
    runs: usize,
    frames: Vec<Frame>,
    in_all: Vec<usize>,
    oldest: Vec<TimeSpan>,
    /// For each of the ages, how far away the nearest version was.
    nearest: [Vec<TimeSpan>; AGES_IN_DAYS.len()],
}

/// What one frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameDelivered {
    /// The pair, by its place in the policy's text.
    pub pair: usize,
    /// How many versions lie in the frame, the newest of all apart.
    pub versions: Range<usize>,
    /// The time from a version in the frame to the next younger one, if there ever was one in it.
    pub gap: Option<Range<TimeSpan>>,
}

/// The least, the usual (the median) and the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range<T> {
    /// The least.
    pub least: T,
    /// The median.
    pub usual: T,
    /// The most.
    pub most: T,
}

/// How far from an age the nearest version was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The age that a person wants to go back to.
    pub age: TimeSpan,
    /// In half of the runs a version was this near or nearer, in 95 of a hundred, and in all.
    pub within: [TimeSpan; 3],
}

#[derive(Clone, Debug)]
struct Frame {
    index: usize,
    pair: Pair,
    versions: Vec<usize>,
    least_and_most: Option<(TimeSpan, TimeSpan)>,
    sampled: Vec<TimeSpan>,
}

impl<T: Copy + Ord> Range<T> {
    /// The range of these values, if there are any.
    ///
    /// ```
    /// # use duplicati_retention::forecast::Range;
    /// assert_eq!(Range::of(vec![3, 1, 2]), Some(Range { least: 1, usual: 2, most: 3 }));
    /// ```
    pub fn of(mut values: Vec<T>) -> Option<Range<T>> {
        values.sort_unstable();
        let (&least, &most) = (values.first()?, values.last()?);
        Some(Range { least, usual: values[values.len() / 2], most })
    }
}

impl Delivered {
    /// Nothing seen yet of a forecast of these starts.
    ///
    /// The steady state begins when the longest limited time frame has filled. A forecast that is too short for it is told by its
    /// last tenth.
    ///
    /// ```
    /// # use duplicati_retention::{forecast::Delivered, policy::Policy};
    /// assert_eq!(Delivered::new(&Policy::default(), &[]).runs(), 0);
    /// ```
    pub fn new(policy: &Policy, starts: &[super::Start]) -> Delivered {
        let frame = |(index, &pair): (usize, &Pair)| Frame {
            index,
            pair,
            versions: Vec::new(),
            least_and_most: None,
            sampled: Vec::new(),
        };
        let mut frames: Vec<Frame> = policy.pairs().iter().enumerate().map(frame).collect();
        frames.sort_by_key(|frame| frame.pair.frame());
        let longest = frames.iter().rev().map(|frame| frame.pair).find(|pair| !pair.is_unlimited());
        let first = starts.first().map_or(DateTime::MIN, |start| start.time);
        let full = first.saturating_add(longest.map_or(TimeSpan::ZERO, |pair| pair.frame()));
        let last_tenth = starts.get(starts.len() / 10 * 9).map_or(DateTime::MIN, |start| start.time);
        Delivered {
            steady_from: full.min(last_tenth),
            is_steady: full <= last_tenth,
            stride: starts.len().div_ceil(MOST_SAMPLES).max(1),
            runs: 0,
            frames,
            in_all: Vec::new(),
            oldest: Vec::new(),
            nearest: Default::default(),
        }
    }

    /// Looks at what is there after a run at this time (in UTC).
    ///
    /// ```
    /// # use duplicati_retention::{dotnet::DateTime, forecast::*, history::{History, Zone}, policy::Policy};
    /// let nothing = Simulation::new(&Policy::default(), &History::new(vec![], Zone::UTC));
    /// let mut delivered = Delivered::new(&Policy::default(), &[]);
    /// delivered.look_at(&nothing, DateTime::MAX);
    /// assert_eq!(delivered.runs(), 1);
    /// ```
    pub fn look_at(&mut self, there: &Simulation, now: DateTime) {
        if now < self.steady_from {
            return;
        }
        let is_sample = self.runs.is_multiple_of(self.stride);
        self.runs += 1;
        let mut ages = there.ages(now).rev();
        self.in_all.push(ages.len());
        let Some(newest) = ages.next() else { return };
        let mut younger = newest;
        let mut ages = ages.peekable();
        for frame in &mut self.frames {
            let mut count = 0;
            while let Some(age) = ages.next_if(|&age| frame.pair.is_unlimited() || age <= frame.pair.frame())
            {
                frame.gap(TimeSpan::from_ticks(age.ticks() - younger.ticks()), is_sample);
                younger = age;
                count += 1;
            }
            frame.versions.push(count);
        }
        self.oldest.extend(there.ages(now).next());
        if is_sample {
            self.look_back(there, now);
        }
    }

    /// How far away the nearest version is from each of the ages that lie within reach.
    fn look_back(&mut self, there: &Simulation, now: DateTime) {
        let ages: Vec<i64> = there.ages(now).rev().map(TimeSpan::ticks).collect();
        for (days, nearest) in AGES_IN_DAYS.into_iter().zip(&mut self.nearest) {
            let age = days * TICKS_PER_DAY;
            let place = ages.partition_point(|&other| other < age);
            let beside =
                [place.checked_sub(1), Some(place)].into_iter().flatten().filter_map(|place| ages.get(place));
            nearest.extend(beside.map(|&other| TimeSpan::from_ticks((other - age).abs())).min());
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
    /// # use duplicati_retention::{dotnet::DateTime, forecast::Delivered, policy::Policy};
    /// assert_eq!(Delivered::new(&Policy::default(), &[]).steady_from(), Some(DateTime::MIN));
    /// ```
    pub fn steady_from(&self) -> Option<DateTime> {
        self.is_steady.then_some(self.steady_from)
    }

    /// Since when runs count, be the state steady or not (in UTC).
    pub(super) fn counts_from(&self) -> DateTime {
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
            let gap = frame.least_and_most.map(|(least, most)| {
                let usual = Range::of(frame.sampled.clone()).map_or(most, |range| range.usual);
                Range { least, usual, most }
            });
            Some(FrameDelivered { pair: frame.index, versions: Range::of(frame.versions.clone())?, gap })
        };
        self.frames.iter().filter_map(frame).collect()
    }

    /// How many versions there are in all, if there was a run.
    ///
    /// ```
    /// # use duplicati_retention::{forecast::Delivered, policy::Policy};
    /// assert_eq!(Delivered::new(&Policy::default(), &[]).versions(), None);
    /// ```
    pub fn versions(&self) -> Option<Range<usize>> {
        Range::of(self.in_all.clone())
    }

    /// How old the oldest version is, if there was one.
    ///
    /// ```
    /// # use duplicati_retention::{forecast::Delivered, policy::Policy};
    /// assert_eq!(Delivered::new(&Policy::default(), &[]).oldest(), None);
    /// ```
    pub fn oldest(&self) -> Option<Range<TimeSpan>> {
        Range::of(self.oldest.clone())
    }

    /// How near a version was to some ages, youngest first; only ages that the oldest version always reached.
    ///
    /// ```
    /// # use duplicati_retention::{forecast::Delivered, policy::Policy};
    /// assert!(Delivered::new(&Policy::default(), &[]).reach().is_empty());
    /// ```
    pub fn reach(&self) -> Vec<Reach> {
        let always = self.oldest.iter().min().copied().unwrap_or(TimeSpan::ZERO);
        let reach = |(days, nearest): (i64, &Vec<TimeSpan>)| {
            let age = TimeSpan::from_ticks(days * TICKS_PER_DAY);
            let mut nearest = nearest.clone();
            nearest.sort_unstable();
            let most = nearest.len().checked_sub(1)?;
            (age <= always)
                .then(|| Reach { age, within: [most / 2, most * 95 / 100, most].map(|place| nearest[place]) })
        };
        AGES_IN_DAYS.into_iter().zip(&self.nearest).filter_map(reach).collect()
    }
}

impl Frame {
    fn gap(&mut self, gap: TimeSpan, is_sample: bool) {
        let (least, most) = self.least_and_most.unwrap_or((gap, gap));
        self.least_and_most = Some((least.min(gap), most.max(gap)));
        if is_sample {
            self.sampled.push(gap);
        }
    }
}
