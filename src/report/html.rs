//! An answer as a page: one file, without scripts, and nothing that is fetched.

use std::fmt::Write;

use super::context::Context;
use super::diagnostic::what_follows;
use super::forecast::ForecastReport;
use super::forecast_words::FRAME_HEADINGS;
use super::svg::{draw, escape};

pub(super) const STYLE: &str = "\
:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem \
     auto;padding:0 \
     1rem;color:#1d2733;background:#fff}h1{font-size:1.5rem;overflow-wrap:anywhere}figure{margin:\
     1.5rem 0}figure \
     svg{max-width:100%;height:auto}div{overflow-x:auto}table{border-collapse:collapse;margin:1.\
     5rem 0}caption{text-align:left;font-weight:600}th,td{text-align:left;padding:.25rem 1.25rem \
     .25rem 0;border-bottom:1px solid \
     #aab6c4}footer{color:#5b6775;font-size:.9rem}@media(max-width:40rem){thead{display:\
     none}tr{display:block;padding:.5rem 0;border-bottom:1px solid \
     #aab6c4}td{display:flex;gap:1rem;padding:0;border:0}td::before{content:attr(data-name);flex:\
     0 0 8rem;color:#5b6775}}@media(prefers-color-scheme:dark){body{color:#e6edf5;background:#\
     12181f}th,td,tr{border-color:#4a5869}footer,td::before{color:#a3b0bf}}";

/// The page.
pub fn page(report: &ForecastReport) -> String {
    let mut page = begin(&report.title());
    for notice in &report.blockers {
        paragraph(&mut page, &notice.message);
    }
    if !report.blockers.is_empty() {
        paragraph(&mut page, what_follows(&report.blockers));
    }
    paragraph(&mut page, &report.schedule.assumptions);
    paragraph(&mut page, &report.summary());
    if let Some(text) = &report.conclusion {
        paragraph(&mut page, text);
    }
    // Writing to a string cannot fail.
    let _ = writeln!(page, "<figure>\n{}</figure>", draw(report));
    if !report.frames.is_empty() {
        let frames: Vec<Vec<String>> =
            report.frames.iter().map(|frame| report.frame_row(frame).into()).collect();
        let headings = FRAME_HEADINGS.map(str::to_owned);
        table(&mut page, "What each time frame holds", &headings, &frames);
    }
    paragraph(&mut page, &report.note_on_frames());
    if let Some(text) = report.totals() {
        paragraph(&mut page, &text);
    }
    if let [head, rows @ ..] = report.option_rows().as_slice() {
        table(&mut page, "What is kept", head, rows);
    }
    if let [head, rows @ ..] = report.recoverability_rows().as_slice() {
        paragraph(&mut page, ForecastReport::NOTE_ON_RECOVERABILITY);
        table(&mut page, "How much older the version is that you can go back to", head, rows);
    }
    if let Some(file) = &report.file {
        paragraph(&mut page, &file.sentence(&report.context.moment));
    }
    if let Some(files) = &report.files {
        paragraph(&mut page, &files.sentence(report.bound_condition.as_deref()));
        if let [head, rows @ ..] = files.rows().as_slice() {
            table(&mut page, "How often a deleted file is in a version", head, rows);
        }
    }
    for caveat in &report.caveats {
        paragraph(&mut page, &format!("Note: {caveat}"));
    }
    end(page, &report.context)
}

/// A page with this title, up to its content.
pub(super) fn begin(title: &str) -> String {
    let name = escape(title);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{name}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{name}</h1>\n"
    )
}

/// The page with its end.
pub(super) fn end(mut page: String, context: &Context) -> String {
    let context = escape(&context.to_string());
    let _ = writeln!(page, "<footer><p>{context}</p></footer>\n</body>\n</html>");
    page
}

pub(super) fn paragraph(page: &mut String, text: &str) {
    let _ = writeln!(page, "<p>{}</p>", escape(text));
}

pub(super) fn table(page: &mut String, caption: &str, head: &[String], rows: &[Vec<String>]) {
    let heading = |name: &String| format!("<th scope=\"col\">{}</th>", escape(name));
    let _ = writeln!(
        page,
        "<div><table>\n<caption>{caption}</caption>\n<thead><tr>{}</tr></thead>\n<tbody>",
        head.iter().map(heading).collect::<String>()
    );
    // On a narrow screen each row is a list, with the names of its cells.
    let cell = |(name, text): (&String, &String)| {
        format!("<td data-name=\"{}\">{}</td>", escape(name), escape(text))
    };
    for row in rows {
        let _ = writeln!(page, "<tr>{}</tr>", head.iter().zip(row).map(cell).collect::<String>());
    }
    page.push_str("</tbody>\n</table></div>\n");
}
