//! Tables and widths: how wide an answer may be, and colours by meaning.

use std::env;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use comfy_table::{
    Attribute, Cell, Color, ColumnConstraint, ContentArrangement, Row, Table, Width,
};

use crate::report::{Notice, what_follows};

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
        column.set_padding((0, GAP as u16));
    }
    table.enforce_styling();
    table.style_text_only();
    table
}

/// A table of a row of headings and other rows, or, where a word would have to be cut for that, a
/// list: each row's first cell, and below it the others with their headings.
pub(super) fn rows(rows: &[Vec<String>]) -> String {
    let Some((headings, rows)) = rows.split_first() else { return String::new() };
    let mut table = table(headings);
    table.add_rows(rows);
    lines(&table)
}

/// A paragraph that keeps to the width, each line behind this many blanks but for the first, with a
/// line feed at its end. No word is cut.
pub(super) fn paragraph(text: &str, indent: usize) -> String {
    paragraph_of(text, indent, width())
}

/// The lines of an error that clap wrote, for the width of standard error.
pub(super) fn error_lines(text: &str) -> String {
    let width = error_width();
    text.lines().map(|line| paragraph_of(line, 2, width)).collect()
}

fn paragraph_of(text: &str, indent: usize, width: Option<usize>) -> String {
    let Some(width) = width else { return format!("{text}\n") };
    let indent = " ".repeat(indent);
    let options = textwrap::Options::new(width)
        .subsequent_indent(&indent)
        .break_words(false)
        .word_separator(textwrap::WordSeparator::Custom(words))
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(text, options) + "\n"
}

/// The words of a text; a list without blanks that is longer than any word is cut behind its
/// commas.
fn words(text: &str) -> Box<dyn Iterator<Item = textwrap::core::Word<'_>> + '_> {
    const LONGEST_WORD: usize = 36;
    let words = textwrap::WordSeparator::AsciiSpace.find_words(text);
    Box::new(words.flat_map(|word| match word.len() {
        ..=LONGEST_WORD => vec![word],
        _ => {
            let blanks = word.whitespace;
            let mut parts: Vec<textwrap::core::Word<'_>> =
                word.word.split_inclusive(',').map(textwrap::core::Word::from).collect();
            parts.iter_mut().rev().take(1).for_each(|last| last.whitespace = blanks);
            parts
        }
    }))
}

/// The table's lines, without blanks at their ends; where the screen is too narrow for its longest
/// words, a list.
pub(super) fn lines(table: &Table) -> String {
    let Some(width) = width() else { return as_printed(table) };
    let columns = columns_of(table, |text| text.split_whitespace().map(letters).max().unwrap_or(0));
    if total(&columns) > width {
        return list(table);
    }
    let mut table = table.clone();
    if total(&columns_of(&table, letters)) + GAP > width {
        for (column, &longest) in table.column_iter_mut().zip(&columns) {
            let least = Width::Fixed(u16::try_from(longest + GAP).unwrap_or(u16::MAX));
            column.set_constraint(ColumnConstraint::LowerBoundary(least));
        }
        end_without_gap(&mut table);
    }
    as_printed(&table)
}

/// The table as a list: of each row the first cell, and the others with their headings below it.
pub(super) fn list(table: &Table) -> String {
    let headings: Vec<String> =
        table.header().into_iter().flat_map(Row::cell_iter).map(Cell::content).collect();
    let mut list = String::new();
    for row in table.row_iter() {
        let mut indent = "";
        for (heading, cell) in headings.iter().zip(row.cell_iter().map(Cell::content)) {
            if !cell.is_empty() {
                let colon = if heading.is_empty() { "" } else { ": " };
                let line = format!("{indent}{heading}{colon}{cell}");
                list += &paragraph(&line, indent.len() + 2);
            }
            indent = "  ";
        }
    }
    list
}

/// Whether each row has a line of its own on this screen, perhaps with columns closer together.
pub(super) fn fits(table: &mut Table) -> bool {
    let Some(width) = width() else { return true };
    let columns = columns_of(table, letters);
    if total(&columns) > width {
        for column in table.column_iter_mut() {
            column.set_padding((0, GAP as u16 - 1));
        }
    }
    end_without_gap(table);
    total(&columns).saturating_sub(columns.len()) < width
}

/// Nothing stands behind the last column.
fn end_without_gap(table: &mut Table) {
    if let Some(column) = table.column_iter_mut().last() {
        column.set_padding((0, 0));
        column.remove_constraint();
    }
}

/// The blanks behind the text of a cell; comfy-table adds one between two columns.
const GAP: usize = 2;

fn total(columns: &[usize]) -> usize {
    columns.iter().map(|column| column + GAP + 1).sum::<usize>().saturating_sub(GAP + 1)
}

/// The most that a cell of each column needs.
fn columns_of(table: &Table, needs: impl Fn(&str) -> usize) -> Vec<usize> {
    let mut columns = Vec::new();
    for row in table.header().into_iter().chain(table.row_iter()) {
        for (column, cell) in row.cell_iter().enumerate() {
            columns.resize(columns.len().max(column + 1), 0);
            columns[column] = columns[column].max(needs(&cell.content()));
        }
    }
    columns
}

fn letters(text: &str) -> usize {
    text.chars().count()
}

/// The table's lines as they are, without blanks at their ends.
pub(super) fn as_printed(table: &Table) -> String {
    table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

pub(super) fn good(text: impl ToString) -> Cell {
    Cell::new(text).fg(Color::Green)
}

pub(super) fn bad(text: impl ToString) -> Cell {
    Cell::new(text).fg(Color::Red)
}

/// The top of an answer: the line that says what it depends on, why Duplicati would not run, and
/// what is to be known.
pub(super) fn top(
    out: &mut impl Write,
    line: &str,
    blockers: &[Notice],
    caveats: &[String],
) -> io::Result<()> {
    write!(out, "{}", paragraph(line, 2))?;
    for notice in blockers {
        loud(out, &notice.message)?;
    }
    if !blockers.is_empty() {
        loud(out, what_follows(blockers))?;
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_that_does_not_know_its_width_has_none() {
        let size = |width| Some((terminal_size::Width(width), terminal_size::Height(24)));
        assert_eq!([size(0), size(1), None].map(to_width), [None, Some(1), None]);
    }
}
