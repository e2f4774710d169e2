//! A timeline of time from a case seed: backups are made, skipped and stopped, the clock jumps, and
//! retention runs in between.

use super::case_seed::{CaseSeed, MOST_BACKUPS};
use super::generate::{distance, interval_of};
use super::implementation::Implementation;
use crate::Release;
use crate::clock::Utc;
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};
use crate::history::Backup;
use crate::invariants::{Answer, Case};

/// How often the steps of a case seed are gone through at most, and how many steps there are in
/// all.
const MOST_STEPS: usize = 30;

/// What happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    /// A full backup, and retention at its end.
    Backup,
    /// A backup that is stopped: it leaves a partial version, and retention does not run.
    Stopped,
    /// A backup that finds nothing changed: no version, but retention runs.
    Unchanged,
    /// A full backup after which retention is not reached, as by a crash.
    NoRetention,
    /// The clock jumps, and then a full backup.
    ClockJump,
    /// A newer release is installed, and then a full backup.
    Upgrade,
}

/// Goes through the timeline of a case seed with an implementation, and returns each case that it
/// was asked, with its answer.
///
/// ```
/// use duplicati_retention::testing::{Reference, CaseSeed, timeline};
/// // Five daily backups, thinned each time.
/// let case_seed = CaseSeed::new([0; 4], &[[0, 3, 0]], &[], &[[0; 3]; 5], [0; 4]);
/// let steps = timeline::simulate(&Reference, &case_seed);
/// assert_eq!(steps.len(), 5);
/// assert_eq!(steps[4].0.history().len(), 4);
/// ```
pub fn simulate(implementation: &dyn Implementation, case_seed: &CaseSeed) -> Vec<(Case, Answer)> {
    let mut case = case_seed.case();
    let policy = crate::policy::Policy::parse(case.policy_text(), case.release());
    let pairs = policy.map_or(Vec::new(), |policy| policy.pairs().to_vec());
    let mut backups: Vec<Backup> = Vec::new();
    let mut clock = case.now();
    let mut answered = Vec::new();
    let steps = case_seed.backups.iter().take(MOST_BACKUPS);
    let times = 1 + usize::from(case_seed.head[3] / 4 % 8);
    for &[gap, nudge, kind] in steps.cycle().take((case_seed.backups.len() * times).min(MOST_STEPS))
    {
        let event = event(kind);
        clock = moved(clock, waiting(&pairs, gap).saturating_add(distance(nudge)).max(1));
        if event == Event::ClockJump {
            clock = moved(clock, if kind & 16 == 0 { -7200 } else { 86_400 });
        }
        if event == Event::Upgrade {
            let next = Release::ALL.into_iter().find(|&release| release > case.release());
            case = case.with_release(next.unwrap_or(case.release()));
        }
        // Duplicati does not start a backup that is not later than the last one.
        let later = backups.iter().all(|backup| backup.time.unix_seconds() < clock.unix_seconds());
        if event != Event::Unchanged && later {
            let time = Utc::from_unix_seconds(clock.unix_seconds()).unwrap_or(clock);
            backups.push(Backup { partial: event == Event::Stopped, ..Backup::full(time) });
        }
        if !later || matches!(event, Event::Stopped | Event::NoRetention) {
            continue;
        }
        // Retention runs at the end of the backup.
        let end = moved(clock, i64::from(nudge / 16));
        case = case.with_backups(backups, end);
        let answer = implementation.answer(&case);
        backups = implementation.carry_out(&case, &answer);
        answered.push((case.clone(), answer));
    }
    answered
}

fn event(kind: u8) -> Event {
    match kind % 16 {
        1 => Event::Stopped,
        2 => Event::Unchanged,
        3 => Event::NoRetention,
        4 => Event::ClockJump,
        5 => Event::Upgrade,
        _ => Event::Backup,
    }
}

/// Seconds until the next start.
fn waiting(pairs: &[crate::policy::Pair], gap: u8) -> i64 {
    let count = i64::from(gap / 8);
    match gap % 8 {
        0 => 86_400,
        1 => interval_of(pairs, gap / 8).whole_seconds(),
        2 => interval_of(pairs, gap / 8).whole_seconds() / 2,
        3 => interval_of(pairs, gap / 8).whole_seconds() * 2 / 3,
        4 => 3600 * count,
        5 => 86_400 * count,
        6 => 60 * count,
        _ => interval_of(pairs, gap / 8).whole_seconds() - 1,
    }
}

/// The clock so many seconds later; it stops at the ends of time.
fn moved(time: Utc, seconds: i64) -> Utc {
    time.saturating_add(TimeSpan::from_ticks(seconds.saturating_mul(TICKS_PER_SECOND)))
}
