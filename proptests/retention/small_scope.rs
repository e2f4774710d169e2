//! Small scope, exhaustively: most bugs show in a small case, so all small cases are asked.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use duplicati_retention::Release;
use duplicati_retention::clock::{Utc, Zone};
use duplicati_retention::dotnet::{TICKS_PER_SECOND, TimeSpan};
use duplicati_retention::history::Backup;
use duplicati_retention::invariants::{ALL, Answer, Case, Check, CheckResult, Part};
use duplicati_retention::testing::mutants::{Mutant, Mutation};
use duplicati_retention::testing::{IMPLEMENTATIONS, Implementation};

/// Backups lie an hour apart, so bounds and intervals in hours are met exactly, missed by one, and
/// overlap.
const PAIRS: [&str; 12] = [
    "2h:2h", "5h:2h", "5h:3h", "U:3h", "2h:U", "5h:1h", "2h:3h", "5h:U", "0s:1h", "U:2h", "2h:1h",
    "U:U",
];

/// What is set besides the policy.
const OPTIONS: [&[(&str, &str)]; 5] = [
    &[],
    &[("keep-time", "4h"), ("keep-versions", "2")],
    &[("allow-full-removal", "true")],
    &[("keep-versions", "2")],
    &[("version", "0,2"), ("keep-versions", "1"), ("allow-full-removal", "true")],
];

/// Every policy of up to two of the first `pairs` pairs.
fn policies(pairs: usize) -> Vec<String> {
    let pairs = &PAIRS[..pairs];
    let one = pairs.iter().map(|pair| (*pair).to_owned());
    let two =
        pairs.iter().flat_map(|first| pairs.iter().map(move |second| format!("{first},{second}")));
    std::iter::once(String::new()).chain(one).chain(two).collect()
}

type CheckAnswer = fn(&Case, &Answer) -> CheckResult;

/// The invariants about one answer; those about texts only once for each policy, for they look
/// at nothing else.
fn checks(of_texts: bool) -> Vec<CheckAnswer> {
    let all = ALL.iter().filter(|invariant| of_texts || invariant.part != Part::Text);
    all.filter_map(|invariant| match invariant.check {
        Check::Answer(check) => Some(check),
        _ => None,
    })
    .collect()
}

/// Asks every implementation about one case: the first must keep every invariant, and the others
/// give its answer.
fn ask(implementations: &[&dyn Implementation], case: &Case, checks: &[CheckAnswer]) {
    let mut answers =
        implementations.iter().map(|implementation| (implementation, implementation.answer(case)));
    let Some((first, answer)) = answers.next() else { return };
    for check in checks {
        check(case, &answer)
            .unwrap_or_else(|violation| panic!("{}: {violation}\n{case}", first.name()));
    }
    for (implementation, other) in answers {
        assert_eq!(
            other,
            answer,
            "{} differs from {}\n{case}",
            implementation.name(),
            first.name()
        );
    }
}

/// A small world: all its cases are asked on two threads.
struct World<'a> {
    implementations: &'a [&'a dyn Implementation],
    zone: &'a str,
    now: Utc,
    histories: Vec<Vec<Backup>>,
    policies: Vec<String>,
    options: &'a [&'a [(&'static str, &'static str)]],
}

impl World<'_> {
    /// Asks, and tells how many cases that were.
    fn ask(&self) -> u64 {
        let (next, count) = (AtomicUsize::new(0), AtomicU64::new(0));
        let (each, once) = (checks(false), checks(true));
        let zone: Zone = self.zone.parse().unwrap();
        let ask_policy = |policy: &str| {
            for options in self.options {
                let mut set = vec![("retention-policy", policy.to_owned())];
                set.extend(options.iter().map(|(name, text)| (*name, (*text).to_owned())));
                // The pairs are read once and then shared.
                let empty = Case::new(Release::V2_3_0, set, Vec::new(), zone, self.now);
                assert!(empty.pairs().is_some());
                for (index, backups) in self.histories.iter().enumerate() {
                    let case = empty.with_backups(backups.clone(), self.now);
                    ask(self.implementations, &case, if index == 0 { &once } else { &each });
                }
                count.fetch_add(self.histories.len() as u64, Ordering::Relaxed);
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while let Some(policy) = self.policies.get(next.fetch_add(1, Ordering::Relaxed))
                    {
                        ask_policy(policy);
                    }
                });
            }
        });
        let (histories, policies, options) =
            (self.histories.len(), self.policies.len(), self.options.len());
        let asked = count.load(Ordering::Relaxed);
        println!(
            "{}: {histories} histories × {policies} policies × {options} options = {asked} cases",
            self.zone
        );
        asked
    }
}

fn hours_after(time: Utc, hours: i64) -> Utc {
    time.checked_add(TimeSpan::from_ticks(hours * 3600 * TICKS_PER_SECOND)).unwrap()
}

/// 2026-11-23 10:00Z.
fn ordinary_now() -> Utc {
    Utc::from_unix_seconds(1_795_428_000).unwrap()
}

/// Every choice of up to `most` of these instants, each at most once or as often as one likes.
fn choices(instants: &[Utc], max: usize, with_ties: bool) -> Vec<Vec<Utc>> {
    let mut all = vec![Vec::new()];
    let mut start = 0;
    for _ in 0..max {
        let end = all.len();
        for index in start..end {
            let chosen = all[index].clone();
            let last = chosen.last().copied();
            let next = instants.iter().filter(|&&time| {
                last.is_none_or(|last| time > last || (with_ties && time == last))
            });
            let longer = next.map(|&time| chosen.iter().copied().chain([time]).collect::<Vec<_>>());
            all.extend(longer.collect::<Vec<_>>());
        }
        start = end;
    }
    all
}

/// All histories of these times: each backup full or partial.
fn histories(choices: &[Vec<Utc>]) -> Vec<Vec<Backup>> {
    let history = |times: &Vec<Utc>, partial: u32| {
        let backup =
            |(index, &time)| Backup { partial: partial >> index & 1 == 1, ..Backup::full(time) };
        times.iter().enumerate().map(backup).collect()
    };
    choices
        .iter()
        .flat_map(|times| (0..1 << times.len()).map(move |partial| history(times, partial)))
        .collect()
}

/// From eight hours back to an hour in the future.
fn ten_instants() -> Vec<Utc> {
    (-8..=1).map(|hours| hours_after(ordinary_now(), hours)).collect()
}

#[test]
fn every_history_of_seven_backups_keeps_every_invariant() {
    let histories = histories(&choices(&ten_instants(), 7, false));
    assert_eq!(histories.len(), 41_385);
    let world = World {
        implementations: IMPLEMENTATIONS,
        zone: "UTC",
        now: ordinary_now(),
        histories,
        policies: policies(5),
        options: &OPTIONS[..2],
    };
    assert!(world.ask() > 2_000_000);
}

#[test]
fn every_small_policy_and_option_keeps_every_invariant() {
    let histories = histories(&choices(&ten_instants(), 4, false));
    let world = World {
        implementations: IMPLEMENTATIONS,
        zone: "UTC",
        now: ordinary_now(),
        histories,
        policies: policies(8),
        options: &OPTIONS,
    };
    assert!(world.ask() > 1_500_000);
}

#[test]
fn ties_and_a_clock_change_keep_every_invariant() {
    // Berlin leaves summer time at 01:00Z; half past of one hour and of the next look the same on
    // the local time.
    let change = Utc::from_unix_seconds(1_792_890_000).unwrap();
    let instants: Vec<Utc> = (-3..=3)
        .map(|halves| {
            change.checked_add(TimeSpan::from_ticks(halves * 1800 * TICKS_PER_SECOND)).unwrap()
        })
        .collect();
    let histories = histories(&choices(&instants, 4, true));
    let now = hours_after(change, 2);
    let world = World {
        implementations: IMPLEMENTATIONS,
        zone: "Europe/Berlin",
        now,
        histories,
        policies: policies(6),
        options: &OPTIONS,
    };
    assert!(world.ask() > 800_000);
}

/// A world small enough for a test of the runner itself.
fn tiny(implementations: &[&dyn Implementation]) {
    let histories = histories(&choices(&ten_instants(), 2, false));
    World {
        implementations,
        zone: "UTC",
        now: ordinary_now(),
        histories,
        policies: policies(2),
        options: &OPTIONS[..1],
    }
    .ask();
}

#[test]
#[should_panic = "scoped thread panicked"]
fn an_implementation_that_breaks_an_invariant_is_found() {
    tiny(&[&Mutant::with(Mutation::BoundExclusive)]);
}

#[test]
#[should_panic = "scoped thread panicked"]
fn an_implementation_that_differs_from_the_first_is_found() {
    tiny(&[&Mutant::unmutated(), &Mutant::with(Mutation::OutsideKept)]);
}
