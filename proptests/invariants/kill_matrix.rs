//! The proof that the suite works: every planted mutation is noticed, and every invariant notices
//! one.

use std::fmt::Write;
use std::fs;
use std::sync::LazyLock;

use duplicati_retention::Release;
use duplicati_retention::clock::Utc;
use duplicati_retention::clock::Zone;
use duplicati_retention::conformance::vector::{Vector, VectorQuestion};
use duplicati_retention::invariants::{ALL, Answer, Case};
use duplicati_retention::retention::OPTION_NAMES;
use duplicati_retention::testing::kill_matrix::{MutantResult, mutant_results};
use duplicati_retention::testing::mutants::{Mutant, Mutation};
use duplicati_retention::testing::{CaseSeed, IMPLEMENTATIONS, Implementation, Reference, judge};

use crate::invariants::ask_all;

/// Enough for the rarest mutation, and no more: the whole matrix is to take seconds.
const CASES: u64 = 5_000;

const SEED: u64 = 1;

static RESULTS: LazyLock<Vec<MutantResult>> = LazyLock::new(|| mutant_results(SEED, CASES, 2));

#[test]
fn the_implementation_without_a_mistake_is_right() {
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
fn the_implementation_without_a_mistake_answers_the_vectors_as_the_mirror_does() {
    let folder = crate::support::root().join("vectors");
    let lines = ["policy.jsonl", "retention.jsonl"]
        .map(|name| fs::read_to_string(folder.join(name)).unwrap());
    for line in lines.iter().flat_map(|text| text.lines()) {
        let vector = Vector::parse(line).unwrap();
        for &release in vector.expect.keys() {
            let case = match &vector.question {
                VectorQuestion::Policy { text, .. } => {
                    let options = vec![("retention-policy", text.clone())];
                    Case::new(release, options, Vec::new(), Zone::UTC, Utc::MIN)
                }
                VectorQuestion::Retention { history, now, options } => {
                    let text = |name| Some((name, options.get(name)?.clone()));
                    let options = OPTION_NAMES.iter().copied().filter_map(text).collect();
                    Case::new(release, options, history.iter().collect(), history.zone(), *now)
                }
            };
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
fn a_mistake_in_reading_is_made_at_its_place() {
    let answer = |implementation: Mutant, release, text: &str| {
        let options = vec![("retention-policy", text.to_owned())];
        implementation.answer(&Case::new(release, options, Vec::new(), Zone::UTC, Utc::MIN))
    };
    let shown = |implementation, release, text| answer(implementation, release, text).shown;
    assert_eq!(shown(Mutant::with(Mutation::UnitsIgnoreCase), Release::V2_3_0, "7H:1S"), "7h:1s");
    assert_eq!(shown(Mutant::unmutated(), Release::V2_3_0, "7H:1S"), "");
    // 31 January, two months later.
    assert_eq!(shown(Mutant::with(Mutation::DaysRollOver), Release::V2_1, "30D2M:1D"), "92D:1D");
    assert_eq!(shown(Mutant::unmutated(), Release::V2_1, "30D2M:1D"), "89D:1D");
    let texts = ["7D:1D4W:1W", "7:1D4W:1W", "7D:1D4W:1", "7D:1Dx:1W", "7D:x4W:1W"];
    for (text, accepts) in texts.into_iter().zip([true, false, false, false, false]) {
        let page = |implementation| answer(implementation, Release::V2_3_0, text).web_page_accepts;
        assert_eq!(
            (page(Mutant::with(Mutation::WebCommaLeftOut)), page(Mutant::unmutated())),
            (accepts, false)
        );
    }
}

#[test]
fn there_are_at_least_sixty_mistakes_in_words_of_their_own() {
    let mut sentences: Vec<&str> =
        Mutation::ALL.iter().map(|mutation| mutation.sentence()).collect();
    sentences.sort_unstable();
    sentences.dedup();
    assert_eq!(sentences.len(), Mutation::ALL.len());
    assert!(sentences.len() >= 60);
}

#[test]
fn every_mistake_is_noticed() {
    let survivors: Vec<_> =
        RESULTS.iter().filter(|row| row.kills.is_empty()).map(|row| row.mutation).collect();
    assert!(survivors.is_empty(), "not noticed in {CASES} cases: {survivors:?}");
}

#[test]
fn every_invariant_notices_a_mistake() {
    let kills =
        |id: &str| RESULTS.iter().any(|row| row.kills.iter().any(|kill| kill.invariant == id));
    let idle: Vec<_> = ALL.iter().map(|invariant| invariant.id).filter(|id| !kills(id)).collect();
    assert!(idle.is_empty(), "these notice nothing: {idle:?}");
}

#[test]
fn every_counterexample_has_at_most_four_backups_and_three_pairs() {
    let big = |row: &MutantResult| row.kills.iter().any(|kill| !kill.size.is_small());
    let big: Vec<String> = RESULTS.iter().filter(|row| big(row)).map(ToString::to_string).collect();
    assert!(big.is_empty(), "{}", big.join("\n"));
}

#[test]
fn the_kill_matrix_is_as_recorded() {
    let mut text = String::from(
        "Each mutation, and each invariant that notices it: in which case, and how small it can be made.\n\n",
    );
    for row in RESULTS.iter() {
        writeln!(text, "{row}").unwrap();
    }
    text += "\nEach invariant, how many mutations it notices, and how many that no other does.\n\n";
    for invariant in ALL {
        let kills =
            |row: &&MutantResult| row.kills.iter().any(|kill| kill.invariant == invariant.id);
        let all = RESULTS.iter().filter(kills).count();
        let alone = RESULTS.iter().filter(kills).filter(|row| row.kills.len() == 1).count();
        writeln!(text, "{:<26} {all:>3} {alone:>3}", invariant.id).unwrap();
    }
    crate::snapshot("kill_matrix", &text);
}

/// How many of the first cases each mutation is asked, to see how often its answer is another.
const FIRST_CASES: u64 = 300;

/// The same kills, each asked for itself in the case that the matrix recorded, which takes a step;
/// and what is said of it. After a change of the matrix, this is to be recorded again.
#[test]
fn each_invariant_says_what_is_wrong_with_each_mistake() {
    let mut text = format!(
        "How many of {FIRST_CASES} cases each mutation answers wrongly, and what each invariant says of it in the case of the \
         kill matrix.\n\n"
    );
    let cases: Vec<Case> =
        (0..FIRST_CASES).map(|number| CaseSeed::random(SEED, number).case()).collect();
    let right: Vec<Answer> = cases.iter().map(|case| Mutant::unmutated().answer(case)).collect();
    let mut wrong = Mutant::unmutated();
    for line in include_str!("../../snapshots/kill_matrix.snap").lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let named =
            |mutation: &&Mutation| words.first() == Some(&format!("{mutation:?}:").as_str());
        if let Some(&mutation) = Mutation::ALL.iter().find(named) {
            wrong = Mutant::with(mutation);
            let often = cases
                .iter()
                .zip(&right)
                .filter(|(case, right)| wrong.answer(case) != **right)
                .count();
            writeln!(text, "{}: {often}", wrong.name()).unwrap();
        } else if let [id, case, ..] = words[..]
            && let Some(case) = case.strip_prefix('@')
        {
            let invariant = ALL.iter().find(|invariant| invariant.id == id).expect(line);
            let case_seed = CaseSeed::random(SEED, case.parse::<u64>().expect(line) - 1);
            let violation = judge(&wrong, &case_seed, invariant).expect_err(line);
            writeln!(text, "    {id}: {violation}").unwrap();
        }
    }
    crate::snapshot("violations", &text);
}
