//! How every layer reads the text of a policy.

use crate::Release;
use crate::policy::{Policy, PolicyError, web_page};

/// How the server of each release and the classic web page read one text.
#[derive(Clone, Debug)]
pub struct Assessment {
    servers: [Result<Policy, PolicyError>; Release::WITH_CANARIES.len()],
    /// Whether the classic web page accepts it when somebody types it there.
    pub web_page: Result<(), web_page::WebUiError>,
}

impl Assessment {
    /// Reads the text in every layer.
    pub fn of(text: &str) -> Assessment {
        Assessment {
            servers: Release::WITH_CANARIES.map(|release| Policy::parse(text, release)),
            web_page: web_page::check(web_page::trim(text)),
        }
    }

    /// The answer of this release's server.
    pub fn server(&self, release: Release) -> Result<&Policy, &PolicyError> {
        // `WITH_CANARIES` holds the releases in the order of their declaration.
        self.servers[release as usize].as_ref()
    }

    /// The releases whose server accepts the text, and those whose server refuses it.
    pub fn by_acceptance(&self) -> (Vec<Release>, Vec<Release>) {
        Release::ALL.into_iter().partition(|&release| self.server(release).is_ok())
    }
}
