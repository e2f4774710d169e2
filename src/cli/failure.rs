//! What goes wrong at the command's edge, and how it is shown: one sentence, the place, what would
//! be right.

use std::fmt;
use std::fs::File;
use std::io;
use std::path::Path;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, Severity, SourceCode};

use super::screen;
use crate::report::{Diagnostic, ErrorReport, write_json};
use crate::sources::os_words;

/// A command that cannot be carried out.
#[derive(Debug)]
pub(super) enum Failure {
    /// Standard output could not be written.
    Output(io::Error),
    /// Anything that is the question's or the input's fault.
    Input(Box<Diagnostic>),
}

impl Failure {
    pub fn new(message: impl ToString) -> Failure {
        Diagnostic::new(message).into()
    }

    /// A failure at a place, such as a file.
    pub fn at(place: impl fmt::Display, error: impl fmt::Display) -> Failure {
        Failure::new(format!("{place}: {error}"))
    }

    /// Whether the reader of our output has gone, as `head` does: no reason to complain.
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// The failure as data, for standard error.
    pub fn json(self) -> String {
        let error = match self {
            Failure::Output(error) => Diagnostic::new(unwritten(&error)),
            Failure::Input(diagnostic) => *diagnostic,
        };
        let mut text = Vec::new();
        // Writing into memory cannot fail.
        let _ = write_json(&mut text, &ErrorReport { error });
        String::from_utf8_lossy(&text).into_owned()
    }

    /// The failure as text, with colours, for standard error.
    pub fn render(&self) -> String {
        let width = screen::error_width();
        match self {
            Failure::Output(error) => {
                let cannot = Diagnostic::new(unwritten(error));
                render(&cannot, Severity::Error, width)
            }
            Failure::Input(diagnostic) => std::iter::once(diagnostic.as_ref())
                .chain(&diagnostic.further)
                .map(|one| render(one, Severity::Error, width))
                .collect(),
        }
    }
}

/// What is wrong, without a place or colours.
impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Output(error) => formatter.write_str(&unwritten(error)),
            Failure::Input(diagnostic) => formatter.write_str(&diagnostic.message),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Output(error)
    }
}

/// Wrong usage: what is wrong, and below it what would be right.
impl From<clap::Error> for Failure {
    fn from(error: clap::Error) -> Self {
        let text = error.render().to_string();
        let (what, help) = text.split_once("\n\n").unwrap_or((&text, ""));
        let what = what.trim_start_matches("error: ").split_whitespace().collect::<Vec<_>>();
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        let help = (!help.is_empty()).then_some(help);
        Diagnostic { help, ..Diagnostic::new(what.join(" ")) }.into()
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Failure::Input(Box::new(diagnostic))
    }
}

/// Opens a file to read; of a folder it is said what is expected.
pub(super) fn open(path: &Path, expected: &str) -> Result<File, Failure> {
    if path.is_dir() {
        return Err(Failure::at(path.display(), format!("this is a folder; {expected}")));
    }
    File::open(path).map_err(|error| Failure::at(path.display(), os_words(&error)))
}

/// Writes a file that was asked for beside the answer.
pub(super) fn write_file(path: &Path, content: &str) -> Result<(), Failure> {
    std::fs::write(path, content).map_err(|error| {
        let why = match error.kind() {
            io::ErrorKind::NotFound => "its folder does not exist".into(),
            _ => os_words(&error),
        };
        Failure::at(path.display(), format!("this file cannot be written: {why}"))
    })
}

fn unwritten(error: &io::Error) -> String {
    format!("the output cannot be written: {}", os_words(error))
}

/// A diagnostic as text, with colours, for a place of this width.
pub(super) fn render(diagnostic: &Diagnostic, severity: Severity, width: Option<usize>) -> String {
    let width = width.unwrap_or(usize::from(u16::MAX));
    let id = diagnostic.id.map(|id| format!(" [{id}]")).unwrap_or_default();
    // Plain characters, so that a place is marked by carets; colours go where they are wanted, see
    // `anstream`.
    let mut theme = GraphicalTheme::ascii();
    theme.styles = miette::ThemeStyles::ansi();
    theme.characters.error = format!("error{id}:");
    theme.characters.warning = format!("warning{id}:");
    let mut text = String::new();
    let handler = GraphicalReportHandler::new_themed(theme).with_width(width).with_links(false);
    // Rendering into a string cannot fail.
    let _ = handler.render_report(&mut text, &Shown { diagnostic, severity });
    text
}

/// A diagnostic as miette wants it.
#[derive(Debug)]
struct Shown<'a> {
    diagnostic: &'a Diagnostic,
    severity: Severity,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.diagnostic.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.diagnostic.help.as_ref().map(|help| Box::new(help) as _)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.diagnostic.place.as_ref().map(|place| &place.text as _)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = self.diagnostic.place.as_ref()?;
        Some(Box::new(std::iter::once(LabeledSpan::underline(place.start..place.end))))
    }
}
