//! Tables and widths: how wide an answer may be, and colours by meaning.

use std::env;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table};

/// The width that answers keep to: `COLUMNS` if set, that of the terminal, or none in a pipe or a
/// file.
pub(super) fn width() -> Option<usize> {
    columns().or_else(|| to_width(terminal_size::terminal_size_of(io::stdout())))
}

/// The width of a line of ages: it must end somewhere, in a pipe too.
pub(super) fn axis_width() -> usize {
    width().unwrap_or(usize::MAX).min(100)
}

/// The width that errors keep to, which go to standard error.
pub(super) fn error_width() -> Option<usize> {
    columns().or_else(|| to_width(terminal_size::terminal_size_of(io::stderr())))
}

fn columns() -> Option<usize> {
    env::var("COLUMNS").ok()?.parse().ok().filter(|&columns| columns > 0)
}

fn to_width(size: Option<(terminal_size::Width, terminal_size::Height)>) -> Option<usize> {
    size.map(|(width, _)| usize::from(width.0)).filter(|&width| width > 0)
}

/// No borders but a line below the headings, as comfy-table writes styles.
const HEADER_LINE: &str = "     --            ";

/// An empty table with these headings; cells wrap where the screen is too narrow, and never in a
/// pipe.
pub(super) fn table<T: ToString>(headings: impl AsRef<[T]>) -> Table {
    let mut table = Table::new();
    table.load_preset(HEADER_LINE);
    table.set_header(
        headings
            .as_ref()
            .iter()
            .map(|name| Cell::new(name.to_string()).add_attribute(Attribute::Bold)),
    );
    match width() {
        Some(width) => {
            table.set_content_arrangement(ContentArrangement::Dynamic);
            table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
        }
        None => {
            table.set_content_arrangement(ContentArrangement::Disabled);
        }
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.enforce_styling();
    table.style_text_only();
    table
}

/// A paragraph that keeps to the width, each line behind this many blanks but for the first, with a
/// line feed at its end.
pub(super) fn paragraph(text: &str, indent: usize) -> String {
    let Some(width) = width() else { return format!("{text}\n") };
    let indent = " ".repeat(indent);
    let options = textwrap::Options::new(width)
        .subsequent_indent(&indent)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(text, options) + "\n"
}

/// The table's lines, without blanks at their ends.
pub(super) fn lines(table: &Table) -> String {
    table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

pub(super) fn good(text: impl ToString) -> Cell {
    Cell::new(text).fg(Color::Green)
}

pub(super) fn bad(text: impl ToString) -> Cell {
    Cell::new(text).fg(Color::Red)
}

/// The top of an answer: the line that says what it depends on, and what is to be known.
pub(super) fn top(out: &mut impl Write, line: &str, caveats: &[String]) -> io::Result<()> {
    write!(out, "{}", paragraph(line, 2))?;
    notes(out, caveats)
}

/// What is to be known of an answer.
pub(super) fn notes(out: &mut impl Write, caveats: &[String]) -> io::Result<()> {
    let mut notes = caveats.iter().map(|caveat| paragraph(&format!("Note: {caveat}"), 6));
    notes.try_for_each(|note| write!(out, "{note}"))
}

pub(super) const LOUD: Style = AnsiColor::Red.on_default().bold();

/// What must not be missed.
pub(super) fn loud(out: &mut impl Write, message: &str) -> io::Result<()> {
    let text = paragraph(&format!("!! {message}"), 3);
    write!(out, "{LOUD}!!{LOUD:#}{}", text.trim_start_matches('!'))
}
