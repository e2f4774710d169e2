//! The retention policy, without a look at what is deleted.
//!
//! Newest first by local time, the backups are a sorted list. So each frame's bound is found by
//! search, and so is each survivor: the next one after a full backup that was kept is the first
//! full backup at or beyond its time plus the interval. All backups beyond that time are far
//! enough, so if a partial one stands there, the next newer full one it is, and partial ones are
//! never measured from. What lies between two survivors is one run of deletions
//! (`backup_set.rs`), whatever its length. The search gallops from the last survivor, so it costs
//! by how far away the next one is, and the whole by what is kept.
//!
//! A reason is worked out when it is asked for, from the run that a version lies in: a run ends
//! before the full backup that everything in it was measured from.

use std::ops::Range;

use super::backup_set::{BackupSet, Kinds};
use crate::clock::LocalDateTime;
use crate::gallop;
use crate::history::{History, LocalIndex, VersionNumber};
use crate::policy::{Pair, PairIndex, Policy};
use crate::retention::blocker::PlanError;
use crate::retention::decision::{Area, Verdict};

/// What the retention policy alone decides, worked out when asked. The
/// [`reference`](crate::retention::reference::PolicyOutcome) has the same as lists.
///
/// ```
/// use duplicati_retention::dotnet::TICKS_PER_DAY;
/// use duplicati_retention::history::{Backup, History, VersionNumber};
/// use duplicati_retention::clock::{Utc, Zone};
/// use duplicati_retention::{Release, policy::Policy, retention::engine};
///
/// let day = |count| Utc::MIN.add_units(count, TICKS_PER_DAY).unwrap();
/// let history = History::new((1..=9).map(|count| Backup::full(day(count))).collect(), Zone::UTC);
/// let policy = Policy::parse("5D:2D", Release::V2_3_0)?;
/// let outcome = engine::apply(&policy, &history, Zone::UTC.to_local(day(9)), false)?;
/// assert!(outcome.deletes().eq([4, 2, 6, 7, 8].map(VersionNumber::new)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct PolicyOutcome {
    history: History,
    now: LocalDateTime,
    /// Whether there is no pair, or no backup.
    nothing_to_do: bool,
    /// The frames and what each took, perhaps nothing, newest first.
    frames: Vec<Frame>,
    /// Whatever is deleted: the newest perhaps, then the frames' runs, then the rest.
    deleted: BackupSet,
    deletes_newest: bool,
    /// The first place that lies in no frame.
    rest: LocalIndex,
}

/// What a pair's frame took from the list.
#[derive(Clone, Debug)]
struct Frame {
    index: PairIndex,
    pair: Pair,
    places: Range<LocalIndex>,
    /// The oldest full backup that it thins by, which is the first that is measured from.
    oldest_full: Option<LocalIndex>,
    /// Its runs among all of them.
    runs: Range<usize>,
}

/// Applies a retention policy to a history, as the
/// [`reference`](crate::retention::reference::apply) does.
///
/// The cost grows with the number of pairs and of survivors in the frames that thin, times the
/// logarithm of how far apart they stand.
///
/// # Errors
/// [`PlanError::FrameBeforeYearOne`] if a time frame reaches further back than .NET's first date.
pub fn apply(
    policy: &Policy,
    history: &History,
    now: LocalDateTime,
    allow_full_removal: bool,
) -> Result<PolicyOutcome, PlanError> {
    let end = history.local_end();
    let mut outcome = PolicyOutcome::of_no_policy(history, now);
    if policy.pairs().is_empty() || history.is_empty() {
        return Ok(outcome);
    }
    outcome.nothing_to_do = false;
    let bounds = bounds(policy, now)?;
    let local_times = history.local_times();
    // The bounds only ever reach further back, so the last one is the oldest.
    let newest_is_outside = bounds.last().is_some_and(|&(.., bound)| local_times[0] < bound);
    outcome.deletes_newest = newest_is_outside && allow_full_removal;
    let mut start = LocalIndex::NEWEST.older();
    if outcome.deletes_newest {
        outcome.deleted.push(LocalIndex::NEWEST..start, Kinds::ALL);
    }
    for (index, pair, bound) in bounds {
        let is_inside = |place: usize| local_times[place] >= bound;
        let end = LocalIndex::new(gallop::from_start(start.get()..end.get(), is_inside));
        outcome.take(index, pair, start..end);
        start = end;
    }
    outcome.deleted.push(start..end, Kinds::ALL);
    outcome.rest = start;
    Ok(outcome)
}

/// Each pair and its bound, from the shortest frame to the longest; equal frames keep the order of
/// the text.
fn bounds(
    policy: &Policy,
    now: LocalDateTime,
) -> Result<Vec<(PairIndex, Pair, LocalDateTime)>, PlanError> {
    let mut pairs: Vec<(PairIndex, Pair)> = policy.iter().collect();
    pairs.sort_by_key(|&(_, pair)| pair.frame());
    let bound = |(index, pair): (PairIndex, Pair)| {
        if pair.is_unlimited() {
            return Ok((index, pair, LocalDateTime::MIN));
        }
        let frame = pair.frame();
        let bound = now
            .checked_sub(frame)
            .map_err(|_| PlanError::FrameBeforeYearOne { pair: index, frame })?;
        Ok((index, pair, bound))
    };
    pairs.into_iter().map(bound).collect()
}

impl PolicyOutcome {
    /// Nothing is deleted.
    pub(super) fn of_no_policy(history: &History, now: LocalDateTime) -> PolicyOutcome {
        PolicyOutcome {
            history: history.clone(),
            now,
            nothing_to_do: true,
            frames: Vec::new(),
            deleted: BackupSet::default(),
            deletes_newest: false,
            rest: history.local_end(),
        }
    }

    /// Takes a frame's backups from the list and thins them.
    fn take(&mut self, index: PairIndex, pair: Pair, places: Range<LocalIndex>) {
        let mut frame = Frame { index, pair, places, oldest_full: None, runs: 0..0 };
        if !pair.keeps_all() {
            frame.oldest_full = self.full_at_or_newer(frame.places.end.newer(), frame.places.start);
            frame.runs = self.thin(&frame);
        }
        self.frames.push(frame);
    }

    /// Finds the survivors from the oldest to the newest, and keeps the runs between them.
    fn thin(&mut self, frame: &Frame) -> Range<usize> {
        let mut runs = Vec::new();
        let (start, interval) = (frame.places.start, frame.pair.interval().ticks());
        let local_times = self.history.local_times();
        let mut last = frame.oldest_full;
        while let Some(measured_from) = last {
            let far_enough = local_times[measured_from.get()].ticks().saturating_add(interval);
            let is_far_enough = |place: usize| local_times[place].ticks() >= far_enough;
            // Everything before `near` is far enough; of that the oldest full one survives. No
            // frame has place 0, so there is one before.
            let near = gallop::from_end(start.get()..measured_from.get(), is_far_enough);
            last = self.full_at_or_newer(LocalIndex::new(near - 1), start);
            runs.push(last.map_or(start, LocalIndex::older)..measured_from);
        }
        let first = self.deleted.as_slice().len();
        runs.into_iter().rev().for_each(|run| self.deleted.push(run, Kinds::FULL));
        first..self.deleted.as_slice().len()
    }

    fn full_at_or_newer(&self, place: LocalIndex, start: LocalIndex) -> Option<LocalIndex> {
        self.history.full_at_or_newer(place).filter(|&full| full >= start)
    }

    /// What the policy says of this version, and why. Panics if the history has no such version.
    pub fn verdict(&self, version: VersionNumber) -> Verdict {
        self.verdict_at(self.history.place(version))
    }

    fn verdict_at(&self, place: LocalIndex) -> Verdict {
        let age = || self.now.since(self.history.local_time_at(place));
        if self.nothing_to_do {
            return Verdict::NoPolicy;
        }
        if place == LocalIndex::NEWEST {
            return if self.deletes_newest {
                Verdict::NewestOutsideEveryFrame { age: age() }
            } else {
                Verdict::Newest
            };
        }
        let frame = self.frames.partition_point(|frame| frame.places.end <= place);
        match self.frames.get(frame) {
            Some(frame) => self.verdict_in(frame, place),
            None => Verdict::OutsideEveryFrame { age: age() },
        }
    }

    fn verdict_in(&self, frame: &Frame, place: LocalIndex) -> Verdict {
        let (history, pair) = (&self.history, frame.index);
        if frame.pair.keeps_all() {
            return Verdict::KeepAll { pair };
        }
        if frame.oldest_full.is_none_or(|oldest| place >= oldest) {
            let is_oldest = place.older() == frame.places.end;
            return if is_oldest {
                Verdict::OldestInFrame { pair }
            } else {
                Verdict::NoFullBefore { pair }
            };
        }
        // The run that the place lies in, or else the one right behind it, ends before what it was
        // measured from. Only between two full backups side by side that both survive is there
        // nothing to delete, and so no run.
        let runs = &self.deleted.as_slice()[frame.runs.clone()];
        let next = runs.partition_point(|run| run.places.end <= place);
        let run = runs.get(next).map(|run| &run.places).filter(|run| run.start <= place.older());
        let measured_from = run.map_or(place.older(), |run| run.end);
        let after = history.version(measured_from);
        let distance = history.local_time_at(place).since(history.local_time_at(measured_from));
        if distance >= frame.pair.interval() {
            Verdict::FarEnough { pair, after, distance }
        } else if history.is_partial_at(place) {
            Verdict::Partial { pair, after, distance }
        } else {
            Verdict::TooClose { pair, after, distance }
        }
    }

    /// What the policy deletes, in the order in which Duplicati names it: the thinned ones frame by
    /// frame, the oldest first within a frame; then those in no frame, newest first; then the
    /// newest of all.
    pub fn deletes(&self) -> impl Iterator<Item = VersionNumber> + '_ {
        let runs_of = |frame: &Frame| &self.deleted.as_slice()[frame.runs.clone()];
        let thinned = self
            .frames
            .iter()
            .flat_map(move |frame| BackupSet::oldest_first(runs_of(frame), &self.history));
        let newest = self.deletes_newest.then_some(LocalIndex::NEWEST);
        let rest = LocalIndex::each(self.rest..self.history.local_end());
        thinned.chain(rest).chain(newest).map(|place| self.history.version(place))
    }

    pub(super) fn history(&self) -> &History {
        &self.history
    }

    /// Each area that has a version, and its places.
    pub(super) fn areas(&self) -> impl Iterator<Item = (Area, Range<LocalIndex>)> {
        let frame = |frame: &Frame| (Area::Frame { pair: frame.index }, frame.places.clone());
        let (newest, end) = (LocalIndex::NEWEST, self.history.local_end());
        let behind_newest = if self.nothing_to_do { newest } else { newest.older() };
        let others =
            [(Area::Newest, newest..behind_newest), (Area::OutsideEveryFrame, self.rest..end)];
        self.frames.iter().map(frame).chain(others).filter(|(_, places)| !places.is_empty())
    }

    /// Everything that it deletes.
    pub(super) fn deleted(&self) -> &BackupSet {
        &self.deleted
    }
}
