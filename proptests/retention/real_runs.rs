//! Runs of the real program, 2.3.0.4 with a made-up clock: what it deleted, and what a plan says.

use std::fs;

use duplicati_retention::Release;
use duplicati_retention::clock::{Utc, Zone};
use duplicati_retention::dotnet::TimeSpan;
use duplicati_retention::history::{Backup, History, VersionNumber};
use duplicati_retention::report::{Context, LogReport, Moment};
use duplicati_retention::retention::incremental::Simulation;
use duplicati_retention::retention::{self, Decisions, Options, reference};
use duplicati_retention::sources::times::parse_time;
use serde::Deserialize;

use crate::support::root;

/// The first line of a file: the job whose life it is.
#[derive(Deserialize)]
struct Job {
    job: String,
    release: String,
    time_zone: String,
    options: std::collections::BTreeMap<String, String>,
}

/// One run of the job. The decision falls between `began` and `ended`.
///
/// A version that is deleted in the run that made it has the time of its file name, not the
/// recorded one.
#[derive(Deserialize)]
struct Run {
    started: String,
    /// Not known of a run that was refused at its start.
    began: Option<String>,
    ended: Option<String>,
    exit: i32,
    /// The versions in the database, as time and whether it is full.
    before: Vec<(String, u8)>,
    recorded: Vec<(String, u8)>,
    deleted: Vec<String>,
}

struct Life {
    job: Job,
    runs: Vec<Run>,
}

fn lives() -> Vec<Life> {
    let folder = fs::read_dir(root().join("vectors/real/runs")).unwrap();
    let mut paths: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let life = |path: std::path::PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let (job, runs) = text.split_once('\n').unwrap();
        let runs = runs.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        Life { job: serde_json::from_str(job).unwrap(), runs }
    };
    paths.into_iter().map(life).collect()
}

fn time(text: &str) -> Utc {
    parse_time(text).unwrap()
}

impl Life {
    /// The options of the job; one file changed its policy twice, which it tells in words.
    fn options(&self) -> Vec<Result<Options, retention::OptionsError>> {
        let release: Release = self.job.release.parse().unwrap();
        let policy = self.job.options.get("retention-policy").map_or("", String::as_str);
        let with = |policy| {
            let others = self.job.options.iter().filter(|(name, _)| *name != "retention-policy");
            let texts = others.map(|(name, text)| (name.as_str(), text.as_str()));
            Options::parse(texts.chain([("retention-policy", policy)]), release)
        };
        policy.split(", then ").map(with).collect()
    }

    fn history(&self, run: &Run) -> History {
        let zone: Zone = self.job.time_zone.parse().unwrap();
        let backup = |(at, full): &(String, u8)| Backup {
            partial: *full == 0,
            ..Backup::full(zone.recorded(time(at)))
        };
        History::new(run.before.iter().chain(&run.recorded).map(backup).collect(), zone)
    }
}

impl Run {
    /// The recorded times of the versions that were deleted.
    fn deleted(&self, zone: Zone) -> Vec<Utc> {
        self.deleted.iter().map(|text| zone.recorded(time(text))).collect()
    }

    fn began(&self) -> Utc {
        time(self.began.as_ref().unwrap_or(&self.started))
    }

    fn ended(&self) -> Utc {
        self.ended.as_ref().map_or(self.began(), |ended| time(ended))
    }
}

/// Moments between the two, the last one first.
fn moments(run: &Run) -> impl Iterator<Item = Utc> {
    const STEPS: i64 = 100;
    let (began, ended) = (run.began(), run.ended());
    let length = ended.since(began).ticks();
    (0..=STEPS)
        .rev()
        .map(move |step| began.checked_add(TimeSpan::from_ticks(length / STEPS * step)).unwrap())
}

/// The times of the versions that are deleted, oldest first; nothing where Duplicati would not run.
fn deleted(history: &History, options: &Options, now: Utc) -> Vec<Utc> {
    let Ok(plan) = retention::plan(history, options, now) else { return Vec::new() };
    let expected = reference::plan(history, options, now).unwrap();
    assert_eq!(Decisions::from(&plan), expected);
    if !plan.blockers().is_empty() {
        return Vec::new();
    }
    let mut times: Vec<Utc> = plan.deletes().map(|version| history.backup(version).time).collect();
    times.sort_unstable();
    times
}

#[test]
fn a_plan_deletes_what_each_real_run_deleted() {
    let (mut runs, mut deletions, mut at_the_end) = (0, 0, 0);
    for life in lives() {
        for run in &life.runs {
            let history = life.history(run);
            let mut right = run.deleted(history.zone());
            right.sort_unstable();
            let options = life.options();
            let plans = |now| {
                let of = |options: &Result<Options, _>| match options {
                    Ok(options) if run.exit == 0 => deleted(&history, options, now),
                    // Refused at its start, or failed: nothing is deleted.
                    _ => Vec::new(),
                };
                options.iter().any(|options| of(options) == right)
            };
            let job = &life.job.job;
            assert!(moments(run).any(plans), "{job}, {}: {right:?} were deleted", run.started);
            at_the_end += usize::from(plans(run.ended()));
            runs += 1;
            deletions += right.len();
        }
    }
    assert!(runs > 200 && deletions > 150, "{runs} runs, {deletions} deletions");
    // Where it depends on the duration of a backup, the end is the better guess than the start.
    assert!(at_the_end + 5 > runs, "{at_the_end} of {runs}");
}

/// The simulation applies retention when a backup starts, and the real program when it ends. That
/// decides otherwise where a bound lies in between.
#[test]
fn the_simulation_leaves_what_the_real_runs_left() {
    let (mut runs, mut alike) = (0, 0);
    for life in lives() {
        // Versions that are named are deleted in one run only.
        let named = life.job.options.keys().any(|name| name == "version");
        let [Ok(options)] = &life.options()[..] else { continue };
        if named {
            continue;
        }
        for run in life.runs.iter().filter(|run| run.exit == 0 && run.recorded.len() == 1) {
            let zone: Zone = life.job.time_zone.parse().unwrap();
            let backup = |(at, full): &(String, u8)| Backup {
                partial: *full == 0,
                ..Backup::full(zone.recorded(time(at)))
            };
            let before = History::new(run.before.iter().map(backup).collect(), zone);
            let made = backup(&run.recorded[0]);
            let mut simulation = Simulation::new(options, &before);
            simulation.back_up(made).unwrap();
            let mut left: Vec<Utc> = simulation.backups().map(|backup| backup.time).collect();
            left.sort_unstable();
            let deleted = run.deleted(zone);
            let all = before.iter().chain([made]).map(|backup| backup.time);
            let mut expected: Vec<Utc> = all.filter(|time| !deleted.contains(time)).collect();
            expected.sort_unstable();
            if left == expected {
                alike += 1;
            } else {
                // Only the moment of the decision makes the difference.
                let history = life.history(run);
                let plan = retention::plan(&history, options, made.time).unwrap();
                let gone: Vec<VersionNumber> = plan.deletes().collect();
                let stays = history.versions().filter(|version| !gone.contains(version));
                expected = stays.map(|version| history.backup(version).time).collect();
                expected.sort_unstable();
                assert_eq!(left, expected, "{}, {}", life.job.job, run.started);
            }
            runs += 1;
        }
    }
    assert!(runs > 150 && alike + 10 > runs, "{alike} of {runs}");
}

#[test]
fn what_the_real_program_refused_is_refused_here() {
    for life in lives() {
        let refused = life.runs.iter().any(|run| run.exit != 0);
        let only_by_the_clock = life.job.job == "clock-ahead";
        if only_by_the_clock {
            continue;
        }
        let run = life.runs.last().unwrap();
        let history = life.history(run);
        let says_so = life.options().iter().all(|options| match options {
            Err(_) => true,
            Ok(options) => match retention::plan(&history, options, run.ended()) {
                Err(_) => true,
                Ok(plan) => !plan.blockers().is_empty(),
            },
        });
        assert_eq!(says_so, refused, "{}", life.job.job);
    }
}

impl Life {
    /// What Duplicati's log says of the run: local times without their distance from UTC.
    fn log(&self, run: &Run, with_uploads: bool) -> String {
        let zone: Zone = self.job.time_zone.parse().unwrap();
        let written =
            |time: Utc| zone.to_local(time).to_chrono().format("%m/%d/%Y %H:%M:%S").to_string();
        let list =
            |times: &[Utc]| times.iter().map(|&time| written(time)).collect::<Vec<_>>().join(", ");
        let now = run.ended();
        let hours = zone.offset(now).whole_seconds() / 3600;
        let head = format!(
            "{} {hours:+03} - [Information-x]: ",
            zone.to_local(now).to_chrono().format("%Y-%m-%d %H:%M:%S")
        );
        let history = self.history(run);
        let mut by_local: Vec<VersionNumber> = history.versions().collect();
        by_local.sort_by_key(|&version| std::cmp::Reverse(history.local_time(version)));
        let considered: Vec<Utc> =
            by_local[1..].iter().map(|&version| history.backup(version).time).collect();
        let mut log = String::new();
        for (at, _) in run.before.iter().chain(&run.recorded).filter(|_| with_uploads) {
            let name = time(at).to_chrono().format("%Y%m%dT%H%M%SZ").to_string();
            log += &format!(
                "{head}Backend event: Put - Completed: duplicati-{name}.dlist.zip (1 KiB)\n"
            );
        }
        let pairs = "02:00:00 / 00:20:00, 7.00:00:00 / 01:00:00";
        log += &format!("{head}Time frames and intervals pairs: {pairs}\n");
        log += &format!("{head}Backups to consider: {}\n", list(&considered));
        log + &format!("{head}All backups to delete: {}\n", list(&run.deleted(zone)))
    }
}

/// In the repeated hour the log's local times do not tell the moment, and the newest version by the
/// clock may be one of the first pass.
#[test]
fn logs_of_nights_in_which_the_clock_goes_back_are_explained() {
    let (mut deleted, mut nights) = (0, 0);
    for life in lives() {
        if !life.job.job.starts_with("clock-back") {
            continue;
        }
        assert_eq!(life.job.options["retention-policy"], "2h:20m,7D:1h");
        nights += 1;
        for (run, with_uploads) in life.runs.iter().flat_map(|run| [(run, false), (run, true)]) {
            if run.exit != 0 || run.before.len() + run.recorded.len() < 2 {
                continue;
            }
            let text = life.log(run, with_uploads);
            let runs = duplicati_retention::sources::log::read(text.as_bytes()).unwrap();
            let moment = Moment {
                time_zone: life.job.time_zone.parse().unwrap(),
                time_zone_origin: "chosen".into(),
                now: run.ended(),
                now_origin: "chosen".into(),
            };
            let (release, release_origin) = (Release::V2_3_0, "chosen".into());
            let context = Context { release, release_origin, moment, job: None };
            let order = Some(duplicati_retention::sources::DateOrder::MonthDayYear);
            let report = LogReport::new(context, &runs, order)
                .unwrap_or_else(|error| panic!("{error}\n{text}"));
            let explained = &report.runs[0];
            assert_eq!(explained.failure, None, "{text}");
            assert_eq!(explained.deleted.len(), run.deleted.len(), "{text}");
            assert!(explained.not_deleted.is_empty(), "{:?}\n{text}", explained.not_deleted);
            for deletion in &explained.deleted {
                assert!(deletion.reason.is_some(), "{}\n{text}", deletion.local_time);
            }
            deleted += explained.deleted.len();
        }
    }
    assert!(nights == 3 && deleted > 60, "{nights} nights, {deleted} deleted");
}
