//! Makes a case smaller, step by step, as long as it still fails.

use std::ops::Range;

use crate::Release;
use crate::clock::{Utc, Zone};
use crate::dotnet::{TICKS_PER_DAY, TICKS_PER_SECOND};
use crate::history::Backup;
use crate::invariants::{Case, Check};

/// Texts are shortened letter by letter only if they are no longer than this.
const SHORT_TEXT: usize = 60;
/// A case with more backups is not small.
const MANY_BACKUPS: usize = 4;
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
    pub fn is_small(self, check: &Check) -> bool {
        let max = MANY_BACKUPS + usize::from(matches!(check, Check::Timeline(_)));
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
        shrinking.drop_terms();
        shrinking.lower_numbers();
        shrinking.make_plain();
        shrinking.close_gaps();
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

    /// Drops terms of spans that have several, so that people would still write them.
    fn drop_terms(&mut self) {
        for name in ["retention-policy", "keep-time"] {
            let is_part = |letter: char| letter.is_ascii_digit() || "smhDWMY".contains(letter);
            let mut index = 0;
            loop {
                let text = self.best.option(name).unwrap_or_default().to_owned();
                let Some(term) = number_at(&text, index) else { break };
                index = term.end;
                let (before, after) = (&text[..term.start], &text[term.end..]);
                let Some(behind) = after.strip_prefix(|letter| "smhDWMY".contains(letter)) else {
                    continue;
                };
                let has_others = before.ends_with(is_part) || behind.starts_with(is_part);
                if has_others
                    && self.take(self.best.with_option(name, &format!("{before}{behind}")))
                {
                    index = term.start;
                }
            }
        }
    }

    /// Lowers the numbers of versions, of which many need many backups, also together with a backup
    /// that is dropped.
    fn lower_numbers(&mut self) {
        for name in ["keep-versions", "version"] {
            let mut index = 0;
            loop {
                let text = self.best.option(name).unwrap_or_default().to_owned();
                let Some(place) = number_at(&text, index) else { break };
                let number: u32 = text[place.clone()].parse().unwrap_or(0);
                let with =
                    |number: u32| format!("{}{number}{}", &text[..place.start], &text[place.end..]);
                let is_lower = number.checked_sub(1).is_some_and(|less| {
                    [1, number / 2, less]
                        .into_iter()
                        .any(|lower| self.take(self.best.with_option(name, &with(lower))))
                        || self.lower_with_a_backup(name, &with(less))
                });
                if !is_lower {
                    index = place.end;
                }
            }
        }
    }

    fn lower_with_a_backup(&mut self, name: &'static str, text: &str) -> bool {
        let lower = self.best.with_option(name, text);
        (0..lower.backups().len()).any(|index| {
            let mut backups = lower.backups().to_vec();
            backups.remove(index);
            self.take(lower.with_backups(backups, lower.now()))
        })
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

    /// Moves backups to a minute after the one before them, as long as there are many: then others
    /// may be left out.
    fn close_gaps(&mut self) {
        let count = self.best.backups().len();
        for index in (1..count).rev().filter(|_| count > MANY_BACKUPS) {
            let mut backups = self.best.backups().to_vec();
            let near = backups[index].time.add_units(60, TICKS_PER_SECOND);
            if let Some(near) = near.ok().filter(|&near| near < backups[index - 1].time) {
                backups[index - 1].time = near;
                self.take_backups(backups);
            }
        }
    }
}

/// The next row of digits in a text.
fn number_at(text: &str, from: usize) -> Option<Range<usize>> {
    let start = from + text[from..].find(|letter: char| letter.is_ascii_digit())?;
    let count = text[start..].bytes().take_while(u8::is_ascii_digit).count();
    Some(start..start + count)
}

fn down(time: Utc, unit: i64) -> Utc {
    Utc::from_ticks(time.ticks() - time.ticks() % unit).unwrap_or(time)
}
