//! The proof that the suite works: every planted mutation is noticed, and every invariant notices
//! one.

use std::fmt::Write;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};

use duplicati_retention::Release;
use duplicati_retention::clock::Utc;
use duplicati_retention::clock::Zone;
use duplicati_retention::conformance::run::first_mismatch;
use duplicati_retention::conformance::vector::Vector;
use duplicati_retention::invariants::{ALL, Answer, Case};
use duplicati_retention::testing::mutants::{Mutant, Mutation};
use duplicati_retention::testing::{
    CaseSeed, IMPLEMENTATIONS, Implementation, Reference, Size, check, verify,
};

use super::mutant_results::{Kill, MutantResult, mutant_results};
use crate::invariants::ask_all;

/// Enough for the rarest mutation, and no more: the whole matrix is to take seconds.
const CASES: u64 = 6_000;

const SEED: u64 = 1;

static RESULTS: LazyLock<Vec<MutantResult>> = LazyLock::new(|| mutant_results(SEED, CASES, 2));

#[test]
fn the_implementation_without_a_mutation_is_right() {
    ask_all(&Mutant::unmutated(), 2, 4_000);
    for case_seed in (0..20_000).map(|number| CaseSeed::random(3, number)) {
        let case = case_seed.case();
        let right = Mutant::unmutated().answer(&case);
        for implementation in IMPLEMENTATIONS {
            assert_eq!(
                implementation.answer(&case),
                right,
                "{} differs in {case_seed:?}\n{case}",
                implementation.name()
            );
        }
    }
}

/// The vectors have texts and options that the random cases never have.
#[test]
fn without_a_mutation_the_vectors_are_answered_like_the_reference() {
    let folder = crate::support::root().join("vectors");
    let lines = ["policy.jsonl", "retention.jsonl", "corners.jsonl"]
        .map(|name| fs::read_to_string(folder.join(name)).unwrap());
    for line in lines.iter().flat_map(|text| text.lines()) {
        let vector = Vector::parse(line).unwrap();
        for &release in vector.expect.keys() {
            let case = vector.case(release);
            assert_eq!(
                Mutant::unmutated().answer(&case),
                Reference.answer(&case),
                "{}: {case}",
                vector.id
            );
        }
    }
}

/// What a mutation makes of a policy text, where the random cases hardly lead; the right one
/// refuses the first text and the page all of the others.
#[test]
fn a_mutation_in_reading_is_made_in_its_place() {
    let answer = |implementation: Mutant, release, text: &str| {
        let options = vec![("retention-policy", text.to_owned())];
        implementation.answer(&Case::new(release, options, Vec::new(), Zone::UTC, Utc::MIN))
    };
    let shown =
        |implementation, release, text| answer(implementation, release, text).shown.unwrap();
    assert_eq!(shown(Mutant::with(Mutation::UnitsIgnoreCase), Release::V2_3_0, "7H:1S"), "7h:1s");
    assert_eq!(shown(Mutant::unmutated(), Release::V2_3_0, "7H:1S"), "");
    // 31 January, two months later.
    assert_eq!(shown(Mutant::with(Mutation::DaysRollOver), Release::V2_1, "30D2M:1D"), "92D:1D");
    assert_eq!(shown(Mutant::unmutated(), Release::V2_1, "30D2M:1D"), "89D:1D");
    let texts = ["7D:1D4W:1W", "7:1D4W:1W", "7D:1D4W:1", "7D:1Dx:1W", "7D:x4W:1W"];
    for (text, accepts) in texts.into_iter().zip([true, false, false, false, false]) {
        let page = |implementation| {
            answer(implementation, Release::V2_3_0, text).web_page_accepts.unwrap()
        };
        assert_eq!(
            (page(Mutant::with(Mutation::WebCommaLeftOut)), page(Mutant::unmutated())),
            (accepts, false)
        );
    }
}

#[test]
fn at_least_sixty_mutations_have_a_sentence_of_their_own() {
    let mut sentences: Vec<&str> =
        Mutation::ALL.iter().map(|mutation| mutation.sentence()).collect();
    sentences.sort_unstable();
    sentences.dedup();
    assert_eq!(sentences.len(), Mutation::ALL.len());
    assert!(sentences.len() >= 60);
}

#[test]
fn every_mutation_is_noticed() {
    let survivors: Vec<_> = RESULTS
        .iter()
        .filter(|result| result.kills.is_empty())
        .map(|result| result.mutation)
        .collect();
    assert!(survivors.is_empty(), "not noticed in {CASES} cases: {survivors:?}");
}

#[test]
fn every_invariant_catches_a_mutant() {
    let kills = |id: &str| {
        RESULTS.iter().any(|result| result.kills.iter().any(|kill| kill.invariant == id))
    };
    let idle: Vec<_> = ALL.iter().map(|invariant| invariant.id).filter(|id| !kills(id)).collect();
    assert!(idle.is_empty(), "these notice nothing: {idle:?}");
}

#[test]
fn every_counterexample_is_small() {
    let check =
        |kill: &Kill| ALL.iter().find(|invariant| invariant.id == kill.invariant).unwrap().check;
    let kills = RESULTS.iter().flat_map(|result| &result.kills);
    let big: Vec<String> = kills
        .filter(|kill| !Size::of(&kill.case).is_small(&check(kill)))
        .map(|kill| format!("{}: {}", kill.invariant, kill.case))
        .collect();
    assert!(big.is_empty(), "{}", big.join("\n"));
}

/// What is printed is JSON, and the case that is read from it is as wrong.
#[test]
fn every_counterexample_can_be_replayed_from_what_is_printed() {
    for result in RESULTS.iter() {
        for kill in &result.kills {
            let invariant = ALL.iter().find(|invariant| invariant.id == kill.invariant).unwrap();
            let line = kill.case.to_string();
            let case: Case = line.parse().unwrap();
            let wrong = check(&Mutant::with(result.mutation), &case, invariant);
            assert!(wrong.is_err(), "{:?} keeps {}: {line}", result.mutation, kill.invariant);
            let right = check(&Reference, &case, invariant);
            assert_eq!(right, Ok(()), "{}: {line}", kill.invariant);
        }
    }
}

/// What `verify` and `conformance run` ask if nobody says otherwise.
const DEFAULT_CASES: u64 = 10_000;

/// What other programs are not asked about: reasons, the web page, how a policy is displayed, where
/// an error is, and what may be a date.
const NOT_IN_THE_PROTOCOL: &[Mutation] = {
    use Mutation::*;
    &[
        NoColonCrashes,
        PlaceWithinEntry,
        NowIsZero,
        ShowsMonths,
        ShowsLongestInDays,
        ShowsNoSeconds,
        WebCommaAtEnd,
        WebCommaLeftOut,
        WebSmallUnlimited,
        WebManyUnits,
        WebAnyDigits,
        WebLineEnd,
        WebEmpty,
        KeepTimeBlanks,
        KeepTimeTrimmed,
        LockedNamed,
        PairBySortedPlace,
        AfterByLocalPlace,
        DistanceInUtc,
        AgeOfBound,
        PartialSaysFarEnough,
        NoFullSaysOldest,
        NewestSaysOldest,
        KeepTimeReasonIsAge,
        KeepVersionsAlwaysReached,
        StaleIndices,
    ]
};

/// The mutations that neither the invariants nor the questions to another program catch, of those
/// that they can, with some seeds.
fn missed(seeds: std::ops::Range<u64>) -> Vec<String> {
    let all = || seeds.clone().flat_map(|seed| Mutation::ALL.iter().map(move |&it| (seed, it)));
    let (next, missed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((seed, mutation)) = all().nth(next.fetch_add(1, Ordering::Relaxed)) {
                    let mutant = Mutant::with(mutation);
                    let miss = |by| {
                        missed
                            .lock()
                            .unwrap()
                            .push(format!("{mutation:?} by {by} with seed {seed}"));
                    };
                    if verify::first_violation(&mutant, DEFAULT_CASES, seed).is_none() {
                        miss("the invariants");
                    }
                    let is_caught = first_mismatch(&mutant, DEFAULT_CASES, seed).is_some();
                    if !is_caught && !NOT_IN_THE_PROTOCOL.contains(&mutation) {
                        miss("questions");
                    }
                }
            });
        }
    });
    missed.into_inner().unwrap()
}

#[test]
fn the_default_cases_catch_every_mutant_with_each_of_two_seeds() {
    assert_eq!(missed(2_001..2_003), Vec::<String>::new());
}

/// `cargo test --release --test proptests twenty_seeds -- --ignored` takes some minutes.
#[test]
#[ignore = "takes minutes"]
fn the_default_cases_catch_every_mutant_with_each_of_twenty_seeds() {
    assert_eq!(missed(3_001..3_021), Vec::<String>::new());
}

/// How many of the first cases each mutation is asked, to see how often its answer is another.
const FIRST_CASES: u64 = 300;

#[test]
fn the_kill_matrix_is_as_recorded() {
    let mut text = String::from(
        "Which mutations each invariant notices, and the backups/pairs of the smallest counterexample.\n\n",
    );
    for invariant in ALL {
        let mutation = |result: &MutantResult| {
            let kill = result.kills.iter().find(|kill| kill.invariant == invariant.id)?;
            let Size { backups, pairs } = Size::of(&kill.case);
            Some(format!("{:?} {backups}/{pairs}", result.mutation))
        };
        let all: Vec<String> = RESULTS.iter().filter_map(mutation).collect();
        writeln!(text, "{}: {}", invariant.id, all.join(", ")).unwrap();
    }
    let cases: Vec<Case> =
        (0..FIRST_CASES).map(|number| CaseSeed::random(SEED, number).case()).collect();
    let right: Vec<Answer> = cases.iter().map(|case| Mutant::unmutated().answer(case)).collect();
    let how_often = |&mutation: &Mutation| {
        let wrong = Mutant::with(mutation);
        let often = cases.iter().zip(&right).filter(|(case, right)| wrong.answer(case) != **right);
        format!("{mutation:?} {}", often.count())
    };
    let often: Vec<String> = Mutation::ALL.iter().map(how_often).collect();
    write!(text, "\nIn how many of {FIRST_CASES} cases each answers wrongly.\n\n").unwrap();
    for some in often.chunks(5) {
        writeln!(text, "{}", some.join(", ")).unwrap();
    }
    crate::snapshot("kill_matrix", &text);
}
