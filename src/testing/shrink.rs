//! Makes a case smaller, step by step, as long as it still fails.

use crate::Release;
use crate::clock::{Utc, Zone};
use crate::dotnet::{TICKS_PER_DAY, TICKS_PER_SECOND};
use crate::history::Backup;
use crate::invariants::{Case, Check};

/// Texts are shortened letter by letter only if they are no longer than this.
const SHORT_TEXT: usize = 60;
const TICKS_PER_HOUR: i64 = TICKS_PER_DAY / 24;

/// The size of a case as a person counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size {
    /// How many backups; in a timeline, how many starts.
    pub backups: usize,
    /// How many entries the policy has.
    pub pairs: usize,
}

impl Size {
    /// The size of a case.
    pub fn of(case: &Case) -> Size {
        let pairs = case.policy_text().split(',').filter(|entry| !entry.is_empty()).count();
        Size { backups: case.versions().len(), pairs }
    }

    /// Whether a person can take it in at a glance: at most 4 backups, or 5 starts of a timeline,
    /// and 3 pairs.
    pub const fn is_small(self, check: &Check) -> bool {
        let max = if matches!(check, Check::Timeline(_)) { 5 } else { 4 };
        self.backups <= max && self.pairs <= 3
    }
}

/// A smaller case that still fails, as small as single steps lead.
///
/// ```
/// use duplicati_retention::testing::{CaseSeed, Size, shrink};
/// let big = (0..).map(|number| CaseSeed::random(1, number).case());
/// let big = big.filter(|case| Size::of(case).backups > 5).next().unwrap();
/// let small = shrink(&big, |case| case.versions().len() >= 2);
/// assert_eq!(Size::of(&small), Size { backups: 2, pairs: 0 });
/// ```
pub fn shrink(case: &Case, fails: impl FnMut(&Case) -> bool) -> Case {
    let mut shrinking = Shrinking { best: case.clone(), fails };
    loop {
        let before = shrinking.best.clone();
        shrinking.drop_options();
        shrinking.drop_entries();
        shrinking.drop_backups();
        shrinking.shorten_texts();
        shrinking.make_plain();
        if shrinking.best == before {
            return before;
        }
    }
}

struct Shrinking<F> {
    best: Case,
    fails: F,
}

impl<F: FnMut(&Case) -> bool> Shrinking<F> {
    /// Takes another case if it fails as well.
    fn take(&mut self, smaller: Case) -> bool {
        let is_taken = smaller != self.best && (self.fails)(&smaller);
        if is_taken {
            self.best = smaller;
        }
        is_taken
    }

    fn take_backups(&mut self, backups: Vec<Backup>) -> bool {
        self.take(self.best.with_backups(backups, self.best.now()))
    }

    fn drop_options(&mut self) {
        for (name, _) in self.best.options().to_vec() {
            self.take(self.best.without_option(name));
        }
    }

    /// Drops entries of the policy.
    fn drop_entries(&mut self) {
        let text = self.best.policy_text();
        let mut index = if text.is_empty() { 0 } else { text.split(',').count() };
        while index > 0 {
            index -= 1;
            let mut entries: Vec<&str> = self.best.policy_text().split(',').collect();
            entries.remove(index);
            let text = entries.join(",");
            self.take(self.best.with_option("retention-policy", &text));
        }
    }

    /// Drops letters of the options' texts, unless they decide about backups: those stay as people
    /// write them.
    fn shorten_texts(&mut self) {
        if !self.best.versions().is_empty() {
            return;
        }
        for (name, text) in self.best.options().to_vec() {
            let mut letters: Vec<char> = text.chars().collect();
            let mut index = if letters.len() > SHORT_TEXT { 0 } else { letters.len() };
            while index > 0 {
                index -= 1;
                let letter = letters.remove(index);
                let text: String = letters.iter().collect();
                if !self.take(self.best.with_option(name, &text)) {
                    letters.insert(index, letter);
                }
            }
        }
    }

    /// Drops backups: half of them, a quarter, in the end one by one.
    fn drop_backups(&mut self) {
        let mut count = self.best.backups().len().div_ceil(2);
        while count > 0 {
            let mut start = 0;
            while start < self.best.backups().len() {
                let mut backups = self.best.backups().to_vec();
                backups.drain(start..(start + count).min(backups.len()));
                if !self.take_backups(backups) {
                    start += count;
                }
            }
            count = if count == 1 { 0 } else { count.div_ceil(2) };
        }
    }

    /// The default release, UTC, whole hours, full backups without locks at midnight, newest first.
    fn make_plain(&mut self) {
        self.take_backups(self.best.versions().to_vec());
        self.take(self.best.with_release(Release::default()));
        self.take(self.best.with_zone(Zone::UTC));
        for unit in [TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_SECOND] {
            let now = down(self.best.now(), unit);
            self.take(self.best.with_backups(self.best.backups().to_vec(), now));
        }
        for index in 0..self.best.backups().len() {
            let plainer: [fn(&mut Backup); 4] = [
                |backup| backup.partial = false,
                |backup| backup.locked_until = None,
                |backup| backup.time = down(backup.time, TICKS_PER_DAY),
                |backup| backup.time = down(backup.time, TICKS_PER_HOUR),
            ];
            for make_plainer in plainer {
                let mut backups = self.best.backups().to_vec();
                make_plainer(&mut backups[index]);
                self.take_backups(backups);
            }
        }
    }
}

fn down(time: Utc, unit: i64) -> Utc {
    Utc::from_ticks(time.ticks() - time.ticks() % unit).unwrap_or(time)
}
