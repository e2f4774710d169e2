//! The tables of `docs/performance.md`: each thing beside the least that any program must do for
//! it, in one run.
//!
//! `cargo bench --bench ratios` prints them, and with `-- --write` puts them into the page. `--
//! --large` adds 10⁸ backups, which take some 6 GB.

mod cases;

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use cases::{FEW_PAIRS, Partial, bare, command, quadratic};
use duplicati_retention::Release;
use duplicati_retention::clock::{Utc, Zone};
use duplicati_retention::history::{Backup, History, VersionNumber};
use duplicati_retention::policy::Policy;
use duplicati_retention::retention::{Plan, engine, reference};

/// How often each of two is timed; they take turns.
const ROUNDS: usize = 15;

/// The powers of ten.
const POWERS: [&str; 9] = ["1", "10", "10²", "10³", "10⁴", "10⁵", "10⁶", "10⁷", "10⁸"];

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/performance.md");

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let is_asked = |name: &str| arguments.iter().any(|argument| argument == name);
    let largest = if is_asked("--large") { 8 } else { 7 };
    let mut table = Table::new();
    for power in 6..=largest {
        searches(&mut table, power);
    }
    listing(&mut table);
    unsorted(&mut table);
    local_clock(&mut table);
    quadratic_lists(&mut table);
    parsing(&mut table);
    whole_command(&mut table);
    forecast(&mut table);
    let growth = growth(largest);
    let text = format!("{}\n{growth}\n{}", table.text, machine());
    print!("{text}");
    if is_asked("--write") {
        write_page(&text);
    }
}

/// Planning against the bare search of the same survivors and against a scan.
fn searches(table: &mut Table, power: usize) {
    let count = 10_usize.pow(power as u32);
    let options = cases::options(FEW_PAIRS);
    let bounds = cases::bounds(FEW_PAIRS);
    for partial in [Partial::None, Partial::Tenth] {
        let history = cases::history(count, partial);
        let full = (1..count).filter(|&version| !partial.is(version));
        let ticks: Vec<i64> = full.map(|version| cases::time(version).ticks()).collect();
        let survivors = bare::gallop(&ticks, &bounds);
        assert_eq!(survivors, bare::scan(&ticks, &bounds));
        let plan = duplicati_retention::retention::plan(&history, &options, cases::now()).unwrap();
        let partial_kept = (1..count).filter(|&version| {
            partial.is(version) && !plan.decision(VersionNumber::new(version)).deleted
        });
        assert_eq!(count - plan.deleted_count(), 1 + survivors + partial_kept.count());
        if partial == Partial::None {
            assert_eq!(1 + survivors, cases::expected_survivors(count, FEW_PAIRS));
        }
        let (what, goal) = match partial {
            Partial::None => ("full", 3.0),
            Partial::Tenth => ("10 % partial", 5.0),
        };
        table.row(
            &format!("plan of {} backups, {what} / bare galloping search", POWERS[power]),
            goal,
            100,
            || {
                duplicati_retention::retention::plan(&history, &options, cases::now())
                    .unwrap()
                    .blockers()
                    .len()
            },
            || bare::gallop(&ticks, &bounds),
        );
        table.fact(
            &format!("scan of the same {} ticks / plan, {what}", POWERS[power]),
            1,
            || bare::scan(&ticks, &bounds),
            || {
                duplicati_retention::retention::plan(&history, &options, cases::now())
                    .unwrap()
                    .blockers()
                    .len()
            },
        );
    }
}

/// Listing against writing as many numbers.
fn listing(table: &mut Table) {
    let count = 10_000_000;
    for (partial, what, goal) in
        [(Partial::None, "full", Some(1.5)), (Partial::Tenth, "10 % partial", None)]
    {
        let history = cases::history(count, partial);
        let plan =
            duplicati_retention::retention::plan(&history, &cases::options("U:1M"), cases::now())
                .unwrap();
        let deleted = plan.deleted_count();
        assert!(deleted > count * 8 / 10);
        let (mut list, mut floor) = (Vec::with_capacity(deleted), Vec::with_capacity(deleted));
        let what = format!("list of {deleted} deletions, {what} / writing as many u32");
        let list_all = || {
            list.clear();
            plan.deleted_ranges().for_each(|range| {
                list.extend((range.start.get()..range.end.get()).map(|version| version as u32));
            });
            assert_eq!(list.len(), deleted);
            list[deleted - 1] as usize
        };
        let write_all = || {
            floor.clear();
            floor.extend(0..deleted as u32);
            floor[deleted - 1] as usize
        };
        match goal {
            Some(goal) => table.row(&what, goal, 1, list_all, write_all),
            None => table.fact(&what, 1, list_all, write_all),
        }
    }
}

/// From unsorted times to the answer against a sort of the ticks alone.
fn unsorted(table: &mut Table) {
    let count = 1_000_000;
    let options = cases::options(FEW_PAIRS);
    for (partial, what) in [(Partial::None, "full"), (Partial::Tenth, "10 % partial")] {
        let backups = cases::shuffled(cases::backups(count, partial));
        let ticks: Vec<i64> = backups.iter().map(|backup| backup.time.ticks()).collect();
        let survivors = {
            let history = cases::history(count, partial);
            count
                - duplicati_retention::retention::plan(&history, &options, cases::now())
                    .unwrap()
                    .deleted_count()
        };
        table.row_with_input(
            &format!("10⁶ unsorted backups, {what}, to the plan / sort_unstable of the ticks"),
            1.5,
            || backups.clone(),
            |backups: Vec<Backup>| {
                let history = History::new(backups, Zone::UTC);
                let plan =
                    duplicati_retention::retention::plan(&history, &options, cases::now()).unwrap();
                assert_eq!(count - plan.deleted_count(), survivors);
                history.len()
            },
            || ticks.clone(),
            |mut ticks: Vec<i64>| {
                ticks.sort_unstable();
                ticks.len()
            },
        );
    }
}

/// The local clock of a zone with clock changes against a copy.
fn local_clock(table: &mut Table) {
    let times: Vec<Utc> = (0..1_000_000).map(cases::time).collect();
    let berlin: Zone = "Europe/Berlin".parse().unwrap();
    let each = || times.iter().map(|&time| berlin.to_local(time)).collect::<Vec<_>>();
    assert_eq!(berlin.all_to_local(&times), each());
    // A copy of which only the length counts is not made.
    let copy = || black_box(black_box(&times).to_vec()).len();
    table.row(
        "10⁶ UTC times to Berlin's local clock / a copy of them",
        2.0,
        1,
        || black_box(berlin.all_to_local(black_box(&times))).len(),
        copy,
    );
    table.fact("the same one by one / a copy of them", 1, || black_box(each()).len(), copy);
}

/// Duplicati's way against ours.
fn quadratic_lists(table: &mut Table) {
    let count = 100_000;
    let backups = cases::backups(count, Partial::None);
    let (policy, bounds) = (cases::policy(FEW_PAIRS), cases::bounds(FEW_PAIRS));
    let history = History::new(backups.clone(), Zone::UTC);
    let deletes = quadratic::deletes(&backups, &bounds).len();
    assert_eq!(count - deletes, cases::expected_survivors(count, FEW_PAIRS));
    assert_eq!(
        engine::apply(&policy, &history, Zone::UTC.to_local(cases::now()), false)
            .unwrap()
            .deletes()
            .count(),
        deletes
    );
    table.at_least(
        "Duplicati's list handling of 10⁵ backups / the engine",
        10_000.0,
        || quadratic::deletes(&backups, &bounds).len(),
        || {
            engine::apply(&policy, &history, Zone::UTC.to_local(cases::now()), false)
                .map(|outcome| usize::from(outcome.verdict(VersionNumber::NEWEST).keeps()))
                .unwrap()
        },
    );
}

/// The text of a policy.
fn parsing(table: &mut Table) {
    let median = median_nanoseconds(1_000, || {
        Policy::parse(black_box(FEW_PAIRS), Release::default()).unwrap().pairs().len()
    });
    table.line(
        &format!("parsing `{FEW_PAIRS}`"),
        "below 1 µs",
        &time_text(median),
        median < 1_000.0,
    );
}

/// The whole command, summary only, against what SQLite's own shell takes to print the two columns.
fn whole_command(table: &mut Table) {
    let shell_is_there = Command::new("sqlite3").arg("--version").stdout(Stdio::null()).status();
    if !shell_is_there.is_ok_and(|status| status.success()) {
        return eprintln!("no sqlite3 shell to compare the command with");
    }
    let folder = tempfile::tempdir().unwrap();
    let path: &Path = &folder.path().join("job.sqlite");
    command::database(path, 1_000_000).unwrap();
    let shell = |query: &'static str| {
        move || {
            let output = Command::new("sqlite3").arg(path).arg(query).output().unwrap();
            assert_eq!(output.stdout.iter().filter(|&&byte| byte == b'\n').count(), 1_000_000);
            1
        }
    };
    let plan = || {
        let answer = String::from_utf8(command::plan(path, FEW_PAIRS, &["--summary"])).unwrap();
        assert!(answer.contains("1,000,000 versions: "), "{answer}");
        1
    };
    let what = "`plan --summary` on a database of 10⁶ versions / `sqlite3` printing";
    let two = "SELECT Timestamp, IsFullBackup FROM Fileset";
    table.row(&format!("{what} two columns"), 1.5, 1, plan, shell(two));
    // A lock and the state of an upload are in another table.
    let five = "SELECT Fileset.ID, Timestamp, IsFullBackup, LockExpirationTime, State FROM Fileset \
                LEFT JOIN Remotevolume ON Remotevolume.ID = VolumeID ORDER BY Fileset.ID";
    table.row(&format!("{what} the five that are read"), 1.5, 1, plan, shell(five));
}

/// Retention after each hour of ten years, by the whole command, and once more with the policy that
/// it proposes.
fn forecast(table: &mut Table) {
    for policy in ["1D:1h,1W:1D,U:1W", "7D:1h,4W:1D,12M:1W"] {
        let median = median_nanoseconds(1, || command::forecast(policy).len());
        let what = format!("`forecast {policy}` of ten years of hourly backups");
        table.line(&what, "below 0.2 s", &time_text(median), median < 2e8);
    }
}

/// How the time grows with the length of the history.
fn growth(largest: usize) -> String {
    let mut text = String::from(
        "| backups | survivors | engine | bare gallop | reference | Duplicati's lists |\n\
         | --- | --- | --- | --- | --- | --- |\n",
    );
    let (options, bounds) = (cases::options(FEW_PAIRS), cases::bounds(FEW_PAIRS));
    for (power, name) in POWERS.iter().enumerate().take(largest + 1).skip(3) {
        let count = 10_usize.pow(power as u32);
        let history = cases::history(count, Partial::None);
        let survivors = |plan: &Plan| plan.len() - plan.deleted_count();
        let plan =
            || duplicati_retention::retention::plan(&history, &options, cases::now()).unwrap();
        let expected = cases::expected_survivors(count, FEW_PAIRS);
        assert_eq!(survivors(&plan()), expected);
        let engine = median_nanoseconds(100, || plan().blockers().len());
        let ticks: Vec<i64> = (1..count).map(|version| cases::time(version).ticks()).collect();
        let gallop = median_nanoseconds(100, || bare::gallop(&ticks, &bounds));
        let or_none = |time: Option<f64>| time.map_or("-".into(), time_text);
        let by_reference = (power <= 6).then(|| {
            median_nanoseconds(1, || {
                let decisions = reference::plan(&history, &options, cases::now()).unwrap();
                count - decisions.deletes().count()
            })
        });
        let quadratic = (power <= 5).then(|| {
            let backups = cases::backups(count, Partial::None);
            median(
                (0..3)
                    .map(|_| timed(1, &mut || quadratic::deletes(&backups, &bounds).len()))
                    .collect(),
            )
        });
        let _ = writeln!(
            text,
            "| {name} | {expected} | {} | {} | {} | {} |",
            time_text(engine),
            time_text(gallop),
            or_none(by_reference),
            or_none(quadratic)
        );
        eprintln!("{}", text.lines().last().unwrap_or_default());
    }
    text
}

/// Times mean nothing without it.
fn machine() -> String {
    let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("an unknown processor", |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("Times of one run on {model}, {cores} cores, {}.\n", std::env::consts::OS)
}

struct Table {
    text: String,
}

impl Table {
    fn new() -> Table {
        Table {
            text: "| what / floor | to reach | measured | medians |\n| --- | --- | --- | --- |\n"
                .into(),
        }
    }

    fn line(&mut self, what: &str, goal: &str, measured: &str, reached: bool) {
        let mark = if reached { "" } else { ", missed" };
        let _ = writeln!(self.text, "| {what} | {goal}{mark} | {measured} | |");
        eprintln!("{what}: {measured} (to reach: {goal}{mark})");
    }

    fn ratio(&mut self, what: &str, goal: &str, reached: bool, ours: f64, floor: f64) {
        let mark = if reached { "" } else { ", missed" };
        let ratio = ours / floor;
        let ratio = if ratio < 100.0 { format!("{ratio:.2}") } else { format!("{ratio:.0}") };
        let medians = format!("{} / {}", time_text(ours), time_text(floor));
        let _ = writeln!(self.text, "| {what} | {goal}{mark} | {ratio} | {medians} |");
        eprintln!("{what}: {ratio} = {medians} (to reach: {goal}{mark})");
    }

    /// A ratio that must not be greater than the goal; `times` calls are timed together.
    fn row(
        &mut self,
        what: &str,
        goal: f64,
        times: u32,
        ours: impl FnMut() -> usize,
        floor: impl FnMut() -> usize,
    ) {
        let (ours, floor) = medians(times, ours, floor);
        self.ratio(what, &format!("≤ {goal}"), ours <= goal * floor, ours, floor);
    }

    /// The same where each call consumes something that is made anew.
    fn row_with_input<A, B>(
        &mut self,
        what: &str,
        goal: f64,
        our_input: impl Fn() -> A,
        ours: impl Fn(A) -> usize,
        floor_input: impl Fn() -> B,
        floor: impl Fn(B) -> usize,
    ) {
        let (mut our_times, mut floor_times) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            our_times.push(timed_with(&our_input, &ours));
            floor_times.push(timed_with(&floor_input, &floor));
        }
        let (ours, floor) = (median(our_times), median(floor_times));
        self.ratio(what, &format!("≤ {goal}"), ours <= goal * floor, ours, floor);
    }

    /// A ratio without a goal.
    fn fact(
        &mut self,
        what: &str,
        times: u32,
        ours: impl FnMut() -> usize,
        floor: impl FnMut() -> usize,
    ) {
        let (ours, floor) = medians(times, ours, floor);
        self.ratio(what, "", true, ours, floor);
    }

    /// A ratio that must not be less than the goal.
    fn at_least(
        &mut self,
        what: &str,
        goal: f64,
        mut slow: impl FnMut() -> usize,
        fast: impl FnMut() -> usize,
    ) {
        let slow = median((0..3).map(|_| timed(1, &mut slow)).collect());
        let fast = median_nanoseconds(100, fast);
        self.ratio(what, &format!("≥ {goal}"), slow >= goal * fast, slow, fast);
    }
}

/// The medians of two that take turns, in nanoseconds a call.
fn medians(
    times: u32,
    mut one: impl FnMut() -> usize,
    mut other: impl FnMut() -> usize,
) -> (f64, f64) {
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ones.push(timed(times, &mut one));
        others.push(timed(times, &mut other));
    }
    (median(ones), median(others))
}

fn median_nanoseconds(times: u32, mut work: impl FnMut() -> usize) -> f64 {
    median((0..ROUNDS).map(|_| timed(times, &mut work)).collect())
}

/// Nanoseconds a call.
fn timed(times: u32, work: &mut impl FnMut() -> usize) -> f64 {
    let start = Instant::now();
    for _ in 0..times {
        black_box(work());
    }
    start.elapsed().as_nanos() as f64 / f64::from(times)
}

fn timed_with<T>(input: &impl Fn() -> T, work: &impl Fn(T) -> usize) -> f64 {
    let input = input();
    let start = Instant::now();
    black_box(work(input));
    start.elapsed().as_nanos() as f64
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn time_text(nanoseconds: f64) -> String {
    match nanoseconds {
        ..1e3 => format!("{nanoseconds:.0} ns"),
        ..1e6 => format!("{:.1} µs", nanoseconds / 1e3),
        ..1e9 => format!("{:.1} ms", nanoseconds / 1e6),
        _ => format!("{:.1} s", nanoseconds / 1e9),
    }
}

/// Puts the tables where the page has them now.
fn write_page(text: &str) {
    const START: &str = "<!-- Made by `cargo bench --bench ratios -- --write`. -->\n";
    const END: &str = "<!-- Until here. -->";
    let page = std::fs::read_to_string(PAGE).expect("the page is there");
    let (before, rest) = page.split_once(START).expect("the page says where the tables begin");
    let (_, after) = rest.split_once(END).expect("the page says where the tables end");
    std::fs::write(PAGE, format!("{before}{START}\n{text}\n{END}{after}"))
        .expect("the page can be written");
}
