//! Tables and widths: how wide an answer may be, and colours by meaning.

use std::env;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use comfy_table::{Attribute, Cell, Color, ContentArrangement, LineStyle, Table, TableStyle};

/// The width that answers keep to: `COLUMNS` if set, that of the terminal, or none in a pipe or a
/// file.
pub(super) fn width() -> Option<usize> {
    columns().or_else(|| terminal_width(std::io::stdout()))
}

/// The width that errors keep to, which go to standard error.
pub(super) fn error_width() -> Option<usize> {
    columns().or_else(|| terminal_width(std::io::stderr()))
}

fn columns() -> Option<usize> {
    env::var("COLUMNS").ok()?.parse().ok().filter(|&columns| columns > 0)
}

fn terminal_width(stream: impl std::os::fd::AsFd) -> Option<usize> {
    terminal_size::terminal_size_of(stream)
        .map(|(width, _)| usize::from(width.0))
        .filter(|&width| width > 0)
}

/// An empty table with this header; cells wrap where the screen is too narrow, and never in a pipe.
pub(super) fn table<const N: usize>(header: [&str; N]) -> Table {
    table_of(&header)
}

/// The same with a header of any length.
pub(super) fn table_of(header: &[impl ToString]) -> Table {
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('-').junction('-')));
    table.set_header(
        header.iter().map(|name| Cell::new(name.to_string()).add_attribute(Attribute::Bold)),
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
    let options = textwrap::Options::new(width).subsequent_indent(&indent);
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

pub(super) const LOUD: Style = AnsiColor::Red.on_default().bold();

/// What must not be missed.
pub(super) fn loud(out: &mut impl Write, message: &str) -> io::Result<()> {
    let text = paragraph(&format!("!! {message}"), 3);
    write!(out, "{LOUD}!!{LOUD:#}{}", text.trim_start_matches('!'))
}
