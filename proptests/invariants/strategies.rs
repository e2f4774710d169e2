//! proptest's way to case seeds, and what it once found.

use proptest::collection::vec;
use proptest::prelude::*;

use duplicati_retention::invariants::ALL;
use duplicati_retention::testing::{
    CaseSeed, Engine, Evaluation, IMPLEMENTATIONS, Implementation, Reference,
};

use crate::invariants::ask;
use crate::support::cases;

/// Recipes of ordinary size. Two thirds of the pairs are written plainly, and half of the options
/// are not set.
pub fn case_seeds() -> impl Strategy<Value = CaseSeed> {
    let style = prop_oneof![2 => Just(0_u8), 1 => any::<u8>()];
    let pair = (any::<u8>(), any::<u8>(), style)
        .prop_map(|(frame, interval, style)| [frame, interval, style]);
    let option = || prop_oneof![Just(0_u8), any::<u8>()];
    let options = [option(), option(), option(), option()];
    (
        any::<[u8; 4]>(),
        vec(pair, 0..4),
        vec(any::<u8>(), 0..4),
        vec(any::<[u8; 3]>(), 0..9),
        options,
    )
        .prop_map(|(head, pairs, pieces, backups, options)| CaseSeed {
            head,
            pairs,
            pieces,
            backups,
            options,
        })
}

proptest! {
    #![proptest_config(cases(3_000))]

    #[test]
    fn every_implementation_keeps_every_invariant_for_what_proptest_makes(case_seed in case_seeds()) {
        for implementation in IMPLEMENTATIONS {
            let mut evaluation = Evaluation::new(*implementation, &case_seed);
            for invariant in ALL {
                let judged = evaluation.judge(invariant);
                prop_assert!(judged.is_ok(), "{} breaks {}: {judged:?}\n{}", implementation.name(), invariant.id, case_seed.case());
            }
        }
    }

    #[test]
    fn the_fast_implementation_answers_as_the_mirror(case_seed in case_seeds()) {
        let case = case_seed.case();
        prop_assert_eq!(Engine.answer(&case), Reference.answer(&case), "{}", case);
    }
}

/// What was ever found, as values: seeds die when a strategy or the decoder changes, and so may
/// these, but they stay cases.
fn regressions() -> Vec<CaseSeed> {
    vec![
        // An unlimited frame has no bound that a backup could be older than (invariant
        // older-backup).
        CaseSeed::new([0, 0, 0, 0], &[[3, 0, 0]], &[], &[[0, 0, 0]], [0, 0, 0, 0]),
        // Two pairs in the order of the longer one first, and a timeline of time on them.
        CaseSeed::new([0, 0, 0, 20], &[[0, 0, 0], [1, 0, 0]], &[], &[[2, 6, 0]], [0, 0, 0, 0]),
    ]
}

#[test]
fn what_was_once_found_is_right_now() {
    for case_seed in regressions() {
        for implementation in IMPLEMENTATIONS {
            ask(*implementation, &case_seed);
        }
    }
}

#[test]
fn a_recipe_prints_as_the_value_that_makes_it() {
    let case_seed = CaseSeed::new(
        [1, 2, 3, 4],
        &[[5, 6, 7]],
        &[8, 9],
        &[[10, 11, 12], [13, 14, 15]],
        [16, 17, 18, 19],
    );
    let text = "CaseSeed::new([1, 2, 3, 4], &[[5, 6, 7]], &[8, 9], &[[10, 11, 12], [13, 14, 15]], [16, 17, 18, 19])";
    assert_eq!(format!("{case_seed:?}"), text);
}
