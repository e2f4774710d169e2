//! A timeline has every deletion of every run.

use duplicati_retention::Release;
use duplicati_retention::clock::{Utc, Zone};
use duplicati_retention::dotnet::{TICKS_PER_DAY, TimeSpan};
use duplicati_retention::forecast::Schedule;
use duplicati_retention::history::{Backup, History};
use duplicati_retention::report::{Context, Moment, Planned, TimelineReport};
use duplicati_retention::retention::{self, Options, Verdict};
use proptest::prelude::*;

use super::{any_past, any_policy, any_schedule, any_start, history};
use crate::support::cases;

/// What a job can set: one option that deletes.
fn any_options() -> impl Strategy<Value = Options> {
    let option = |name, text| Options::parse([(name, text)], Release::V2_3_0).unwrap();
    let others =
        [("keep-time", "12h"), ("keep-time", "2D"), ("keep-versions", "1"), ("keep-versions", "4")]
            .map(|(name, text)| option(name, text));
    prop_oneof![3 => any_policy().prop_map(Options::from), 2 => prop::sample::select(others.to_vec())]
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn a_timeline_deletes_what_a_plan_of_each_run_deletes(
        options in any_options(), past in any_past(), schedule in any_schedule(), from in any_start(),
    ) {
        let start = history(&past, from);
        let zone = start.zone();
        let until = from.add_units(3 * 86_400, 10_000_000).unwrap();
        let planned = Planned { schedule, from, until, length: until.since(from), seed: 5 };
        let moment = Moment {
            time_zone: zone,
            time_zone_origin: "chosen".into(),
            now: until,
            now_origin: "chosen".into(),
        };
        let context = Context {
            release: Release::V2_3_0, release_origin: "chosen".into(), moment, job: None,
        };
        let mut versions: Vec<Backup> = start.iter().collect();
        let text = options.policy.to_string();
        let report =
            TimelineReport::new(context, &text, &options, &planned, versions.clone()).unwrap();

        let pairs = options.policy.pairs().len();
        for (run, made) in planned.starts(zone).iter().enumerate() {
            versions.push(Backup { partial: made.partial, ..Backup::full(made.time) });
            let now = History::new(std::mem::take(&mut versions), zone);
            let plan = retention::plan(&now, &options, made.time).unwrap();
            let mut expected: Vec<(i64, usize)> = plan
                .deletes()
                .map(|version| {
                    let rule = match plan.decision(version).policy {
                        Verdict::TooClose { pair, .. } => pair.get(),
                        _ => pairs,
                    };
                    (now.backup(version).time.unix_seconds(), rule)
                })
                .collect();
            let deleted = report.versions.iter().filter(|it| it.deleted_by_run == Some(run));
            let mut deleted: Vec<_> = deleted.map(|it| (it.time, it.rule.unwrap())).collect();
            expected.sort_unstable();
            deleted.sort_unstable();
            prop_assert_eq!(deleted, expected, "run {}", run);
            versions = plan.kept().map(|version| now.backup(version)).collect();
        }
    }
}

#[test]
fn what_a_job_cannot_run_with_has_no_timeline() {
    let zone = Zone::UTC;
    let now = Utc::from_unix_seconds(1_795_424_400).unwrap();
    let moment = Moment {
        time_zone: zone,
        time_zone_origin: "chosen".into(),
        now,
        now_origin: "chosen".into(),
    };
    let release = Release::V2_3_0;
    let context = Context { release, release_origin: "chosen".into(), moment, job: None };
    let texts = [("retention-policy", "7D:1D"), ("keep-versions", "3")];
    let options = Options::parse(texts, release).unwrap();
    let day = TimeSpan::from_ticks(TICKS_PER_DAY);
    let planned = Planned::before(now, Schedule::every(day), day, 1).unwrap();
    let error = TimelineReport::new(context, "7D:1D", &options, &planned, vec![]).unwrap_err();
    assert!(error.message.contains("keep-versions"), "{error:?}");
}
