//! Is a policy valid, in which release, and what is wrong with it?

use schemars::JsonSchema;
use serde::Serialize;

use super::diagnostic::Diagnostic;
use super::job::JobUse;
use super::pairs::PairReport;
use crate::Release;
use crate::advice::{Assessment, PairLabels, list, warnings};
use crate::clock::LocalDateTime;

/// What each release's server and the classic web page make of a policy.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CheckReport {
    /// The text of the policy
    pub policy: String,
    /// The release of Duplicati that was chosen
    pub release: Release,
    /// Where the release came from, such as `from --release`
    pub release_origin: String,
    /// The job that was asked about; `null` without one
    pub job: Option<JobUse>,
    /// What the answer does not look at
    pub caveats: Vec<String>,
    /// What the server of each release says, oldest first
    pub servers: Vec<ServerReport>,
    /// What the classic web page says
    pub web_page: WebPageReport,
    /// What is probably not meant, or not the same everywhere
    pub warnings: Vec<Diagnostic>,
}

/// What a server makes of a policy.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ServerReport {
    /// The release
    pub release: Release,
    /// Whether the server accepts the text
    pub accepted: bool,
    /// Whether the check before each backup lets it pass, too
    pub accepted_for_backup: bool,
    /// What it means; empty if it is refused
    pub pairs: Vec<PairReport>,
    /// Why it is refused; `null` if it is accepted
    pub error: Option<Diagnostic>,
}

/// What the classic web page makes of a policy.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct WebPageReport {
    /// Whether it lets you save the text
    pub accepted: bool,
    /// Why not; `null` if it does
    pub reason: Option<String>,
}

impl CheckReport {
    /// Asks every release; warnings are those for the chosen release at this local time.
    pub fn new(
        policy: &str,
        (release, release_origin): (Release, String),
        job: Option<JobUse>,
        caveats: Vec<String>,
        local_now: LocalDateTime,
    ) -> CheckReport {
        let assessment = Assessment::of(policy);
        // The releases that most people run, and the chosen one if it is a canary.
        let shown = Release::WITH_CANARIES
            .into_iter()
            .filter(|shown| Release::ALL.contains(shown) || *shown == release);
        let server = |release| match assessment.server(release) {
            Ok(read) => ServerReport {
                release,
                accepted: true,
                accepted_for_backup: read.passes_backup_check(),
                pairs: PairReport::of(read, &PairLabels::new(policy, read)),
                error: None,
            },
            Err(error) => ServerReport {
                release,
                accepted: false,
                accepted_for_backup: false,
                pairs: Vec::new(),
                error: Some(Diagnostic::policy(policy, error)),
            },
        };
        let reason = assessment.web_page.err().map(|error| error.to_string());
        let warnings = warnings(policy, release, local_now).into_iter();
        CheckReport {
            policy: policy.to_owned(),
            release,
            release_origin,
            job,
            caveats,
            servers: shown.map(server).collect(),
            web_page: WebPageReport { accepted: reason.is_none(), reason },
            warnings: warnings.map(|warning| Diagnostic::warning(policy, warning)).collect(),
        }
    }

    /// Whether the server of the chosen release accepts the policy.
    pub fn is_accepted(&self) -> bool {
        self.servers.iter().any(|server| server.release == self.release && server.accepted)
    }

    /// Each different meaning of each pair, with the releases in which it has that meaning.
    pub fn meanings(&self) -> Vec<(&PairReport, String)> {
        let accept: Vec<_> = self.servers.iter().filter(|server| server.accepted).collect();
        let pairs = accept.first().map_or(0, |server| server.pairs.len());
        let same = |index: usize| {
            accept
                .chunk_by(move |one, other| one.pairs[index] == other.pairs[index])
                .map(move |alike| (&alike[0].pairs[index], releases(alike.iter().copied())))
        };
        (0..pairs).flat_map(same).collect()
    }

    /// Each error once, with the releases that have it.
    pub fn errors(&self) -> Vec<Diagnostic> {
        let refuse: Vec<_> = self.servers.iter().filter(|server| !server.accepted).collect();
        let by = |alike: &[&ServerReport]| {
            let error = alike[0].error.clone()?;
            let by = match alike.len() == Release::ALL.len() {
                true => "every release".into(),
                false => releases(alike.iter().copied()),
            };
            Some(Diagnostic { message: format!("refused by {by}: {}", error.message), ..error })
        };
        refuse.chunk_by(|one, other| one.error == other.error).filter_map(by).collect()
    }
}

fn releases<'a>(servers: impl Iterator<Item = &'a ServerReport>) -> String {
    list(&servers.map(|server| server.release).collect::<Vec<_>>())
}
