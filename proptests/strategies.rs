//! proptest's way to recipes, and what it once found.

use proptest::collection::vec;
use proptest::prelude::*;

use duplicati_retention::conformance::{Asked, Engine, IMPLEMENTATIONS, Mirror, Recipe, Subject};
use duplicati_retention::invariants::ALL;

use crate::invariants::ask;
use crate::support::cases;

/// Recipes of ordinary size. Two thirds of the pairs are written plainly, and half of the options are not set.
pub fn recipes() -> impl Strategy<Value = Recipe> {
    let style = prop_oneof![2 => Just(0_u8), 1 => any::<u8>()];
    let pair =
        (any::<u8>(), any::<u8>(), style).prop_map(|(frame, interval, style)| [frame, interval, style]);
    let option = || prop_oneof![Just(0_u8), any::<u8>()];
    let options = [option(), option(), option(), option()];
    (any::<[u8; 4]>(), vec(pair, 0..4), vec(any::<u8>(), 0..4), vec(any::<[u8; 3]>(), 0..9), options)
        .prop_map(|(head, pairs, pieces, backups, options)| Recipe { head, pairs, pieces, backups, options })
}

proptest! {
    #![proptest_config(cases(3_000))]

    #[test]
    fn every_implementation_keeps_every_invariant_for_what_proptest_makes(recipe in recipes()) {
        for subject in IMPLEMENTATIONS {
            let mut asked = Asked::new(*subject, &recipe);
            for invariant in ALL {
                let judged = asked.judge(invariant);
                prop_assert!(judged.is_ok(), "{} breaks {}: {judged:?}\n{}", subject.name(), invariant.id, recipe.case());
            }
        }
    }

    #[test]
    fn the_fast_implementation_answers_as_the_mirror(recipe in recipes()) {
        let case = recipe.case();
        prop_assert_eq!(Engine.answer(&case), Mirror.answer(&case), "{}", case);
    }
}

/// What was ever found, as values: seeds die when a strategy or the decoder changes, and so may these, but they stay cases.
fn regressions() -> Vec<Recipe> {
    vec![
        // An unlimited frame has no bound that a backup could be older than (invariant older-backup).
        Recipe::new([0, 0, 0, 0], &[[3, 0, 0]], &[], &[[0, 0, 0]], [0, 0, 0, 0]),
        // Two pairs in the order of the longer one first, and a course of time on them.
        Recipe::new([0, 0, 0, 20], &[[0, 0, 0], [1, 0, 0]], &[], &[[2, 6, 0]], [0, 0, 0, 0]),
    ]
}

#[test]
fn what_was_once_found_is_right_now() {
    for recipe in regressions() {
        for subject in IMPLEMENTATIONS {
            ask(*subject, &recipe);
        }
    }
}

#[test]
fn a_recipe_prints_as_the_value_that_makes_it() {
    let recipe =
        Recipe::new([1, 2, 3, 4], &[[5, 6, 7]], &[8, 9], &[[10, 11, 12], [13, 14, 15]], [16, 17, 18, 19]);
    let text =
        "Recipe::new([1, 2, 3, 4], &[[5, 6, 7]], &[8, 9], &[[10, 11, 12], [13, 14, 15]], [16, 17, 18, 19])";
    assert_eq!(format!("{recipe:?}"), text);
}
