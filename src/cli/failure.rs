//! What goes wrong at the command's edge, and how it is shown: one sentence, the place, what would
//! be right.

use std::fmt;
use std::io;
use std::ops::Range;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, Severity, SourceCode};

use super::screen;
use crate::Release;
use crate::policy::PolicyError;

/// A command that cannot be carried out.
#[derive(Debug)]
pub(super) enum Failure {
    /// Standard output could not be written.
    Output(io::Error),
    /// Anything that is the question's or the input's fault.
    Input(Diagnostic),
}

/// Something to say, perhaps about a place in a text.
#[derive(Debug)]
pub(super) struct Diagnostic {
    pub message: String,
    pub help: Option<String>,
    pub id: Option<&'static str>,
    pub severity: Severity,
    /// A text, and the place in it.
    pub place: Option<(String, Range<usize>)>,
}

impl Failure {
    pub fn new(message: impl ToString) -> Failure {
        Failure::Input(Diagnostic::error(message.to_string()))
    }

    /// A policy that the server of this release refuses.
    pub fn policy(text: &str, release: Release, error: &PolicyError) -> Failure {
        let diagnostic = Diagnostic::policy(text, error);
        let message =
            format!("the server of {release} refuses this policy: {}", diagnostic.message);
        Failure::Input(Diagnostic { message, ..diagnostic })
    }

    /// Whether the reader of our output has gone, as `head` does: no reason to complain.
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// The failure as text, with colours, for standard error.
    pub fn render(&self) -> String {
        let width = screen::error_width();
        match self {
            Failure::Output(error) => {
                Diagnostic::error(format!("the output cannot be written: {error}")).render(width)
            }
            Failure::Input(diagnostic) => diagnostic.render(width),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Output(error)
    }
}

impl Diagnostic {
    pub fn error(message: String) -> Diagnostic {
        Diagnostic { message, help: None, id: None, severity: Severity::Error, place: None }
    }

    /// A policy that a server refuses: where, what is expected, and what could be meant.
    pub fn policy(text: &str, error: &PolicyError) -> Diagnostic {
        let meant =
            error.suggestion.as_ref().map(|suggestion| format!("; did you mean {suggestion}?"));
        Diagnostic {
            help: Some(format!("{}{}", error.expected(), meant.unwrap_or_default())),
            place: Some((text.to_owned(), error.range.clone())),
            ..Diagnostic::error(error.to_string())
        }
    }

    /// The diagnostic as text, with colours, for a place of this width.
    pub fn render(&self, width: Option<usize>) -> String {
        let width = width.unwrap_or(usize::from(u16::MAX));
        let mut text = String::new();
        let handler =
            GraphicalReportHandler::new_themed(self.theme()).with_width(width).with_links(false);
        // Rendering into a string cannot fail.
        let _ = handler.render_report(&mut text, self);
        text
    }

    /// Plain characters, so that a place is marked by carets; colours go where they are wanted, see
    /// `anstream`.
    fn theme(&self) -> GraphicalTheme {
        let id = self.id.map(|id| format!(" [{id}]")).unwrap_or_default();
        let mut theme = GraphicalTheme::ascii();
        theme.styles = miette::ThemeStyles::ansi();
        theme.characters.error = format!("error{id}:");
        theme.characters.warning = format!("warning{id}:");
        theme
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic {}

impl miette::Diagnostic for Diagnostic {
    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as _)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.place.as_ref().map(|(text, _)| text as _)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let (_, place) = self.place.as_ref()?;
        Some(Box::new(std::iter::once(LabeledSpan::underline(place.clone()))))
    }
}
