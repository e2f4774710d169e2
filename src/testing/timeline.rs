//! A timeline: backups are made and stopped, and retention runs in between.

use super::implementation::Implementation;
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};
use crate::history::Backup;
use crate::invariants::{Answer, Case};

/// The most starts that are simulated, the oldest first.
const MAX_STARTS: usize = 100;

/// Simulates a timeline with an implementation, and returns each case that it was asked, with its
/// answer. A timeline is a case whose backups are the starts:
///
/// * A full backup is made at each start, and retention runs at its end, within the same second.
/// * A partial one was stopped: it leaves a version, and retention does not run.
/// * At the case's own present retention runs once more, without a backup.
///
/// ```
/// use duplicati_retention::testing::{CaseSeed, PairSeed, Reference, StartSeed, timeline};
/// // Five daily backups under 7D:2D, thinned each time.
/// let two_days = PairSeed { interval: 3, ..PairSeed::default() };
/// let starts = vec![StartSeed::default(); 5];
/// let seed = CaseSeed { pairs: vec![two_days], starts, ..CaseSeed::default() };
/// let steps = timeline::simulate(&Reference, &seed.timeline());
/// assert_eq!(steps.len(), 5);
/// assert_eq!(steps[4].0.history().len(), 4);
/// ```
pub fn simulate(implementation: &dyn Implementation, starts: &Case) -> Vec<(Case, Answer)> {
    let lag = TimeSpan::from_ticks(starts.now().ticks() % TICKS_PER_SECOND);
    let mut left: Vec<Backup> = Vec::new();
    let mut steps: Vec<(Case, Answer)> = Vec::new();
    let mut run = |left: &mut Vec<Backup>, now| {
        let case = starts.with_backups(std::mem::take(left), now);
        let answer = implementation.decide(&case).about_decisions();
        *left = implementation.carry_out(&case, &answer);
        steps.push((case, answer));
    };
    let (mut last, mut end) = (None, starts.now());
    for &start in starts.versions().iter().rev().take(MAX_STARTS) {
        // No two backups start at one time.
        if last.is_some_and(|last| last >= start.time) {
            continue;
        }
        let time = starts.zone().recorded(start.time);
        left.insert(0, Backup { time, ..start });
        last = Some(start.time);
        end = start.time.saturating_add(lag);
        if !start.partial {
            run(&mut left, end);
        }
    }
    if starts.now() > end {
        run(&mut left, starts.now());
    }
    steps
}
