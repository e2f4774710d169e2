//! A timeline has every deletion of every run.

use duplicati_retention::Release;
use duplicati_retention::history::{Backup, History};
use duplicati_retention::report::{Context, Moment, Planned, TimelineReport};
use duplicati_retention::retention::{self, Options, Verdict};
use proptest::prelude::*;

use super::{any_past, any_policy, any_schedule, any_start, history};
use crate::support::cases;

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn a_timeline_deletes_what_a_plan_of_each_run_deletes(
        policy in any_policy(), past in any_past(), schedule in any_schedule(), from in any_start(),
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
        let text = policy.to_string();
        let report = TimelineReport::new(context, &text, &planned, versions.clone()).unwrap();

        let pairs = policy.pairs().len();
        let options = Options { policy, ..Options::default() };
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
