//! proptest's way to seeds: any bytes, as a fuzzer has them.

use arbitrary::{Arbitrary, Unstructured};
use proptest::collection::vec;
use proptest::prelude::*;

use duplicati_retention::testing::{CaseSeed, Engine, IMPLEMENTATIONS, Implementation, Reference};

use crate::invariants::ask;
use crate::support::cases;

/// A value from bytes. What is missing is the plainest choice.
pub fn seeds<T>() -> impl Strategy<Value = T>
where
    T: for<'a> Arbitrary<'a> + std::fmt::Debug,
{
    let value = |bytes: Vec<u8>| T::arbitrary(&mut Unstructured::new(&bytes));
    vec(any::<u8>(), 0..400).prop_map(move |bytes| value(bytes).expect("any bytes are a seed"))
}

/// A seed from bytes, or one of the random ones, of which more policies are valid.
pub fn case_seeds() -> impl Strategy<Value = CaseSeed> {
    prop_oneof![seeds(), any::<u64>().prop_map(|number| CaseSeed::random(0, number))]
}

proptest! {
    #![proptest_config(cases(3_000))]

    #[test]
    fn every_implementation_keeps_every_invariant(seed in case_seeds()) {
        for implementation in IMPLEMENTATIONS {
            ask(*implementation, &seed);
        }
    }

    #[test]
    fn the_engine_answers_as_the_reference(seed in case_seeds()) {
        let case = seed.case();
        prop_assert_eq!(Engine.answer(&case), Reference.answer(&case), "{}", case);
    }
}
