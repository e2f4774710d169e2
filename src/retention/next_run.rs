//! What the next backup deletes, which is not what a removal deletes now.
//!
//! Retention runs at the end of a backup. Then there is one version more, and the newest version of
//! today is protected no longer. And since ages are counted from that moment, what is deleted
//! depends on when the backup runs: [`periods`] says how.

use std::cmp::Ordering;

use super::decision::Decision;
use super::engine::{Plan, plan_of_run};
use super::options::Options;
use crate::clock::{LocalDateTime, Utc};
use crate::dotnet::{TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan};
use crate::history::{Backup, History, VersionNumber};

/// The plan of the run at the end of the next backup.
///
/// ```
/// use duplicati_retention::clock::{Utc, Zone};
/// use duplicati_retention::history::{Backup, History, VersionNumber};
/// use duplicati_retention::{Release, retention::{NextRun, Options}};
/// let hour = |hour: i64| Utc::from_unix_seconds(hour * 3600);
/// let history = History::new(vec![Backup::full(hour(0)?), Backup::full(hour(9)?)], Zone::UTC);
/// let options = Options::parse([("retention-policy", "7D:1D")], Release::V2_3_0)?;
/// let next = NextRun::new(&history, &options, hour(24)?);
/// // Version 0 is the newest today. After the next backup it is only 9 hours after version 1.
/// assert!(next.deletes().eq([VersionNumber::NEWEST]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct NextRun {
    options: Options,
    at: Utc,
    plan: Plan,
    /// The number that the new version has.
    made: VersionNumber,
}

impl NextRun {
    /// The run of a full backup that starts and ends at this time.
    ///
    /// The option `version` is ignored, because it is meant for a run by hand. A run that fails
    /// deletes nothing, and the blockers of its plan say why.
    pub fn new(history: &History, options: &Options, at: Utc) -> NextRun {
        let options = Options { versions: Default::default(), ..options.clone() };
        let (history, made) = with_backup(history, at);
        NextRun { plan: plan_of_run(&history, &options, at), options, at, made }
    }

    /// The plan, by the numbers that versions have in that run.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The number of the new version in that run.
    pub fn made(&self) -> VersionNumber {
        self.made
    }

    /// What becomes of a version of today. A version that is named in the decision has the number
    /// of that run: see [`today`](NextRun::today).
    pub fn decision(&self, today: VersionNumber) -> Decision {
        self.plan.decision(if today < self.made { today } else { today.older() })
    }

    /// The number that a version of that run has today; the new one has none.
    pub fn today(&self, then: VersionNumber) -> Option<VersionNumber> {
        match then.cmp(&self.made) {
            Ordering::Less => Some(then),
            Ordering::Equal => None,
            Ordering::Greater => Some(then.newer()),
        }
    }

    /// The versions of today that are deleted, newest first.
    pub fn deletes(&self) -> impl Iterator<Item = VersionNumber> + '_ {
        self.of_today(self.plan.deletes())
    }

    /// The versions of today that are left, newest first. In a long history they are few.
    fn kept(&self) -> impl Iterator<Item = VersionNumber> + '_ {
        self.of_today(self.plan.kept())
    }

    fn of_today(
        &self,
        versions: impl Iterator<Item = VersionNumber>,
    ) -> impl Iterator<Item = VersionNumber> {
        versions.filter_map(|then| self.today(then))
    }

    /// The last second to which the backup may be put off and still delete the same of today's
    /// history; nothing if it may be put off until `until`.
    pub fn same_until(&self, today: &History, until: Utc) -> Option<Utc> {
        let is_same =
            |moment: Utc| NextRun::new(today, &self.options, moment).kept().eq(self.kept());
        let change = changes(today, &self.options, whole_second(self.at), until)
            .into_iter()
            .find(|&moment| moment > self.at && !is_same(moment))?;
        Some(seconds_after(change, -1))
    }

    /// The versions of today whose deletion depends on how long the backup takes, newest first: it
    /// ends at most this long after its start.
    pub fn depends_on_duration(&self, duration: TimeSpan) -> Vec<VersionNumber> {
        let then = self.plan.history();
        let (from, until) = (whole_second(self.at), whole_second(self.at.saturating_add(duration)));
        let mut sometimes = Vec::new();
        for end in
            changes(then, &self.options, from, until).into_iter().filter(|&end| end > self.at)
        {
            let plan = plan_of_run(then, &self.options, end);
            differences(self.kept(), self.of_today(plan.kept()), &mut sometimes);
        }
        sometimes.sort_unstable();
        sometimes.dedup();
        sometimes
    }
}

/// The history after a full backup that starts at this time, and the number of its version.
fn with_backup(history: &History, start: Utc) -> (History, VersionNumber) {
    // As Duplicati records it.
    let start = history.zone().recorded(start);
    let newer = history.versions().take_while(|&version| history.backup(version).time > start);
    let made = VersionNumber::new(newer.count());
    // Of equal times the first is the newer version.
    let backups = std::iter::once(Backup::full(start)).chain(history.iter()).collect();
    (History::new(backups, history.zone()), made)
}

/// A time in which the moment of the next backup makes no difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first second.
    pub from: Utc,
    /// The last second.
    pub until: Utc,
    /// The versions of today that are deleted, newest first.
    pub deletes: Vec<VersionNumber>,
}

/// What the next backup deletes if it runs at each second between two moments: periods without a
/// gap, oldest first, each as long as can be.
///
/// ```
/// use duplicati_retention::clock::{Utc, Zone};
/// use duplicati_retention::history::{Backup, History};
/// use duplicati_retention::{Release, retention::{Options, periods}};
/// let day = |day: i64| Utc::from_unix_seconds(day * 86_400);
/// let history = History::new(vec![Backup::full(day(0)?)], Zone::UTC);
/// let options = Options::parse([("retention-policy", "7D:1D")], Release::V2_3_0)?;
/// let periods = periods(&history, &options, day(1)?, day(9)?);
/// assert_eq!(periods[0].until, day(7)?); // so old it may be, and not a second older
/// assert_eq!(periods[1].deletes.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn periods(history: &History, options: &Options, from: Utc, until: Utc) -> Vec<Period> {
    let (from, until) = (whole_second(from), whole_second(until));
    let mut periods: Vec<Period> = Vec::new();
    for moment in changes(history, options, from, until) {
        let deletes: Vec<VersionNumber> =
            NextRun::new(history, options, moment).deletes().collect();
        match periods.last_mut() {
            Some(last) if last.deletes == deletes => {}
            last => {
                if let Some(last) = last {
                    last.until = seconds_after(moment, -1);
                }
                periods.push(Period { from: moment, until, deletes });
            }
        }
    }
    periods
}

/// Adds what is in one of two lists only; both are newest first.
fn differences(
    one: impl Iterator<Item = VersionNumber>,
    other: impl Iterator<Item = VersionNumber>,
    only: &mut Vec<VersionNumber>,
) {
    let (mut one, mut other) = (one.peekable(), other.peekable());
    loop {
        let order = match (one.peek(), other.peek()) {
            (Some(left), Some(right)) => left.cmp(right),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return,
        };
        let left = one.next_if(|_| order.is_le());
        let right = other.next_if(|_| order.is_ge());
        only.extend(left.xor(right));
    }
}

/// The first second, and those at which the answer may change, in order; there may be others.
fn changes(history: &History, options: &Options, from: Utc, until: Utc) -> Vec<Utc> {
    let mut changes = Vec::new();
    for (_, lock) in history.locks() {
        changes.extend([*lock, seconds_after(*lock, 1)]);
    }
    // A version leaves a frame when the clock shows its local time and the frame's length, and a
    // backup that starts when the clock shows its time is no longer before it.
    let frames = options.policy.pairs().iter().filter(|pair| !pair.is_unlimited());
    let mut lengths: Vec<TimeSpan> =
        frames.map(|pair| pair.frame()).chain([TimeSpan::ZERO]).collect();
    // Where a version is newer than the backup, because a clock ran ahead, the backup is thinned
    // too, and the newer one by its distance from it.
    if history.iter().next().is_some_and(|newest| newest.time > from) {
        let intervals = options.policy.pairs().iter().map(|pair| pair.interval());
        lengths.extend(intervals.flat_map(|interval| {
            [interval, TimeSpan::from_ticks(interval.ticks().saturating_neg())]
        }));
    }
    for (begin, end) in stretches(history, from, until) {
        changes.push(begin);
        let [first, last] = [begin, end].map(|moment| history.zone().to_local(moment));
        let at = |local: LocalDateTime| begin.saturating_add(local.since(first));
        for &length in &lengths {
            let [oldest, newest] =
                [first, last].map(|bound| bound.checked_sub(length).unwrap_or(LocalDateTime::MIN));
            for &local_time in within(history, oldest, newest) {
                let bound = whole_second(at(local_time.saturating_add(length)));
                changes.extend([bound, seconds_after(bound, 1)]);
            }
        }
        let Some(keep_time) = &options.keep_time else { continue };
        let bound =
            |moment| keep_time.bound(history.zone().to_local(moment)).unwrap_or(LocalDateTime::MIN);
        for &local_time in within(history, bound(begin), bound(end)) {
            changes.push(first_second(begin, end, |moment| bound(moment) > local_time));
        }
    }
    changes.retain(|&change| from <= change && change <= until);
    changes.push(from);
    changes.sort_unstable();
    changes.dedup();
    changes
}

/// The local times between two, both included.
fn within(history: &History, oldest: LocalDateTime, newest: LocalDateTime) -> &[LocalDateTime] {
    let newest_first = history.local_times();
    let start = newest_first.partition_point(|&time| time > newest);
    let end = newest_first.partition_point(|&time| time >= oldest);
    newest_first.get(start..end).unwrap_or_default()
}

/// The time between two moments in stretches in which no clock is changed: first and last second.
fn stretches(history: &History, from: Utc, until: Utc) -> Vec<(Utc, Utc)> {
    let zone = history.zone();
    // No clock was ever changed and changed back within a day.
    let day = TimeSpan::from_ticks(TICKS_PER_DAY);
    let (mut stretches, mut begin, mut looked_at) = (Vec::new(), from, from);
    while looked_at < until {
        let next = looked_at.saturating_add(day).min(until);
        let before = zone.offset(looked_at);
        if zone.offset(next) != before {
            let change = first_second(looked_at, next, |moment| zone.offset(moment) != before);
            stretches.push((begin, seconds_after(change, -1)));
            begin = change;
        }
        looked_at = next;
    }
    stretches.push((begin, until));
    stretches
}

/// The first second after `from` at which something is so that stays so, or `until`.
fn first_second(from: Utc, until: Utc, is_so: impl Fn(Utc) -> bool) -> Utc {
    let (mut not_yet, mut later) = (0, until.since(from).whole_seconds());
    while later - not_yet > 1 {
        let middle = not_yet + (later - not_yet) / 2;
        if is_so(seconds_after(from, middle)) { later = middle } else { not_yet = middle }
    }
    seconds_after(from, later)
}

/// The time without its fraction of a second.
fn whole_second(time: Utc) -> Utc {
    time.saturating_add(TimeSpan::from_ticks(-time.ticks().rem_euclid(TICKS_PER_SECOND)))
}

fn seconds_after(moment: Utc, seconds: i64) -> Utc {
    moment.saturating_add(TimeSpan::from_ticks(seconds.saturating_mul(TICKS_PER_SECOND)))
}
