//! The random cases go where mutations live: how often they meet each branch, with a floor for
//! each.

use std::collections::BTreeMap;
use std::fmt::Write;

use duplicati_retention::clock::Utc;
use duplicati_retention::history::Backup;
use duplicati_retention::invariants::{Answer, Case, NoPlan};
use duplicati_retention::policy::PolicyProblem;
use duplicati_retention::retention::{Blocker, KeepVersionsReason, RetainedBecause, Verdict};
use duplicati_retention::testing::{CaseSeed, Implementation, Reference, timeline};

const CASES: u64 = 10_000;

/// What a case and its answer meet, once each.
fn met(case: &Case, answer: &Answer) -> Vec<&'static str> {
    let mut met = Vec::new();
    let mut when = |holds: bool, name| {
        if holds {
            met.push(name);
        }
    };
    when(case.policy_text().is_empty(), "text: empty");
    when(answer.web_page_accepts, "text: the web page accepts");
    match &answer.policy {
        Ok(policy) => {
            when(policy.pairs().len() >= 2, "text: two pairs and more");
            when(policy.pairs().iter().any(|pair| pair.is_unlimited()), "text: unlimited frame");
            when(policy.pairs().iter().any(|pair| pair.keeps_all()), "text: keeps all");
            when(
                !policy.pairs().is_empty() && answer.passes_backup_check,
                "text: passes the backup check",
            );
            when(!answer.passes_backup_check, "text: fails the backup check");
        }
        Err(error) => match error.as_ref().map(|error| error.problem) {
            Some(PolicyProblem::NoColon) => when(true, "error: no colon"),
            Some(PolicyProblem::ExtraColon) => when(true, "error: second colon"),
            Some(PolicyProblem::Negative) => when(true, "error: negative"),
            Some(PolicyProblem::Span(problem)) => when(true, span_problem(&format!("{problem:?}"))),
            Some(problem) => panic!("{problem:?} is not counted"),
            None => {}
        },
    }
    let plan = match &answer.plan {
        Err(NoPlan::Options) => return [met, vec!["plan: options refused"]].concat(),
        Err(_) => return [met, vec!["plan: fails"]].concat(),
        Ok(plan) => plan,
    };
    let zone_changes = |version: usize| {
        let offset = |local_time: i64, utc: i64| local_time - utc;
        let backup = case.versions()[version].time;
        offset(case.local_time(version).ticks(), backup.ticks())
            != offset(case.local_now().ticks(), case.now().ticks())
    };
    let count = case.versions().len();
    when(count == 0, "history: empty");
    when(count >= 5, "history: five and more");
    when((0..count).any(zone_changes), "history: a clock change between a backup and now");
    when(
        case.by_local_time().iter().zip(0..).any(|(&version, place)| version != place),
        "history: local-time order is not true order",
    );
    when(
        case.versions().windows(2).any(|pair| pair[0].time == pair[1].time),
        "history: two of one time",
    );
    when(
        case.versions().first().is_some_and(|newest| newest.time > case.now()),
        "history: the newest lies in the future",
    );
    when(case.now().ticks() % 10_000_000 != 0, "now: a broken second");
    let partial =
        |place: Option<&usize>| place.is_some_and(|&version| case.versions()[version].partial);
    when(partial(case.by_local_time().first()), "partial: the newest");
    when(partial(case.by_local_time().last()), "partial: the oldest");
    let pairs = answer.policy.as_ref().map_or(&[][..], |policy| policy.pairs());
    for (version, decision) in plan.decisions.iter().enumerate() {
        when(true, verdict_name(decision.policy));
        match decision.policy {
            Verdict::FarEnough { pair, distance, .. } => {
                when(distance == pairs[pair.get()].interval(), "distance: the interval exactly");
            }
            Verdict::TooClose { pair, distance, .. } => {
                let short = pairs[pair.get()].interval().ticks() - distance.ticks();
                when(short == 10_000_000, "distance: a second less than the interval");
                when(distance.ticks() < 0, "distance: negative");
            }
            _ => {}
        }
        let age = case.local_now().since(case.local_time(version)).ticks();
        let beyond =
            |by: i64| pairs.iter().any(|pair| age.checked_sub(by) == Some(pair.frame().ticks()));
        when(decision.policy.pair().is_some() && beyond(0), "bound: met exactly");
        when(beyond(10_000_000), "bound: missed by a second");
        when(decision.named, "version: named");
        when(decision.keep_time.is_some(), "keep-time: deletes");
        let reached = |reason| decision.keep_versions == Some(reason);
        when(reached(KeepVersionsReason::NumberReached), "keep-versions: number reached");
        when(
            reached(KeepVersionsReason::PartialBetweenFull),
            "keep-versions: partial between full",
        );
        when(
            decision.retained_because == Some(RetainedBecause::LastVersion),
            "retained_because: last version",
        );
        when(
            matches!(decision.retained_because, Some(RetainedBecause::Locked { .. })),
            "retained_because: locked",
        );
        let at_bound = plan.keep_time_bound == Some(case.local_time(version));
        when(at_bound, "keep-time: bound met exactly");
    }
    for blocker in &plan.blockers {
        when(true, refusal_name(blocker));
    }
    met.sort_unstable();
    met.dedup();
    met
}

fn span_problem(name: &str) -> &'static str {
    match name {
        "NoNumber" => "error: no number",
        "NoUnit" => "error: no unit",
        "TooLong" => "error: too long",
        "OutsideCalendar" => "error: outside the calendar",
        "Now" => "error: now",
        _ => "error: perhaps a date",
    }
}

fn verdict_name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::NoPolicy => "verdict: no policy",
        Verdict::Newest => "verdict: newest",
        Verdict::NewestOutsideEveryFrame { .. } => "verdict: newest outside every frame",
        Verdict::OldestInFrame { .. } => "verdict: oldest in frame",
        Verdict::NoFullBefore { .. } => "verdict: no full before",
        Verdict::KeepAll { .. } => "verdict: keep all",
        Verdict::FarEnough { .. } => "verdict: far enough",
        Verdict::Partial { .. } => "verdict: partial",
        Verdict::TooClose { .. } => "verdict: too close",
        Verdict::OutsideEveryFrame { .. } => "verdict: outside every frame",
        _ => panic!("{verdict:?} is not counted"),
    }
}

fn refusal_name(blocker: &Blocker) -> &'static str {
    match blocker {
        Blocker::IntervalNotBelowFrame { .. } => "blocker: interval",
        Blocker::Combined { .. } => "blocker: combined",
        Blocker::CountedTwice { .. } => "blocker: counted twice",
        Blocker::SameTime { .. } => "blocker: same time",
        _ => panic!("{blocker:?} is not counted"),
    }
}

/// In how many of [`CASES`] cases each is met at min: about half of what it was when this was
/// written.
const FLOORS: [(&str, u64); 51] = [
    ("bound: met exactly", 40),
    ("bound: missed by a second", 15),
    ("distance: a second less than the interval", 30),
    ("distance: the interval exactly", 85),
    ("error: negative", 20),
    ("error: no colon", 150),
    ("error: no number", 250),
    ("error: no unit", 550),
    ("error: now", 3),
    ("error: outside the calendar", 85),
    ("error: second colon", 20),
    ("error: too long", 35),
    ("history: a clock change between a backup and now", 1250),
    ("history: empty", 350),
    ("history: five and more", 1450),
    ("history: the newest lies in the future", 950),
    ("history: two of one time", 250),
    ("history: local-time order is not true order", 100),
    ("keep-time: bound met exactly", 8),
    ("keep-time: deletes", 350),
    ("keep-versions: number reached", 150),
    ("keep-versions: partial between full", 100),
    ("now: a broken second", 2500),
    ("partial: the newest", 1450),
    ("partial: the oldest", 1450),
    ("plan: fails", 150),
    ("plan: options refused", 1450),
    ("blocker: combined", 1200),
    ("blocker: counted twice", 60),
    ("blocker: interval", 1000),
    ("blocker: same time", 100),
    ("retained_because: last version", 150),
    ("retained_because: locked", 400),
    ("text: empty", 1100),
    ("text: fails the backup check", 1100),
    ("text: keeps all", 850),
    ("text: passes the backup check", 1500),
    ("text: the web page accepts", 2150),
    ("text: two pairs and more", 1650),
    ("text: unlimited frame", 550),
    ("verdict: far enough", 450),
    ("verdict: keep all", 300),
    ("verdict: newest", 2000),
    ("verdict: newest outside every frame", 20),
    ("verdict: no full before", 500),
    ("verdict: no policy", 900),
    ("verdict: oldest in frame", 1250),
    ("verdict: outside every frame", 650),
    ("verdict: partial", 300),
    ("verdict: too close", 250),
    ("version: named", 750),
];

fn counts() -> BTreeMap<&'static str, u64> {
    let mut counts = BTreeMap::new();
    for number in 0..CASES {
        let case = CaseSeed::random(1, number).case();
        for name in met(&case, &Reference.answer(&case)) {
            *counts.entry(name).or_default() += 1;
        }
    }
    counts
}

#[test]
fn the_random_cases_meet_every_branch_often_enough() {
    let counts = counts();
    let mut text = format!("In how many of {CASES} random cases each is met, and the floor.\n\n");
    for (name, count) in &counts {
        let floor = FLOORS.iter().find(|(floor, _)| floor == name).map_or(0, |(_, floor)| *floor);
        writeln!(text, "{name:<46} {count:>5} {floor:>5}").unwrap();
    }
    crate::snapshot("distribution", &text);
    for (name, floor) in FLOORS {
        let count = counts.get(name).copied().unwrap_or(0);
        assert!(count >= floor, "{name}: {count} of {CASES}, below its floor of {floor}");
    }
}

#[test]
fn the_random_courses_are_long_and_thin_something() {
    let mut steps = 0;
    let mut thinned = 0;
    for number in 0..500 {
        let timeline = timeline::simulate(&Reference, &CaseSeed::random(1, number));
        steps += timeline.len();
        thinned += usize::from(timeline.iter().any(|(_, answer)| {
            answer
                .plan
                .as_ref()
                .is_ok_and(|plan| plan.decisions.iter().any(|decision| decision.deleted))
        }));
    }
    assert!(steps > 4_000 && thinned > 120, "{steps} steps, {thinned} timelines with deletions");
}

/// A case seed that is pasted from an old report must still make the case that it made then.
#[test]
fn a_recipe_makes_the_case_that_it_ever_made() {
    let mut text =
        String::from("The first random cases of seed 1, and an FNV-1a digest of each hundred.\n\n");
    let cases: Vec<String> =
        (0..2_000).map(|number| CaseSeed::random(1, number).case().to_string()).collect();
    for case in &cases[..5] {
        writeln!(text, "{case}").unwrap();
    }
    for hundred in cases.chunks(100) {
        let bytes = hundred.iter().flat_map(|case| case.bytes());
        let step = |digest: u64, byte| (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        writeln!(text, "{:016x}", bytes.fold(0xcbf2_9ce4_8422_2325, step)).unwrap();
    }
    crate::snapshot("cases", &text);
}

/// What happens in a timeline, and after how long, is a table as well.
#[test]
fn the_courses_are_as_recorded() {
    let mut text = String::from(
        "What is there after each run of retention, in seconds since the present of the case_seed.\n\n",
    );
    let mut write = |pairs: &[[u8; 3]], steps: &[[u8; 3]]| {
        let case_seed = CaseSeed::new([0; 4], pairs, &[], steps, [0; 4]);
        let seconds = |time: Utc| time.unix_seconds() - case_seed.case().now().unix_seconds();
        let policy = case_seed.case().policy_text().to_owned();
        write!(text, "{policy}, gap, nudge and kind {steps:?}:").unwrap();
        for (case, _) in timeline::simulate(&Reference, &case_seed) {
            let mark = |partial: bool| if partial { "p" } else { "" };
            let version =
                |backup: &Backup| format!("{}{}", seconds(backup.time), mark(backup.partial));
            let versions: Vec<String> = case.versions().iter().map(version).collect();
            write!(
                text,
                " at {} in {}: {};",
                seconds(case.now()),
                case.release(),
                versions.join(" ")
            )
            .unwrap();
        }
        text.push('\n');
    };
    const DAY: [u8; 3] = [0, 0, 0];
    let mut after_a_while = |step: [u8; 3]| write(&[[0, 3, 0]], &[step, DAY]);
    (0..7).chain([16 + 4]).for_each(|kind| after_a_while([0, 0, kind]));
    (1..8).chain([8 * 3 + 4, 8 * 3 + 5, 8 * 3 + 6]).for_each(|gap| after_a_while([gap, 0, 0]));
    (6..16).chain([16 * 3]).for_each(|nudge| after_a_while([0, nudge, 0]));
    // The interval of the second pair, and of the one after the last, which is the first again.
    for gap in [8 + 1, 8 + 2, 16 + 1, 16 + 3, 16 + 7] {
        write(&[[0, 3, 0], [1, 1, 0]], &[[gap, 0, 0], DAY]);
    }
    // Two hours later the clock is set back by two hours: the second of the first backup once more.
    write(&[[0, 3, 0]], &[DAY, [8 * 2 + 4, 0, 4], DAY]);
    crate::snapshot("timelines", &text);
}
