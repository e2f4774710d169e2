//! A plan of any length, of which the page sees as much as fits on the screen.

use duplicati_retention::history::VersionNumber;
use duplicati_retention::report::{
    AreaReport, Notice, PairReport, PlanReport, PlanSummary, VersionDecision,
};
use serde::Serialize;

/// A plan, and which of its versions are shown.
pub struct ShownPlan {
    report: PlanReport,
    /// The numbers of those that are shown, newest first; `None` for all.
    shown: Option<Vec<u32>>,
}

/// Everything of a plan but its versions.
#[derive(Serialize)]
pub struct Overview<'a> {
    report: Head<'a>,
    words: Words,
}

#[derive(Serialize)]
struct Head<'a> {
    policy: &'a str,
    pairs: &'a [PairReport],
    blockers: &'a [Notice],
    dangers: &'a [Notice],
    caveats: &'a [String],
    policy_warnings: usize,
    next_backup: Option<Next<'a>>,
    summary: &'a PlanSummary,
}

/// What the next backup does, without the list of what it deletes: that is in the rows.
#[derive(Serialize)]
struct Next<'a> {
    kept: usize,
    deleted: usize,
    areas: &'a [AreaReport],
}

#[derive(Serialize)]
struct Words {
    context: String,
    answers: Vec<String>,
    axis: Option<String>,
    pairs: Vec<String>,
}

impl ShownPlan {
    /// A plan, all of whose versions are shown.
    pub fn new(report: PlanReport) -> ShownPlan {
        ShownPlan { report, shown: None }
    }

    /// Everything but the versions.
    pub fn overview(&self) -> Overview<'_> {
        let PlanReport { policy, pairs, blockers, dangers, caveats, policy_warnings, .. } =
            &self.report;
        Overview {
            report: Head {
                policy,
                pairs,
                blockers,
                dangers,
                caveats,
                policy_warnings: *policy_warnings,
                next_backup: self.report.next_backup.as_ref().map(|next| Next {
                    kept: next.kept,
                    deleted: next.deleted,
                    areas: &next.areas,
                }),
                summary: &self.report.summary,
            },
            words: Words {
                context: self.report.context.to_string(),
                answers: self.report.answers(),
                axis: self.report.age_axis(AXIS),
                pairs: pairs.iter().map(PairReport::text).collect(),
            },
        }
    }

    /// Shows `all`, those that are `deleted`, `kept`, or `retained` although an option deletes
    /// them; of these the ones whose time or reason contains a text. What the next backup does
    /// decides, or where that is not told, what a removal now does.
    pub fn filter(&mut self, show: &str, search: &str) -> usize {
        let search = search.trim().to_lowercase();
        if show == "all" && search.is_empty() {
            self.shown = None;
            return self.report.summary.versions;
        }
        let is_shown = |decision: &VersionDecision| {
            let (deleted, reason) = match &decision.next_backup {
                Some(next) => (next.deleted, &next.reason),
                None => (decision.deleted, &decision.reason),
            };
            let is_wanted = match show {
                "deleted" => deleted,
                "kept" => !deleted,
                "retained" => decision.retained_because.is_some(),
                _ => true,
            };
            is_wanted
                && (search.is_empty()
                    || decision.version.local_time.to_string().contains(&search)
                    || decision.version.kind().contains(&search)
                    || reason.to_lowercase().contains(&search))
        };
        let shown = self.report.versions().filter(is_shown);
        let shown: Vec<u32> = shown.map(|decision| decision.version.version.get() as u32).collect();
        self.shown.insert(shown).len()
    }

    /// Some of the versions that are shown.
    pub fn rows(&self, from: usize, count: usize) -> Vec<VersionDecision> {
        let number = |place: usize| match &self.shown {
            Some(shown) => shown.get(place).map(|&number| number as usize),
            None => Some(place),
        };
        (from..from.saturating_add(count))
            .map_while(|place| self.report.version(VersionNumber::new(number(place)?)))
            .collect()
    }
}

/// How many signs the picture of the ages is wide.
const AXIS: usize = 96;
