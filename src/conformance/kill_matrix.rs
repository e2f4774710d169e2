//! Which invariant notices which mistake: the proof that the suite itself works.

use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::flawed::{Flawed, Mistake};
use super::recipe::Recipe;
use super::runner::{Asked, Size, judge, shrink};
use super::subject::Subject;
use crate::invariants::{ALL, Check, Invariant};

/// An invariant that notices a mistake.
#[derive(Clone, Debug)]
pub struct Kill {
    /// The invariant's id.
    pub invariant: &'static str,
    /// How many cases it took, counted from 1.
    pub cases: u64,
    /// The size of the shrunken counterexample.
    pub size: Size,
    /// The shrunken counterexample.
    pub recipe: Recipe,
}

/// A mistake and all who notice it.
#[derive(Clone, Debug)]
pub struct Row {
    /// The mistake.
    pub mistake: Mistake,
    /// Those who notice it, in the order of [`ALL`].
    pub kills: Vec<Kill>,
}

/// Every how many cases a course of time is asked for.
const COURSE_EACH: u64 = 8;

/// Asks every invariant about one mistake, case by case of a seed, and shrinks the first failure of each.
///
/// ```
/// use duplicati_retention::conformance::{flawed::Mistake, kill_matrix};
/// let row = kill_matrix::row(Mistake::OutsideKept, 1, 100);
/// assert!(row.kills.iter().any(|kill| kill.invariant == "survivors-in-frame"));
/// ```
pub fn row(mistake: Mistake, seed: u64, cases: u64) -> Row {
    let subject = Flawed::making(mistake);
    let mut kills: Vec<Option<Kill>> = vec![None; ALL.len()];
    for number in 0..cases {
        let recipe = Recipe::random(seed, number);
        let mut asked = Asked::new(&subject, &recipe);
        // Where the mistake does not show, no judge of a single answer has anything to see.
        let shows = asked.answer() != &Flawed::right().answer(asked.case());
        // A course of time costs as much as all the rest together, so not every recipe is asked for one.
        let with_course = number % COURSE_EACH == 0;
        let open = kills
            .iter_mut()
            .zip(ALL)
            .filter(|(kill, _)| kill.as_ref().is_none_or(|kill| !kill.size.is_small()));
        let concerned = |invariant: &Invariant| match invariant.check {
            Check::Answer(_) => shows,
            Check::Relation { .. } => true,
            Check::Course(_) => with_course,
        };
        for (kill, invariant) in open.filter(|(_, invariant)| concerned(invariant)) {
            if asked.judge(invariant).is_err() {
                let recipe = shrink(&recipe, |recipe| judge(&subject, recipe, invariant).is_err());
                let size = Size::of(&recipe);
                // A later case only counts where it leads to something smaller.
                let cases = kill.as_ref().map_or(number + 1, |kill| kill.cases);
                if kill.as_ref().is_none_or(|kill| size < kill.size) {
                    *kill = Some(Kill { invariant: invariant.id, cases, size, recipe });
                }
            }
        }
    }
    Row { mistake, kills: kills.into_iter().flatten().collect() }
}

/// The rows of all mistakes, worked out on this many threads.
///
/// ```no_run
/// use duplicati_retention::conformance::kill_matrix;
/// assert!(kill_matrix::rows(1, 1_000, 2).iter().all(|row| !row.kills.is_empty())); // takes seconds
/// ```
pub fn rows(seed: u64, cases: u64, threads: usize) -> Vec<Row> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(&mistake) = Mistake::ALL.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let row = row(mistake, seed, cases);
                    done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(row);
                }
            });
        }
    });
    let mut rows = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    rows.sort_by_key(|row| Mistake::ALL.iter().position(|&mistake| mistake == row.mistake));
    rows
}

/// `mistake: invariant @cases backups/pairs, …`
impl fmt::Display for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}: {}", self.mistake, self.mistake.sentence())?;
        for Kill { invariant, cases, size, .. } in &self.kills {
            write!(
                formatter,
                "\n    {invariant:<26} @{cases:<5} {} backups, {} pairs",
                size.backups, size.pairs
            )?;
        }
        Ok(())
    }
}
