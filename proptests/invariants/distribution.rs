//! The random cases go where mutations live: how often they meet each branch, with a floor for
//! each.

use std::collections::BTreeMap;
use std::fmt::Write;

use duplicati_retention::Release;
use duplicati_retention::clock::Utc;
use duplicati_retention::history::Backup;
use duplicati_retention::invariants::{Answer, Case, NoPlan};
use duplicati_retention::policy::PolicyProblem;
use duplicati_retention::retention::{Blocker, KeepVersionsReason, RetainedBecause, Verdict};
use duplicati_retention::testing::{
    CaseSeed, Gap, Implementation, Nudge, Offset, PairSeed, Reference, StartSeed, timeline,
};

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
    when(answer.web_page_accepts == Some(true), "text: the web page accepts");
    let passes = answer.passes_backup_check == Some(true);
    match answer.policy.as_ref().expect("it is given") {
        Ok(policy) => {
            when(policy.pairs().len() >= 2, "text: two pairs and more");
            when(policy.pairs().iter().any(|pair| pair.is_unlimited()), "text: unlimited frame");
            when(policy.pairs().iter().any(|pair| pair.keeps_all()), "text: keeps all");
            when(!policy.pairs().is_empty() && passes, "text: passes the backup check");
            when(!passes, "text: fails the backup check");
        }
        Err(error) => match error.as_ref().map(|error| error.problem) {
            Some(PolicyProblem::NoColon) => when(true, "error: no colon"),
            Some(PolicyProblem::ExtraColon) => when(true, "error: second colon"),
            Some(PolicyProblem::Negative) => when(true, "error: negative"),
            Some(PolicyProblem::Span(problem)) => when(true, span_problem(&format!("{problem:?}"))),
            _ => {}
        },
    }
    texts(case, &mut when);
    match answer.no_plan() {
        Some(NoPlan::Options) => return [met, vec!["plan: options refused"]].concat(),
        Some(_) => return [met, vec!["plan: fails"]].concat(),
        None => {}
    }
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
    let pairs = case.pairs().unwrap_or_default();
    for (version, decision) in answer.decisions.iter().flatten().enumerate() {
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
        if let Some(bound) = answer.keep_time_bound.flatten() {
            let beside = case.local_time(version).since(bound).ticks();
            when(beside == 0, "keep-time: bound met exactly");
            when(beside.abs() == 1, "keep-time: bound missed by a tick");
        }
        let is_newest = case.by_local_time()[0] == version;
        when(is_newest && beyond(0), "bound: met exactly by the newest");
    }
    let retained = |because: fn(RetainedBecause) -> bool| {
        let decisions = answer.decisions.iter().flatten();
        decisions.filter_map(|decision| decision.retained_because).any(because)
    };
    let by_both = retained(|because| because == RetainedBecause::LastVersion)
        && retained(|because| matches!(because, RetainedBecause::Locked { .. }));
    when(by_both, "retained_because: both guards");
    for blocker in answer.blockers.iter().flatten() {
        when(true, blocker_name(blocker));
    }
    met.sort_unstable();
    met.dedup();
    met
}

/// What the texts of the options have.
fn texts(case: &Case, when: &mut impl FnMut(bool, &'static str)) {
    let policy = case.policy_text();
    let has = |pieces: &[&str]| pieces.iter().any(|piece| policy.contains(piece));
    when(has(&["1.0", "(", "5-", "5+", "1e"]), "text: a number in a form that is no integer");
    when(has(&["-5", "-86400"]), "text: a bare number with a sign");
    when(has(&["9007199254", "922337203", "4294967296", "2147483648"]), "text: a long span");
    let by_calendar = case.release() == Release::V2_1 && has(&["3Y", "4Y", "10Y", "100Y"]);
    when(by_calendar, "text: years across a leap day in 2.1");
    when(case.option("version").is_some_and(|list| list.contains("--")), "version: two hyphens");
    let list = case.option("version").unwrap_or_default();
    when(list.contains('\u{a0}'), "version: a space that does not break");
    let Some(span) = case.option("keep-time") else { return };
    when(span != span.trim(), "keep-time: blanks at an end");
    when(span.trim().contains(' '), "keep-time: blanks inside");
    when(["-5", "-86400", "+5"].contains(&span), "keep-time: a bare number with a sign");
    when(["1.0", "1e3", "5-", "(0)"].contains(&span), "keep-time: a number that is no integer");
    when(["41s", "57s"].contains(&span), "keep-time: a tolerance that is cut to ticks");
    let today = case.local_now().to_string();
    when(span.contains('Y') && today.contains("-02-29"), "keep-time: years before 29 February");
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

fn blocker_name(blocker: &Blocker) -> &'static str {
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
const FLOORS: [(&str, u64); 67] = [
    ("blocker: combined", 1200),
    ("blocker: counted twice", 60),
    ("blocker: interval", 1000),
    ("blocker: same time", 100),
    ("bound: met exactly", 200),
    ("bound: met exactly by the newest", 40),
    ("bound: missed by a second", 150),
    ("distance: a second less than the interval", 30),
    ("distance: the interval exactly", 85),
    ("error: negative", 20),
    ("error: no colon", 150),
    ("error: no number", 250),
    ("error: no unit", 550),
    ("error: now", 3),
    ("error: outside the calendar", 85),
    ("error: perhaps a date", 10),
    ("error: second colon", 20),
    ("error: too long", 35),
    ("history: a clock change between a backup and now", 1250),
    ("history: empty", 350),
    ("history: five and more", 1450),
    ("history: local-time order is not true order", 100),
    ("history: the newest lies in the future", 950),
    ("history: two of one time", 450),
    ("keep-time: a bare number with a sign", 30),
    ("keep-time: a number that is no integer", 30),
    ("keep-time: a tolerance that is cut to ticks", 180),
    ("keep-time: blanks at an end", 110),
    ("keep-time: blanks inside", 20),
    ("keep-time: bound met exactly", 180),
    ("keep-time: bound missed by a tick", 160),
    ("keep-time: deletes", 600),
    ("keep-time: years before 29 February", 30),
    ("keep-versions: number reached", 150),
    ("keep-versions: partial between full", 100),
    ("now: a broken second", 2500),
    ("partial: the newest", 1450),
    ("partial: the oldest", 1450),
    ("plan: fails", 150),
    ("plan: options refused", 1450),
    ("retained_because: both guards", 30),
    ("retained_because: last version", 150),
    ("retained_because: locked", 400),
    ("text: a bare number with a sign", 50),
    ("text: a long span", 250),
    ("text: a number in a form that is no integer", 230),
    ("text: empty", 1100),
    ("text: fails the backup check", 1100),
    ("text: keeps all", 850),
    ("text: passes the backup check", 1500),
    ("text: the web page accepts", 2150),
    ("text: two pairs and more", 1650),
    ("text: unlimited frame", 250),
    ("text: years across a leap day in 2.1", 80),
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
    ("version: a space that does not break", 45),
    ("version: named", 750),
    ("version: two hyphens", 50),
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
fn the_random_timelines_are_long_and_thin_something() {
    let (mut steps, mut thinned, mut steady) = (0, 0, 0);
    for number in 0..500 {
        let timeline = timeline::simulate(&Reference, &CaseSeed::random(1, number).timeline());
        let deletes = |(_, answer): &(Case, Answer)| matches!(&answer.deletes, Some(Ok(deletes)) if !deletes.is_empty());
        let is_plain = |(case, _): &(Case, Answer)| {
            case.only_the_policy_decides() && case.versions().iter().all(|backup| !backup.partial)
        };
        steps += timeline.len();
        thinned += usize::from(timeline.iter().any(deletes));
        steady += usize::from(timeline.iter().any(deletes) && timeline.iter().all(is_plain));
    }
    assert!(
        steps > 4_000 && thinned > 120 && steady > 30,
        "{steps} steps, {thinned} timelines with deletions, {steady} of them steady"
    );
}

/// A seed must still make the case that it made when a failure with it was reported.
#[test]
fn a_seed_makes_the_case_that_it_ever_made() {
    let mut text = String::from(
        "The first random cases and timelines, and an FNV-1a digest of each five hundred.\n\n",
    );
    let of_seed = |number| {
        let seed = CaseSeed::random(1, number);
        [seed.case().to_string(), seed.timeline().to_string()]
    };
    let cases: Vec<String> = (0..1_000).flat_map(of_seed).collect();
    for case in &cases[..6] {
        writeln!(text, "{case}").unwrap();
    }
    for some in cases.chunks(500) {
        let bytes = some.iter().flat_map(|case| case.bytes());
        let step = |digest: u64, byte| (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        writeln!(text, "{:016x}", bytes.fold(0xcbf2_9ce4_8422_2325, step)).unwrap();
    }
    crate::snapshot("cases", &text);
}

/// What happens in a timeline, and after how long, is a table as well.
#[test]
fn the_timelines_are_as_recorded() {
    let mut text = String::from(
        "What is there at each run of retention under 7D:2D,1D:U, in seconds after the present of the seed.\n\n",
    );
    let day = StartSeed::default();
    let mut write = |starts: &[StartSeed], offset: Offset| {
        let two_days = PairSeed { interval: 3, ..PairSeed::default() };
        let keep_all = PairSeed { frame: 1, interval: 1, ..PairSeed::default() };
        let (pairs, starts) = (vec![two_days, keep_all], starts.to_vec());
        let seed = CaseSeed { pairs, starts, offset, ..CaseSeed::default() };
        let from = seed.case().now().unix_seconds() - offset_seconds(offset);
        let seconds = |time: Utc| time.unix_seconds() - from;
        write!(text, "{:?} {offset:?}:", seed.starts[0]).unwrap();
        for (case, _) in timeline::simulate(&Reference, &seed.timeline()) {
            let mark = |backup: &Backup| if backup.partial { "p" } else { "" };
            let version = |backup: &Backup| format!("{}{}", seconds(backup.time), mark(backup));
            let versions: Vec<String> = case.versions().iter().map(version).collect();
            write!(text, " at {}: {};", seconds(case.now()), versions.join(" ")).unwrap();
        }
        text.push('\n');
    };
    let mut after = |start: StartSeed| write(&[start, day], Offset::None);
    for gap in [
        Gap::Day,
        Gap::Interval(2),
        Gap::Interval(1),
        Gap::HalfInterval(0),
        Gap::TwoThirds(0),
        Gap::JustBelowInterval(0),
        Gap::Hours(3),
        Gap::Days(3),
        Gap::Minutes(3),
        Gap::Minutes(0),
    ] {
        after(StartSeed { gap, ..day });
    }
    for nudge in [
        Nudge::SecondEarlier,
        Nudge::SecondLater,
        Nudge::HourLater,
        Nudge::HourEarlier,
        Nudge::HalfHourLater,
        Nudge::SecondsEarlier(7),
        Nudge::MinutesLater(7),
        Nudge::StepsLater(7),
    ] {
        after(StartSeed { nudge, ..day });
    }
    after(StartSeed { stopped: true, ..day });
    write(&[day; 9], Offset::None);
    write(&[day; 2], Offset::DayLater);
    write(&[day; 2], Offset::HourEarlier);
    crate::snapshot("timelines", &text);
}

fn offset_seconds(offset: Offset) -> i64 {
    let at = |offset| CaseSeed { offset, ..CaseSeed::default() }.case().now().unix_seconds();
    at(offset) - at(Offset::None)
}
