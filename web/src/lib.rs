//! The answers of `duplicati-retention` for a page in a browser: questions and answers as JSON.
//!
//! Nothing is decided here. [`question`] reads what the page asks, [`answer`] has the library's
//! reports and the words that the command would print with them, [`dropped`] keeps what a person
//! dropped on the page, and [`plan`] shows a plan of any length piece by piece.

pub mod answer;
pub mod dropped;
pub mod plan;
pub mod question;

use duplicati_retention::conformance::serve;
use duplicati_retention::report::{Diagnostic, svg, write_json};
use duplicati_retention::testing::Engine;
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

use answer::Report;
use dropped::Dropped;
use plan::ShownPlan;
use question::Question;

/// The library, with what was dropped on the page.
#[wasm_bindgen]
#[derive(Default)]
pub struct Library {
    dropped: Dropped,
    plan: Option<ShownPlan>,
}

#[wasm_bindgen]
impl Library {
    /// A library into which nothing was dropped.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Library {
        Library::default()
    }

    /// Answers a question: `{"report", "words"}`, or `{"error"}`.
    pub fn ask(&mut self, question: &str) -> String {
        let answer = self.report(question).and_then(|(question, report)| match report {
            Report::Plan(plan) => {
                let shown = ShownPlan::new(*plan);
                let overview = text(&shown.overview());
                self.plan = Some(shown);
                overview
            }
            report => text(&answer::answer(&question, &report)),
        });
        answer.unwrap_or_else(|error| failed(&error))
    }

    /// The answer as the command prints it with `--json`, byte for byte.
    pub fn json(&self, question: &str) -> String {
        let written = self.report(question).and_then(|(_, report)| {
            let mut out = Vec::new();
            write_json(&mut out, &report).map_err(Diagnostic::new)?;
            String::from_utf8(out).map_err(Diagnostic::new)
        });
        written.unwrap_or_else(|error| failed(&error))
    }

    /// A forecast as the picture of `--svg`.
    pub fn picture(&self, question: &str) -> String {
        match self.report(question) {
            Ok((_, Report::Forecast(report))) => svg::draw(&report),
            Ok(_) => failed(&Diagnostic::new("only a forecast has a picture")),
            Err(error) => failed(&error),
        }
    }

    /// Which versions of the latest plan are shown; says how many there are.
    pub fn filter(&mut self, show: &str, search: &str) -> usize {
        self.plan.as_mut().map_or(0, |plan| plan.filter(show, search))
    }

    /// Some of the versions that are shown.
    pub fn rows(&self, from: usize, count: usize) -> String {
        let rows = self.plan.as_ref().map(|plan| plan.rows(from, count)).unwrap_or_default();
        text(&rows).unwrap_or_else(|error| failed(&error))
    }

    /// Takes a file, and says what it is. Of a database it says which queries it needs.
    pub fn add(&mut self, name: &str, content: &[u8]) -> String {
        let added = self.dropped.add(name, content);
        added.and_then(|added| text(&added)).unwrap_or_else(|error| failed(&error))
    }

    /// The query for the versions in a database, from the names of its tables and columns as JSON
    /// lists; `{"sql"}` or `{"error"}`.
    pub fn query(&mut self, name: &str, names: &str) -> String {
        let query = self.dropped.query(name, names);
        query.and_then(|query| text(&query)).unwrap_or_else(|error| failed(&error))
    }

    /// The rows of that query, as a JSON list of lists, and what the queries for the release gave,
    /// as a JSON list of two texts or `null`.
    pub fn add_rows(&mut self, rows: &str, of_the_release: &str) -> String {
        let added = self.dropped.add_rows(rows, of_the_release);
        added.and_then(|added| text(&added)).unwrap_or_else(|error| failed(&error))
    }

    /// Forgets what was dropped.
    pub fn forget(&mut self) {
        *self = Library::default();
    }

    fn report(&self, question: &str) -> Result<(Question, Report), Diagnostic> {
        let question: Question = serde_json::from_str(question)
            .map_err(|error| Diagnostic::new(format!("not a question: {error}")))?;
        let report = Report::of(&question, &self.dropped)?;
        Ok((question, report))
    }
}

/// Answers lines of the conformance protocol.
#[wasm_bindgen]
pub fn conformance(lines: &[u8]) -> Vec<u8> {
    let mut answers = Vec::new();
    // Reading from memory and writing to memory cannot fail.
    let _ = serve(&Engine, lines, &mut answers);
    answers
}

fn text(answer: &impl Serialize) -> Result<String, Diagnostic> {
    serde_json::to_string(answer).map_err(Diagnostic::new)
}

fn failed(error: &Diagnostic) -> String {
    #[derive(Serialize)]
    struct Failed<'a> {
        error: &'a Diagnostic,
    }
    serde_json::to_string(&Failed { error }).unwrap_or_default()
}
