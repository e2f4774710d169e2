//! A policy applied backup after backup, for years.
//!
//! A forecast of ten years asks a hundred thousand times about versions that change by one. So only
//! a version that comes into a frame is looked at: what is in the frame already was kept by it
//! before, each full backup at least the interval after the full one before it, and that stays so
//! when the oldest leave.
//!
//! A test compares it with the [`mod@super::reference`] after every backup. Of the options it knows
//! the policy only.

use std::collections::VecDeque;

use super::blocker::PlanError;
use crate::clock::{LocalDateTime, Utc, Zone};
use crate::dotnet::TimeSpan;
use crate::history::{Backup, History};
use crate::policy::{Pair, PairIndex, Policy};

/// What is there after the latest retention: the versions that survived, by local time.
///
/// ```
/// use duplicati_retention::clock::{Utc, Zone};
/// use duplicati_retention::history::{Backup, History};
/// use duplicati_retention::{Release, policy::Policy, retention::incremental::Simulation};
/// let policy = Policy::parse("7D:2D", Release::V2_3_0)?;
/// let mut simulation = Simulation::new(&policy, &History::new(vec![], Zone::UTC));
/// for day in 0..30 {
///     simulation.back_up(Backup::full(Utc::from_unix_seconds(day * 86_400)?))?;
/// }
/// let days = simulation.backups().map(|backup| backup.time.unix_seconds() / 86_400);
/// assert!(days.eq([22, 24, 26, 28, 29]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Simulation {
    zone: Zone,
    /// From the shortest time frame to the longest; equal ones in the order of the text.
    frames: Vec<Frame>,
    newest: Option<Version>,
    /// When retention ran last, by local time.
    now: LocalDateTime,
    runs: usize,
}

/// A version that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) local_time: LocalDateTime,
    pub(crate) backup: Backup,
}

impl Version {
    /// By local time, and by true time where the clock showed one time twice.
    fn order(&self) -> (LocalDateTime, Utc) {
        (self.local_time, self.backup.time)
    }
}

/// A time frame, and what was kept in it.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    index: PairIndex,
    pair: Pair,
    /// Oldest first.
    pub(crate) versions: VecDeque<Version>,
    /// How many of them are full.
    full: usize,
    /// The youngest full one, if there is one.
    last: Option<LocalDateTime>,
    /// How many came in the latest run; they stand at the end.
    pub(crate) came: usize,
}

impl Simulation {
    /// A job with this policy and these versions, on a machine in the history's zone.
    pub fn new(policy: &Policy, history: &History) -> Simulation {
        let frame = |(index, pair)| Frame {
            index,
            pair,
            versions: VecDeque::new(),
            full: 0,
            last: None,
            came: 0,
        };
        let mut frames: Vec<Frame> = policy.iter().map(frame).collect();
        frames.sort_by_key(|frame| frame.pair.frame());
        if frames.is_empty() {
            // Without a pair nothing is deleted, which is what an unlimited frame that keeps all
            // says.
            let keep_all = Pair::new(TimeSpan::MAX, TimeSpan::ZERO);
            frames.extend(keep_all.ok().map(|pair| frame((PairIndex::new(0), pair))));
        }
        let mut versions: Vec<Version> = history
            .versions()
            .rev()
            .map(|version| Version {
                local_time: history.local_time(version),
                backup: history.backup(version),
            })
            .collect();
        versions.sort_by_key(|version| version.local_time);
        if let Some(longest) = frames.last_mut() {
            longest.versions = versions.into();
        }
        // No run can be later, so the first one sorts the versions into their frames.
        Simulation { zone: history.zone(), frames, newest: None, now: LocalDateTime::MAX, runs: 0 }
    }

    /// Makes a backup, and applies retention at the moment at which it starts.
    ///
    /// # Errors
    /// [`PlanError`] if a time frame reaches back before the year 1: every run fails then.
    pub fn back_up(&mut self, backup: Backup) -> Result<(), PlanError> {
        let local_time = self.zone.to_local(backup.time);
        let bounds = self.bounds(local_time)?;
        let made = Version { local_time, backup };
        let others = if self.now <= local_time
            && self.newest.is_none_or(|newest| newest.order() <= made.order())
        {
            self.newest.replace(made).into_iter().collect()
        } else {
            self.insert(made)
        };
        self.thin(others, &bounds);
        self.now = local_time;
        self.runs += 1;
        Ok(())
    }

    /// Sets the clock back, so that frames may get versions back: takes all but the newest out of
    /// them.
    fn insert(&mut self, made: Version) -> Vec<Version> {
        let mut versions: Vec<Version> = self.versions().copied().collect();
        // In the night of a clock change the newest by true time may not be the newest by the
        // clock.
        let place = versions.partition_point(|version| version.order() <= made.order());
        versions.insert(place, made);
        self.newest = versions.pop();
        for frame in &mut self.frames {
            (frame.full, frame.last) = (0, None);
            frame.versions.clear();
        }
        versions
    }

    /// Applies the policy to what is in the frames and to these versions, oldest first, which are
    /// all younger.
    fn thin(&mut self, mut others: Vec<Version>, bounds: &[LocalDateTime]) {
        for (frame, &bound) in self.frames.iter_mut().zip(bounds) {
            let mut beyond = frame.let_go(bound);
            let inside =
                others.split_off(others.partition_point(|version| version.local_time < bound));
            beyond.append(&mut others);
            frame.came = 0;
            for version in inside {
                frame.take(version);
            }
            others = beyond;
        }
    }

    /// Each frame's bound, shortest first.
    fn bounds(&self, now: LocalDateTime) -> Result<Vec<LocalDateTime>, PlanError> {
        let bound = |&Frame { index, pair, .. }: &Frame| match pair.is_unlimited() {
            true => Ok(LocalDateTime::MIN),
            false => now
                .checked_sub(pair.frame())
                .map_err(|_| PlanError::FrameBeforeYearOne { pair: index, frame: pair.frame() }),
        };
        self.frames.iter().map(bound).collect()
    }

    /// The versions that are there, oldest first by local time.
    pub fn backups(&self) -> impl DoubleEndedIterator<Item = Backup> + '_ {
        self.versions().map(|version| version.backup)
    }

    /// Oldest first by local time; of equal ones the one that is older by true time.
    pub(crate) fn versions(&self) -> impl DoubleEndedIterator<Item = &Version> {
        self.frames.iter().rev().flat_map(|frame| &frame.versions).chain(&self.newest)
    }

    /// The frames, shortest first.
    pub(crate) fn frames(&self) -> &[Frame] {
        &self.frames
    }

    /// The newest version by local time, which lies in no frame.
    pub(crate) fn newest(&self) -> Option<Version> {
        self.newest
    }

    pub(crate) fn zone(&self) -> Zone {
        self.zone
    }

    /// How many backups were made.
    pub(crate) fn runs(&self) -> usize {
        self.runs
    }
}

impl Frame {
    /// Takes out what is older than the bound, oldest first.
    fn let_go(&mut self, bound: LocalDateTime) -> Vec<Version> {
        let left = self.versions.iter().take_while(|version| version.local_time < bound).count();
        let older: Vec<Version> = self.versions.drain(..left).collect();
        self.full -= older.iter().filter(|version| !version.backup.partial).count();
        if self.full == 0 {
            self.last = None;
        }
        older
    }

    /// Keeps a version, which is younger than all in the frame, or deletes it.
    fn take(&mut self, version: Version) {
        let is_far =
            self.last.is_none_or(|last| version.local_time.since(last) >= self.pair.interval());
        if !is_far && !version.backup.partial {
            return;
        }
        if !version.backup.partial {
            self.full += 1;
            self.last = Some(version.local_time);
        }
        self.versions.push_back(version);
        self.came += 1;
    }
}
