//! Over time: backups are made, skipped and stopped, the clock jumps, a newer release is installed,
//! and retention runs.
//!
//! The model is a set of versions that the reference thins; the system under test is a list that
//! the engine thins. After each run both have the same versions, and nothing that was deleted is
//! there again.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::catch_unwind;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

use duplicati_retention::Release;
use duplicati_retention::clock::{Utc, Zone};
use duplicati_retention::history::Backup;
use duplicati_retention::invariants::{ALL, Answer, Case, Check};
use duplicati_retention::testing::mutants::{Mutant, Mutation};
use duplicati_retention::testing::{Engine, Implementation, Reference};

use crate::support::cases;

const POLICIES: [&str; 6] =
    ["1W:1D,4W:1W,12M:1M", "7D:1D", "1D:U,1W:1D,U:1W", "2D:3h,9D:1D", "1D:1h", ""];

#[derive(Clone, Debug)]
enum Transition {
    /// This many seconds pass and a full backup is made; retention does not run.
    BackUp(i64),
    /// This many seconds pass and a backup is stopped.
    StopMidway(i64),
    /// This many seconds pass without a backup.
    Skip(i64),
    /// The clock is set.
    JumpTheClock(i64),
    Retain,
    Upgrade,
}

/// What is there: versions by their time with whether they are partial, what was deleted, and the
/// world around.
#[derive(Clone, Debug)]
struct State {
    policy: &'static str,
    zone: &'static str,
    release: Release,
    clock: i64,
    versions: BTreeMap<i64, bool>,
    deleted: BTreeSet<i64>,
    /// What the machine does wrong on purpose; without it, it is the engine.
    mutation: Option<Mutation>,
}

impl State {
    /// What thins the machine's list.
    fn implementation(&self) -> Box<dyn Implementation> {
        self.mutation.map_or(Box::new(Engine), |mutation| Box::new(Mutant::with(mutation)))
    }

    fn case(&self, backups: Vec<Backup>) -> Case {
        let options = vec![("retention-policy", self.policy.to_owned())];
        let zone: Zone = self.zone.parse().unwrap();
        Case::new(self.release, options, backups, zone, at(self.clock))
    }

    /// What a transition does to the world, and the backup that it makes.
    fn pass(&mut self, transition: &Transition) -> Option<Backup> {
        match *transition {
            Transition::BackUp(seconds) | Transition::StopMidway(seconds) => {
                self.clock += seconds;
                let partial = matches!(transition, Transition::StopMidway(_));
                // Duplicati refuses to start unless the last version is older.
                let later = self.versions.keys().next_back().is_none_or(|&last| last < self.clock);
                return later.then(|| Backup { partial, ..Backup::full(at(self.clock)) });
            }
            Transition::Skip(seconds) | Transition::JumpTheClock(seconds) => self.clock += seconds,
            Transition::Upgrade => {
                let next = Release::ALL.into_iter().find(|&release| release > self.release);
                self.release = next.unwrap_or(self.release);
            }
            Transition::Retain => {}
        }
        None
    }
}

fn at(seconds: i64) -> Utc {
    Utc::from_unix_seconds(seconds).unwrap()
}

struct World;

impl ReferenceStateMachine for World {
    type State = State;
    type Transition = Transition;

    fn init_state() -> BoxedStrategy<State> {
        let zones = prop_oneof![Just("UTC"), Just("Europe/Berlin"), Just("Australia/Lord_Howe")];
        (0..POLICIES.len(), zones, 0..Release::ALL.len(), 1_790_000_000..1_793_000_000_i64)
            .prop_map(|(policy, zone, release, clock)| State {
                policy: POLICIES[policy],
                zone,
                release: Release::ALL[release],
                clock,
                versions: BTreeMap::new(),
                deleted: BTreeSet::new(),
                mutation: None,
            })
            .boxed()
    }

    fn transitions(_: &State) -> BoxedStrategy<Transition> {
        let pause =
            || prop_oneof![Just(86_400_i64), 86_340..86_460_i64, 1..4_000_i64, 1..900_000_i64];
        prop_oneof![
            6 => pause().prop_map(Transition::BackUp),
            1 => pause().prop_map(Transition::StopMidway),
            1 => pause().prop_map(Transition::Skip),
            1 => (-200_000..200_000_i64).prop_map(Transition::JumpTheClock),
            5 => Just(Transition::Retain),
            1 => Just(Transition::Upgrade),
        ]
        .boxed()
    }

    fn apply(mut state: State, transition: &Transition) -> State {
        if let Some(backup) = state.pass(transition) {
            state.versions.insert(backup.time.unix_seconds(), backup.partial);
        }
        if matches!(transition, Transition::Retain) {
            let backup =
                |(&time, &partial): (&i64, &bool)| Backup { partial, ..Backup::full(at(time)) };
            let case = state.case(state.versions.iter().map(backup).collect());
            let answer = Reference.answer(&case);
            for version in answer.deletes.unwrap().unwrap() {
                let time = case.versions()[version.get()].time.unix_seconds();
                state.versions.remove(&time);
                state.deleted.insert(time);
            }
        }
        state
    }
}

/// A list of backups that the engine thins, and all that it was asked.
struct Machine {
    world: State,
    backups: Vec<Backup>,
    steps: Vec<(Case, Answer)>,
}

impl StateMachineTest for Machine {
    type SystemUnderTest = Machine;
    type Reference = World;

    fn init_test(state: &State) -> Machine {
        Machine { world: state.clone(), backups: Vec::new(), steps: Vec::new() }
    }

    fn apply(mut machine: Machine, state: &State, transition: Transition) -> Machine {
        machine.backups.extend(machine.world.pass(&transition));
        machine.world.versions = state.versions.clone();
        if matches!(transition, Transition::Retain) {
            let case = machine.world.case(machine.backups);
            let implementation = machine.world.implementation();
            let answer = implementation.answer(&case);
            for invariant in ALL {
                if let Check::Answer(check) = invariant.check {
                    check(&case, &answer)
                        .unwrap_or_else(|wrong| panic!("{}: {wrong}\n{case}", invariant.id));
                }
            }
            machine.backups = implementation.carry_out(&case, &answer);
            machine.steps.push((case, answer));
        }
        machine
    }

    fn check_invariants(machine: &Machine, state: &State) {
        let versions =
            machine.backups.iter().map(|backup| (backup.time.unix_seconds(), backup.partial));
        assert_eq!(versions.collect::<BTreeMap<_, _>>(), state.versions);
        let back = state.deleted.iter().find(|time| state.versions.contains_key(time));
        assert_eq!(back, None, "it was deleted and is back");
        // Only a history that never had anything may be empty.
        assert!(!state.versions.is_empty() || state.deleted.is_empty());
    }

    fn teardown(machine: Machine, _: State) {
        for invariant in ALL {
            if let Check::Timeline(check) = invariant.check {
                check(&machine.steps).unwrap_or_else(|wrong| panic!("{}: {wrong}", invariant.id));
            }
        }
    }
}

prop_state_machine! {
    #![proptest_config(cases(800))]

    #[test]
    fn both_keep_the_same_versions_and_nothing_comes_back(sequential 1..60 => Machine);
}

/// The first is seen in an answer, the second in what is left when it was carried out.
#[test]
fn a_mutant_in_the_state_machine_is_found() {
    for mutation in [Mutation::NewestSaysOldest, Mutation::StaleIndices] {
        let mut runner = TestRunner::deterministic();
        let found = (0..800).any(|_| {
            let history = World::sequential_strategy(1..60)
                .new_tree(&mut runner)
                .expect("nothing is rejected");
            let (state, transitions, seen) = history.current();
            let state = State { mutation: Some(mutation), ..state };
            catch_unwind(|| Machine::test_sequential(cases(1), state, transitions, seen)).is_err()
        });
        assert!(found, "{mutation:?} is not found");
    }
}

/// Steady full backups and nothing else, so that the gap bound has something to say every time.
fn starts() -> impl Strategy<Value = (&'static str, Vec<i64>)> {
    let gaps = proptest::collection::vec(prop_oneof![Just(86_400_i64), 1..90_000_i64], 1..120);
    (0..POLICIES.len(), gaps).prop_map(|(policy, gaps)| {
        let mut start = 0;
        let starts = gaps.into_iter().map(|gap| {
            start += gap;
            start
        });
        (POLICIES[policy], starts.collect())
    })
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn no_schedule_of_steady_full_backups_passes_the_gap_bound((policy, starts) in starts()) {
        let steps = crate::forecast::gap_bound::run(&Engine, Release::V2_3_0, policy, &starts);
        for invariant in ALL {
            if let Check::Timeline(check) = invariant.check {
                prop_assert_eq!(check(&steps), Ok(()), "{}", invariant.id);
            }
        }
    }
}
