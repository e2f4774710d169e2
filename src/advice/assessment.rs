//! What every layer makes of a policy's text.

use crate::Release;
use crate::policy::{Policy, PolicyError, web_page};

/// What each release's server and the classic web page make of one text.
///
/// ```
/// use duplicati_retention::{Release, advice::Assessment};
/// let assessment = Assessment::of("1D:1h:5");
/// assert!(assessment.server(Release::V2_3_0).is_ok());
/// assert!(assessment.server(Release::V2_3_1).is_err());
/// assert!(assessment.web_page.is_err());
/// ```
#[derive(Clone, Debug)]
pub struct Assessment {
    servers: [Result<Policy, PolicyError>; Release::ALL.len()],
    /// What the classic web page says.
    pub web_page: Result<(), web_page::WebUiError>,
}

impl Assessment {
    /// Asks all of them.
    ///
    /// ```
    /// # use duplicati_retention::advice::Assessment;
    /// assert_eq!(Assessment::of("7D:1D").web_page, Ok(()));
    /// ```
    pub fn of(text: &str) -> Assessment {
        Assessment {
            servers: Release::ALL.map(|release| Policy::parse(text, release)),
            web_page: web_page::check(text),
        }
    }

    /// What the server of this release says.
    ///
    /// ```
    /// # use duplicati_retention::{Release, advice::Assessment};
    /// assert!(Assessment::of("7D").server(Release::V2_1).is_err());
    /// ```
    pub fn server(&self, release: Release) -> Result<&Policy, &PolicyError> {
        // `Release::ALL` holds the releases in the order of their declaration.
        self.servers[release as usize].as_ref()
    }

    /// The releases whose server accepts the text, and those whose server refuses it.
    ///
    /// ```
    /// # use duplicati_retention::{Release, advice::Assessment};
    /// assert_eq!(Assessment::of("1D:1h:5").by_acceptance(), (Release::ALL[..3].to_vec(), vec![Release::V2_3_1]));
    /// ```
    pub fn by_acceptance(&self) -> (Vec<Release>, Vec<Release>) {
        Release::ALL.into_iter().partition(|&release| self.server(release).is_ok())
    }
}
