//! Makes the case of a vector smaller, step by step, as long as it still fails. Random cases shrink
//! by their case seed instead.

use crate::clock::Utc;
use crate::clock::Zone;
use crate::conformance::protocol::Ask;
use crate::dotnet::TICKS_PER_SECOND;
use crate::history::Backup;
use crate::invariants::Case;

/// Texts of policies are shortened letter by letter only if they are no longer than this.
const SHORT_TEXT: usize = 60;

/// A smaller case that still fails.
pub(super) fn shrink_case(ask: Ask, case: &Case, mut fails: impl FnMut(&Case) -> bool) -> Case {
    let mut best = case.clone();
    loop {
        let before = best.to_string();
        shorten_text(ask, &mut best, &mut fails);
        if ask == Ask::Plan {
            drop_options(&mut best, &mut fails);
            drop_backups(&mut best, &mut fails);
            make_plain(&mut best, &mut fails);
        }
        if best.to_string() == before {
            return best;
        }
    }
}

/// Takes another case if it fails as well.
fn take(best: &mut Case, smaller: Case, fails: &mut impl FnMut(&Case) -> bool) -> bool {
    let still = fails(&smaller);
    if still {
        *best = smaller;
    }
    still
}

/// Drops entries of the policy, and of a text that is only read letters too.
fn shorten_text(ask: Ask, best: &mut Case, fails: &mut impl FnMut(&Case) -> bool) {
    let name = "retention-policy";
    let mut index = best.policy_text().split(',').count();
    while index > 0 {
        index -= 1;
        let entries: Vec<&str> = best.policy_text().split(',').collect();
        let kept = entries
            .iter()
            .enumerate()
            .filter(|(place, _)| *place != index)
            .map(|(_, entry)| *entry);
        let text = kept.collect::<Vec<_>>().join(",");
        take(best, best.with_option(name, &text), fails);
    }
    let mut index = best.policy_text().chars().count();
    while ask == Ask::Parse && (1..=SHORT_TEXT).contains(&index) {
        index -= 1;
        let letters = best.policy_text().chars().enumerate().filter(|(place, _)| *place != index);
        let text: String = letters.map(|(_, letter)| letter).collect();
        take(best, best.with_option(name, &text), fails);
    }
}

fn drop_options(best: &mut Case, fails: &mut impl FnMut(&Case) -> bool) {
    for index in (0..best.options().len()).rev() {
        let mut options = best.options().to_vec();
        options.remove(index);
        let zone = best.history().zone();
        let smaller = Case::new(best.release(), options, best.backups().to_vec(), zone, best.now());
        take(best, smaller, fails);
    }
}

/// Drops backups: half of them, a quarter, in the end one by one.
fn drop_backups(best: &mut Case, fails: &mut impl FnMut(&Case) -> bool) {
    let mut count = best.backups().len().div_ceil(2);
    while count > 0 {
        let mut start = 0;
        while start < best.backups().len() {
            let mut backups = best.backups().to_vec();
            backups.drain(start..(start + count).min(backups.len()));
            if !take(best, best.with_backups(backups, best.now()), fails) {
                start += count;
            }
        }
        count = if count == 1 { 0 } else { count.div_ceil(2) };
    }
}

/// Full backups, no locks, UTC, whole seconds, whole hours.
fn make_plain(best: &mut Case, fails: &mut impl FnMut(&Case) -> bool) {
    let utc = Case::new(
        best.release(),
        best.options().to_vec(),
        best.backups().to_vec(),
        Zone::UTC,
        best.now(),
    );
    if best.history().zone() != Zone::UTC {
        take(best, utc, fails);
    }
    for unit in [3600 * TICKS_PER_SECOND, TICKS_PER_SECOND] {
        if best.now().ticks() % unit != 0 {
            take(best, best.with_backups(best.backups().to_vec(), down(best.now(), unit)), fails);
        }
    }
    for index in 0..best.backups().len() {
        let backup = best.backups()[index];
        let plainer = [
            Backup { partial: false, ..backup },
            Backup { locked_until: None, ..backup },
            Backup { time: down(backup.time, 86_400 * TICKS_PER_SECOND), ..backup },
            Backup { time: down(backup.time, 3600 * TICKS_PER_SECOND), ..backup },
        ];
        for plain in plainer {
            let mut backups = best.backups().to_vec();
            if backups[index] != plain {
                backups[index] = Backup {
                    // What was made plain before stays so.
                    partial: plain.partial && backups[index].partial,
                    ..plain
                };
                take(best, best.with_backups(backups, best.now()), fails);
            }
        }
    }
}

fn down(time: Utc, unit: i64) -> Utc {
    Utc::from_ticks(time.ticks() - time.ticks() % unit).unwrap_or(time)
}
