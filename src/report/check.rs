//! Does Duplicati run with a policy and a job's other options, and what is wrong with them?

use schemars::JsonSchema;
use serde::Serialize;

use super::diagnostic::Diagnostic;
use super::job::JobUse;
use super::pairs::PairReport;
use super::rules::OptionReport;
use crate::Release;
use crate::advice::{
    Layer, PairLabels, Verdicts, explain_options, list, option_warnings, probably_meant, warnings,
};
use crate::clock::LocalDateTime;
use crate::policy::Policy;
use crate::retention::OptionTexts;

/// What each layer of each release makes of a policy, and of the other options that decide.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CheckReport {
    /// The text of the policy; empty without one
    pub policy: String,
    /// The other options that decide, by their names
    pub options: Vec<OptionReport>,
    /// The release of Duplicati that was chosen
    pub release: Release,
    /// Where the release came from, such as `from --release`
    pub release_origin: String,
    /// The job that was asked about; `null` without one
    pub job: Option<JobUse>,
    /// What the answer does not look at
    pub caveats: Vec<String>,
    /// What the chosen release does: `runs`, `refuses-to-run`, `fails-when-deleting` or
    /// `unreadable`
    pub verdict: &'static str,
    /// What each layer of each release says, oldest first
    pub servers: Vec<ServerReport>,
    /// What the other options keep, in the chosen release
    pub meaning: Vec<String>,
    /// Why a release does not run with them, each reason once
    pub errors: Vec<Diagnostic>,
    /// The policy that was probably meant, where that can be told
    pub suggestion: Option<String>,
    /// What is probably not meant, or not the same everywhere
    pub warnings: Vec<Diagnostic>,
}

/// What a release makes of them.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ServerReport {
    /// The release
    pub release: Release,
    /// Whether it can read all options
    pub accepted: bool,
    /// Whether the check before each backup lets them pass, too
    pub accepted_for_backup: bool,
    /// What each layer says, in the order in which a person meets them
    pub layers: Vec<LayerReport>,
    /// What the policy means; empty if it cannot be read
    pub pairs: Vec<PairReport>,
}

/// What a layer says.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LayerReport {
    /// `new-page`, `classic-page`, `saving`, `before-backup` or `deleting`
    pub layer: &'static str,
    /// `not-checked`, `accepts`, `refuses`, `fails`, or `not-reached` behind a check that refuses
    pub verdict: &'static str,
    /// Why it does not accept
    pub reasons: Vec<String>,
}

/// What is to be checked.
#[derive(Clone, Debug)]
pub struct CheckQuestion {
    /// The options that decide.
    pub texts: OptionTexts,
    /// The time from one backup to the next, as a job has it.
    pub schedule: Option<String>,
    /// The chosen release.
    pub release: Release,
    /// Where the release came from.
    pub release_origin: String,
    /// The job that they came from.
    pub job: Option<JobUse>,
    /// What is to be said of them.
    pub caveats: Vec<String>,
    /// The present by the local clock.
    pub local_now: LocalDateTime,
}

impl CheckQuestion {
    /// Asks every layer of every release; warnings are those for the chosen release.
    pub fn answer(self) -> CheckReport {
        let CheckQuestion { texts, release, local_now, .. } = self;
        let policy = texts.policy();
        let schedule = self.schedule.as_deref();
        let ask = |release| Verdicts::of(&texts, schedule, release, local_now);
        // The releases that most people run, and the chosen one if it is a canary.
        let shown = Release::WITH_CANARIES
            .into_iter()
            .filter(|shown| Release::ALL.contains(shown) || *shown == release);
        let all: Vec<Verdicts> = shown.map(ask).collect();
        let chosen = ask(release);
        let found = warnings(policy, release)
            .into_iter()
            .chain(option_warnings(&texts, release, chosen.objections(Layer::Saving)))
            .map(|warning| Diagnostic::warning(policy, warning));
        CheckReport {
            options: OptionReport::list(texts.iter()),
            release,
            release_origin: self.release_origin,
            job: self.job,
            caveats: self.caveats,
            verdict: verdict(&chosen),
            servers: all.iter().map(|verdicts| ServerReport::new(policy, verdicts)).collect(),
            meaning: explain_options(&texts, release, local_now),
            errors: errors(policy, &all, release),
            suggestion: probably_meant(policy, release),
            warnings: found.collect(),
            policy: policy.to_owned(),
        }
    }
}

fn verdict(verdicts: &Verdicts) -> &'static str {
    let objects = |layer| !verdicts.objections(layer).is_empty();
    match (verdicts.is_readable, objects(Layer::BeforeBackup), objects(Layer::Deleting)) {
        (false, ..) => "unreadable",
        (true, true, _) => "refuses-to-run",
        (true, false, true) => "fails-when-deleting",
        (true, false, false) => "runs",
    }
}

/// Each reason once, as the chosen release gives it, with the releases in which it holds.
fn errors(policy: &str, all: &[Verdicts], chosen: Release) -> Vec<Diagnostic> {
    let mut errors: Vec<(Diagnostic, Vec<Release>)> = Vec::new();
    for verdicts in all {
        for objection in verdicts.blockers() {
            let error = Diagnostic::objection(policy, objection);
            // Releases that count months differently give one reason with other numbers.
            let is_same = |other: &Diagnostic| match error.id {
                Some("unreadable-policy") => *other == error,
                _ => other.id == error.id && other.place == error.place,
            };
            match errors.iter_mut().find(|(other, _)| is_same(other)) {
                Some((other, releases)) => {
                    releases.push(verdicts.release);
                    if verdicts.release == chosen {
                        *other = error;
                    }
                }
                None => errors.push((error, vec![verdicts.release])),
            }
        }
    }
    errors.sort_by_key(|(error, _)| error.place.as_ref().map(|place| place.start));
    let with_releases = |(mut error, releases): (Diagnostic, Vec<Release>)| {
        let is_everywhere = releases.len() == all.len();
        if error.id == Some("unreadable-policy") {
            let by = if is_everywhere { "every release".into() } else { list(&releases) };
            error.message = format!("refused by {by}: {}", error.message);
            error.id = None;
        } else if !is_everywhere {
            error.message = format!("in {}: {}", list(&releases), error.message);
        }
        error
    };
    errors.into_iter().map(with_releases).collect()
}

impl ServerReport {
    fn new(policy: &str, verdicts: &Verdicts) -> ServerReport {
        let read = Policy::parse(policy, verdicts.release).unwrap_or_default();
        let starts = verdicts.objections(Layer::BeforeBackup).is_empty();
        let layer = |layer: Layer| {
            let objections = verdicts.objections(layer);
            LayerReport {
                layer: layer.id(),
                verdict: match layer {
                    Layer::NewPage => "not-checked",
                    Layer::Deleting if !starts => "not-reached",
                    _ if objections.is_empty() => "accepts",
                    Layer::Deleting => "fails",
                    _ => "refuses",
                },
                reasons: objections.iter().map(|objection| objection.message.clone()).collect(),
            }
        };
        ServerReport {
            release: verdicts.release,
            accepted: verdicts.is_readable,
            accepted_for_backup: starts,
            layers: Layer::ALL.map(layer).into(),
            pairs: PairReport::of(&read, &PairLabels::new(policy, &read)),
        }
    }
}

impl CheckReport {
    /// Whether the chosen release runs with the options: it starts backups and fails in none.
    pub fn is_accepted(&self) -> bool {
        self.verdict == "runs"
    }

    /// The verdict in a sentence.
    pub fn conclusion(&self) -> String {
        let release = self.release;
        let what = match (&self.job, self.policy.is_empty(), self.options.is_empty()) {
            (Some(_), ..) => "this job",
            (None, false, true) => "this policy",
            (None, ..) => "these options",
        };
        match self.verdict {
            "runs" => format!("Duplicati {release} accepts {what}, and runs"),
            "refuses-to-run" => {
                format!("Duplicati {release} accepts the text but refuses to run with {what}")
            }
            "fails-when-deleting" => format!(
                "Duplicati {release} accepts the text and makes a backup with {what}, but then \
                 fails every time"
            ),
            _ => format!("Duplicati {release} cannot read {what}, and starts no backup"),
        }
    }

    /// Each different meaning of each pair, with the releases in which it has that meaning.
    pub fn meanings(&self) -> Vec<(&PairReport, String)> {
        let read: Vec<_> = self.servers.iter().filter(|server| !server.pairs.is_empty()).collect();
        let pairs = read.first().map_or(0, |server| server.pairs.len());
        let same = |index: usize| {
            read.chunk_by(move |one, other| one.pairs[index] == other.pairs[index])
                .map(move |alike| (&alike[0].pairs[index], releases(alike.iter().copied())))
        };
        (0..pairs).flat_map(same).collect()
    }
}

fn releases<'a>(servers: impl Iterator<Item = &'a ServerReport>) -> String {
    list(&servers.map(|server| server.release).collect::<Vec<_>>())
}
