//! The invariants, asked about the implementations of this crate.

use duplicati_retention::conformance::{Asked, Mirror, Recipe, Subject, shrink};
use duplicati_retention::invariants::ALL;

/// Every implementation that must be right. One line makes another one a subject of everything here.
pub const IMPLEMENTATIONS: &[&dyn Subject] = &[&Mirror];

/// Asks all invariants about some recipes on two threads; panics with a shrunken counterexample.
pub fn ask_all(subject: &dyn Subject, seed: u64, count: u64) {
    std::thread::scope(|scope| {
        for half in 0..2 {
            scope.spawn(move || (0..count / 2).for_each(|number| ask(subject, &Recipe::random(seed, number * 2 + half))));
        }
    });
}

/// Asks all invariants about one recipe.
pub fn ask(subject: &dyn Subject, recipe: &Recipe) {
    let mut asked = Asked::new(subject, recipe);
    for invariant in ALL {
        if asked.judge(invariant).is_err() {
            let small = shrink(recipe, |recipe| Asked::new(subject, recipe).judge(invariant).is_err());
            let violation = Asked::new(subject, &small).judge(invariant);
            panic!("{} breaks {}: {violation:?}\n{small:?}\n{}", subject.name(), invariant.id, small.case());
        }
    }
}

#[test]
fn every_implementation_keeps_every_invariant() {
    for subject in IMPLEMENTATIONS {
        ask_all(*subject, 1, 10_000);
    }
}

#[test]
fn zz_tmp() {
    use duplicati_retention::conformance::{flawed::Flawed, kill_matrix};
    let right = Flawed::right();
    for n in 0..20_000 {
        let recipe = Recipe::random(5, n);
        let diff = |recipe: &Recipe| Mirror.answer(&recipe.case()) != right.answer(&recipe.case());
        if diff(&recipe) {
            let small = shrink(&recipe, diff);
            println!("ZZ {small:?}\n{}\n{:?}\n{:?}", small.case(), Mirror.answer(&small.case()), right.answer(&small.case()));
            break;
        }
    }
    let start = std::time::Instant::now();
    let rows = kill_matrix::rows(1, 2000, 2);
    println!("ZZ took {:?}", start.elapsed());
    for row in &rows {
        println!("{row}");
        if row.kills.is_empty() { println!("ZZ SURVIVES {row}"); }
        for kill in &row.kills {
            if kill.size.backups > 4 || kill.size.pairs > 3 { println!("ZZ BIG {:?} {kill:?}", row.mistake); }
        }
    }
    for invariant in ALL {
        let count = rows.iter().filter(|row| row.kills.iter().any(|kill| kill.invariant == invariant.id)).count();
        let only = rows.iter().filter(|row| row.kills.len() == 1 && row.kills[0].invariant == invariant.id).count();
        println!("ZZ count {} {count} alone {only}", invariant.id);
    }
}
