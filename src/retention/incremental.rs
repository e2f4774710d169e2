//! The options that decide, applied backup after backup, for years.
//!
//! A forecast of ten years asks a hundred thousand times about versions that change by one. So only
//! a version that comes into a frame is looked at: what is in the frame already was kept by it
//! before, each full backup at least the interval after the full one before it, and that stays so
//! when the oldest leave. keep-time deletes from the oldest on, and keep-versions as well, but for
//! partial backups between full ones. As long as an object lock lasts, or two versions have one
//! time, the [engine](super::engine) decides about all versions at each run.
//!
//! A run that fails makes its version and deletes nothing, as in Duplicati. A test compares all of
//! it with the [`mod@super::reference`] after every backup.

use std::collections::VecDeque;

use super::blocker::{Blocker, PlanError};
use super::options::Options;
use crate::clock::{LocalDateTime, Utc, Zone};
use crate::history::{Backup, History};
use crate::policy::{Pair, PairIndex};

/// What is there after the latest retention: the versions that survived, by local time.
///
/// ```
/// use duplicati_retention::clock::{Utc, Zone};
/// use duplicati_retention::history::{Backup, History};
/// use duplicati_retention::{Release, policy::Policy, retention::incremental::Simulation};
/// let policy = Policy::parse("7D:2D", Release::V2_3_0)?;
/// let mut simulation = Simulation::new(&policy.into(), &History::new(vec![], Zone::UTC));
/// for day in 0..30 {
///     let made = Backup::full(Utc::from_unix_seconds(day * 86_400)?);
///     assert_eq!(simulation.back_up(made), Ok(()));
/// }
/// let days = simulation.backups().map(|backup| backup.time.unix_seconds() / 86_400);
/// assert!(days.eq([22, 24, 26, 28, 29]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Simulation {
    zone: Zone,
    options: Options,
    /// When the last object lock ends; the end of time if Duplicati does not find some versions,
    /// or counts some twice.
    locked_until: Utc,
    /// Whether two versions have one time, so that a deletion may fail.
    has_twins: bool,
    /// From the shortest time frame to the longest; equal ones in the order of the text.
    frames: Vec<Frame>,
    newest: Option<Version>,
    /// When retention ran last, by local time.
    now: LocalDateTime,
    failed_runs: usize,
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
    last: Option<Version>,
    /// How many came in the latest run; they stand at the end.
    pub(crate) came: usize,
}

impl Simulation {
    /// A job with these options and these versions, on a machine in the history's zone. The option
    /// `version` is ignored, because it is meant for one run only.
    pub fn new(options: &Options, history: &History) -> Simulation {
        let frame = |(index, pair)| Frame {
            index,
            pair,
            versions: VecDeque::new(),
            full: 0,
            last: None,
            came: 0,
        };
        let mut frames: Vec<Frame> = options.policy.iter().map(frame).collect();
        frames.sort_by_key(|frame| frame.pair.frame());
        if frames.is_empty() {
            // Without a pair nothing is deleted, which is what an unlimited frame that keeps all
            // says.
            frames.push(frame((PairIndex::new(0), Pair::KEEP_ALL)));
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
        let has_twins = have_twins(&versions);
        if let Some(longest) = frames.last_mut() {
            longest.versions = versions.into();
        }
        let locks = history.iter().filter_map(|backup| backup.locked_until);
        let locked_until = locks.filter(|_| options.release.honours_locks()).max();
        // Nor are versions deleted that Duplicati does not find by their time. And where a release
        // counts a version twice, it may delete nothing.
        let is_combined = !options.policy.pairs().is_empty() && options.keep_time.is_some();
        let counts_twice = is_combined && options.release.counts_repeats();
        let is_special = counts_twice || !history.misrecorded().is_empty();
        let locked_until = if is_special { Some(Utc::MAX) } else { locked_until };
        Simulation {
            zone: history.zone(),
            options: Options { versions: Default::default(), ..options.clone() },
            locked_until: locked_until.unwrap_or(Utc::MIN),
            has_twins,
            frames,
            newest: None,
            // No run can be later, so the first one sorts the versions into their frames.
            now: LocalDateTime::MAX,
            failed_runs: 0,
        }
    }

    /// Makes a backup, and applies retention at the moment at which it starts.
    ///
    /// # Errors
    /// Why the run fails after it made the version, and deletes nothing. The next run can follow.
    pub fn back_up(&mut self, backup: Backup) -> Result<(), Blocker> {
        let done = self.run(backup);
        self.failed_runs += usize::from(done.is_err());
        done
    }

    fn run(&mut self, backup: Backup) -> Result<(), Blocker> {
        let local_time = self.zone.to_local(backup.time);
        let made = Version { local_time, backup };
        self.has_twins |= self.is_twin(&made);
        let (bounds, keep_time) = match self.bounds(local_time) {
            Ok(bounds) => bounds,
            Err(error) => {
                let mut versions = self.insert(made);
                versions.extend(self.newest);
                self.put_back(versions, &[]);
                return Err(Blocker::CannotDecide { error });
            }
        };
        if backup.time < self.locked_until || self.has_twins {
            return self.plan(made, &bounds);
        }
        let others = if self.now <= local_time
            && self.newest.is_none_or(|newest| newest.order() <= made.order())
        {
            self.newest.replace(made).into_iter().collect()
        } else {
            self.insert(made)
        };
        let full = self.newest_full(&others);
        self.thin(others, &bounds);
        if let (Some(bound), Some(full)) = (keep_time, full) {
            self.keep_time(bound, full);
        }
        self.keep_versions();
        self.now = local_time;
        Ok(())
    }

    /// Lets the engine decide about all versions, as long as some are special.
    fn plan(&mut self, made: Version, bounds: &[LocalDateTime]) -> Result<(), Blocker> {
        let mut versions = self.insert(made);
        versions.extend(self.newest);
        // Newest first, so that the order of equal times stays.
        let backups = versions.iter().rev().map(|version| version.backup).collect();
        let history = History::new(backups, self.zone);
        let plan = super::plan_of_run(&history, &self.options, made.backup.time);
        if let Some(failure) = plan.blockers().iter().find(|found| found.fails_the_run()) {
            self.put_back(versions, bounds);
            return Err(failure.clone());
        }
        let kept = plan.kept().map(|version| Version {
            local_time: history.local_time(version),
            backup: history.backup(version),
        });
        let mut kept: Vec<Version> = kept.collect();
        kept.reverse();
        kept.sort_by_key(|version| version.local_time);
        self.has_twins = have_twins(&kept);
        self.put_back(kept, bounds);
        Ok(())
    }

    /// Puts versions, oldest first, into the frames with these bounds; without bounds, into the
    /// longest. The next run looks at all of them again.
    fn put_back(&mut self, mut kept: Vec<Version>, bounds: &[LocalDateTime]) {
        self.newest = kept.pop();
        let longest = self.frames.len() - 1;
        for (place, frame) in self.frames.iter_mut().enumerate() {
            let bound = bounds.get(place).copied().unwrap_or(LocalDateTime::MAX);
            let is_older = |version: &Version| place < longest && version.local_time < bound;
            for version in kept.split_off(kept.partition_point(is_older)) {
                frame.put(version);
            }
            frame.came = frame.versions.len();
        }
        // What a lock retains is not thinned.
        self.now = LocalDateTime::MAX;
    }

    /// Whether there is a version with the time of this one, which is not there yet.
    fn is_twin(&self, made: &Version) -> bool {
        let is_newer = self.newest.is_some_and(|newest| newest.order() < made.order());
        let in_frame = |frame: &Frame| {
            frame.versions.binary_search_by_key(&made.order(), Version::order).is_ok()
        };
        !is_newer
            && (self.newest.is_some_and(|newest| newest.order() == made.order())
                || self.frames.iter().any(in_frame))
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

    /// The newest full version of all before retention: the one just made, one of these others,
    /// oldest first, or one in a frame.
    fn newest_full(&self, others: &[Version]) -> Option<Version> {
        let is_full = |version: &&Version| !version.backup.partial;
        let outside = self.newest.iter().chain(others.iter().rev()).find(is_full);
        outside.copied().or_else(|| self.frames.iter().find_map(|frame| frame.last))
    }

    /// Deletes what is older than the bound, but not the newest full version nor a newer one.
    fn keep_time(&mut self, bound: LocalDateTime, full: Version) {
        let newest_is_full = self.newest == Some(full);
        for frame in self.frames.iter_mut().rev() {
            while let Some(&oldest) = frame.versions.front() {
                let is_older = newest_is_full
                    || oldest.order() <= full.order()
                        && (oldest != full || frame.versions.get(1) == Some(&full));
                if oldest.local_time >= bound || !is_older {
                    return;
                }
                frame.pop_oldest();
            }
        }
    }

    /// Keeps the number of full versions that keep-versions asks for, if it is set.
    fn keep_versions(&mut self) {
        let number = usize::try_from(self.options.keep_versions).unwrap_or(0);
        let in_frames: usize = self.frames.iter().map(|frame| frame.versions.len()).sum();
        let all = in_frames + usize::from(self.newest.is_some());
        if number == 0 || number >= all {
            return;
        }
        let full = self.newest.iter().filter(|newest| !newest.backup.partial).count()
            + self.frames.iter().map(|frame| frame.full).sum::<usize>();
        // This many of the oldest full ones are deleted.
        let surplus = full.saturating_sub(number);
        let mut older_full = 0;
        for frame in self.frames.iter_mut().rev() {
            if frame.full == frame.versions.len() {
                // Only full ones: the surplus stands at the front.
                let count = frame.full;
                (older_full..surplus.min(older_full + count)).for_each(|_| frame.pop_oldest());
                older_full += count;
                continue;
            }
            (frame.full, frame.last) = (0, None);
            for version in std::mem::take(&mut frame.versions) {
                let is_kept = match version.backup.partial {
                    false => older_full >= surplus,
                    true => {
                        let newer_full = full - older_full;
                        newer_full == 0 || newer_full < number && older_full <= surplus
                    }
                };
                older_full += usize::from(!version.backup.partial);
                if is_kept {
                    frame.put(version);
                }
            }
            frame.came = frame.versions.len();
        }
    }

    /// Each frame's bound, shortest first, and the bound of keep-time.
    fn bounds(
        &self,
        now: LocalDateTime,
    ) -> Result<(Vec<LocalDateTime>, Option<LocalDateTime>), PlanError> {
        let bound = |&Frame { index, pair, .. }: &Frame| match pair.is_unlimited() {
            true => Ok(LocalDateTime::MIN),
            false => now
                .checked_sub(pair.frame())
                .map_err(|_| PlanError::FrameBeforeYearOne { pair: index, frame: pair.frame() }),
        };
        let bounds = self.frames.iter().map(bound).collect::<Result<_, _>>()?;
        let keep_time = self.options.keep_time.as_ref().map(|span| span.bound(now)).transpose();
        Ok((bounds, keep_time.map_err(|_| PlanError::KeepTimeOutOfRange)?))
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

    /// The newest version that is not later than this local time.
    pub(crate) fn newest_at(&self, time: LocalDateTime) -> Option<&Version> {
        let in_frame =
            |frame: &'_ Frame| -> Option<usize> { frame.count_until(time).checked_sub(1) };
        let newest = self.newest.iter().find(|newest| newest.local_time <= time);
        newest.or_else(|| self.frames.iter().find_map(|frame| frame.versions.get(in_frame(frame)?)))
    }

    /// The versions after one local time and up to another, oldest first.
    pub(crate) fn between(
        &self,
        after: LocalDateTime,
        until: LocalDateTime,
    ) -> impl Iterator<Item = &Version> {
        let is_after = move |newest: &&Version| newest.local_time > after;
        let frames = self.frames.iter().rev();
        frames
            .flat_map(move |frame| frame.versions.range(frame.count_until(after)..))
            .chain(self.newest.iter().filter(is_after))
            .take_while(move |version| version.local_time <= until)
    }

    /// How many runs failed after they made their version, and deleted nothing.
    pub fn failed_runs(&self) -> usize {
        self.failed_runs
    }
}

/// Whether two of these versions, in order, have one time.
fn have_twins(versions: &[Version]) -> bool {
    versions.windows(2).any(|two| two[0].backup.time == two[1].backup.time)
}

impl Frame {
    /// Takes out what is older than the bound, oldest first.
    fn let_go(&mut self, bound: LocalDateTime) -> Vec<Version> {
        let is_older = |version: &&Version| version.local_time < bound;
        let mut older = Vec::new();
        while let Some(&version) = self.versions.front().filter(is_older) {
            self.pop_oldest();
            older.push(version);
        }
        older
    }

    /// How many are not later than this local time.
    fn count_until(&self, time: LocalDateTime) -> usize {
        let is_until = |version: &Version| version.local_time <= time;
        // Mostly that is all or none of them.
        match (self.versions.front(), self.versions.back()) {
            (Some(oldest), _) if !is_until(oldest) => 0,
            (_, Some(youngest)) if is_until(youngest) => self.versions.len(),
            _ => self.versions.partition_point(is_until),
        }
    }

    /// Takes out the oldest.
    fn pop_oldest(&mut self) {
        let oldest = self.versions.pop_front();
        self.full -= oldest.iter().filter(|version| !version.backup.partial).count();
        if self.full == 0 {
            self.last = None;
        }
    }

    /// Keeps a version, which is younger than all in the frame, or deletes it.
    fn take(&mut self, version: Version) {
        let is_far = self
            .last
            .is_none_or(|last| version.local_time.since(last.local_time) >= self.pair.interval());
        if is_far || version.backup.partial {
            self.put(version);
            self.came += 1;
        }
    }

    /// Adds a version, which is younger than all in the frame.
    fn put(&mut self, version: Version) {
        if !version.backup.partial {
            self.full += 1;
            self.last = Some(version);
        }
        self.versions.push_back(version);
    }
}
