//! A forecast on the screen.

use std::io::Write;

use super::super::{screen, timeline};
use super::{Answer, words};
use crate::cli::failure::Failure;
use crate::retention::Options;

pub(super) fn write(answer: &Answer, out: &mut impl Write) -> Result<(), Failure> {
    let Answer { context, found, caveats, .. } = answer;
    write!(out, "{}", screen::paragraph(&context.to_string(), 2))?;
    for note in caveats {
        write!(out, "{}", screen::paragraph(&format!("Note: {note}"), 6))?;
    }
    writeln!(out, "{}", screen::paragraph(&words::timeline(answer), 2))?;

    let mut table = screen::table(words::FRAMES);
    for frame in found.delivered.frames() {
        table.add_row(words::frame(answer, &frame));
    }
    if table.is_empty() {
        writeln!(out, "{}", words::no_frame(answer))?;
    } else {
        write!(out, "{}", screen::lines(&table))?;
        write!(out, "\n{}", screen::paragraph(&words::bound(answer), 0))?;
    }
    if let Some(text) = words::in_all(answer) {
        write!(out, "\n{}", screen::paragraph(&text, 0))?;
    }
    if let [head, rows @ ..] = words::reach(answer).as_slice() {
        let mut table = screen::table_of(head);
        table.add_rows(rows);
        write!(out, "\n{}", screen::lines(&table))?;
    }
    let width = screen::width().unwrap_or(timeline::WIDTH).min(timeline::WIDTH);
    // Nothing is planned here: an empty policy keeps what is there, which is what the picture
    // shows.
    let plan = crate::retention::plan(&found.end, &Options::default(), answer.until)
        .map_err(Failure::new)?;
    if let Some(line) = timeline::draw(&found.end, &plan, answer.until, width) {
        write!(out, "\nWhat is there in the end, by age on a logarithmic scale:\n{line}")?;
    }
    if let Some(text) = words::promise(answer) {
        write!(out, "\n{}", screen::paragraph(&text, 0))?;
    }
    Ok(())
}
