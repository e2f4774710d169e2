//! A plan as a picture: each time frame on a strip of its own, with what is kept and deleted in it.
//!
//! One file without scripts, fonts or links. It can be read on a phone: no letter is smaller than
//! 11 pixels where the picture is 330 pixels wide. Shapes tell the marks apart, colours only help,
//! and both follow a reader who wants a dark page.

use std::fmt::Write;

use super::calendar::MOST_LINES;
use super::pairs::PairReport;
use super::plan::{PlanReport, VersionDecision};
use super::svg::{page, text};
use crate::advice::{count, number};
use crate::clock::Utc;
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};
use crate::policy::PairIndex;

const WIDTH: f64 = 480.0;
const LEFT: f64 = 16.0;
const RIGHT: f64 = 464.0;
/// More letters do not fit above the picture.
const LONGEST_TITLE: usize = 42;
/// Where the first strip's name stands, and how far the next is below.
const STRIPS: (f64, f64) = (146.0, 104.0);
/// How high a strip is.
const HEIGHT: f64 = 44.0;

const STYLE: &str = "\
text{font:16px system-ui,sans-serif;fill:#1d2733}.title{font-size:20px;font-weight:600}\
.name{font-weight:600}.quiet{fill:#5b6775}.end{text-anchor:end}.middle{text-anchor:middle}\
.page{fill:#fff}.band{fill:#e3ebf5}.none{fill:#e3ebf5}.there{fill:#1565c0}.gone{fill:#c2410c}\
.both{fill:#7c3aed}.kept{fill:#1565c0}.deleted{stroke:#c2410c;stroke-width:1.5;fill:none}\
@media(prefers-color-scheme:dark){text{fill:#e6edf5}.quiet{fill:#a3b0bf}.page{fill:#12181f}\
.band{fill:#1e2935}.none{fill:#1e2935}.there{fill:#64b5f6}.gone{fill:#fb923c}\
.both{fill:#c4b5fd}.kept{fill:#64b5f6}.deleted{stroke:#fb923c}}";

/// The versions of a time frame, or of what lies in none.
struct Strip {
    name: String,
    /// The ages at its two ends, in seconds: the younger on the right.
    newer: f64,
    older: f64,
    /// Each version's age in seconds and whether it is deleted, newest first.
    versions: Vec<(f64, bool)>,
}

/// The picture, as a file of its own.
pub(super) fn draw(report: &PlanReport) -> String {
    let strips = strips(report);
    let above = STRIPS.0 + strips.len() as f64 * STRIPS.1 - 8.0;
    let calendar = report.calendar();
    let has_days = report.summary.versions > 0;
    let height = if has_days { above + calendar.height(MOST_LINES) + 40.0 } else { above };
    let [title, deletes, when] = headings(report);
    let mut svg = page((WIDTH, height), STYLE, &report.title(), &described(report, &strips));
    text(&mut svg, LEFT, 34.0, "title", &title);
    text(&mut svg, LEFT, 62.0, "", &deletes);
    text(&mut svg, LEFT, 84.0, "quiet", &when);
    kept(&mut svg, LEFT + 6.0, 107.0);
    text(&mut svg, LEFT + 18.0, 112.0, "quiet", "kept");
    deleted(&mut svg, LEFT + 76.0, 107.0);
    text(&mut svg, LEFT + 88.0, 112.0, "quiet", "deleted");
    for (place, strip) in strips.iter().enumerate() {
        draw_strip(&mut svg, report, strip, STRIPS.0 + place as f64 * STRIPS.1);
    }
    if has_days {
        text(&mut svg, LEFT, above + 16.0, "name", "By day");
        let mut x = LEFT + 84.0;
        for (class, meaning) in [("there", "kept"), ("gone", "deleted"), ("both", "both")] {
            let y = above + 4.0;
            let _ = writeln!(
                svg,
                "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"12\" height=\"15\" rx=\"3\"/>"
            );
            text(&mut svg, x + 18.0, above + 16.0, "quiet", meaning);
            x += 50.0 + 8.0 * meaning.len() as f64;
        }
        calendar.draw(&mut svg, (LEFT, above + 32.0), RIGHT - LEFT, MOST_LINES);
    }
    svg + "</svg>\n"
}

/// The three lines at the top.
fn headings(report: &PlanReport) -> [String; 3] {
    let mut title = report.policy_or_options();
    if let Some((end, _)) = title.char_indices().nth(LONGEST_TITLE) {
        title.truncate(end);
        title.push('…');
    }
    let versions = count(report.summary.versions, "version");
    let at = |time: Utc| report.context.moment.local_second(time).to_string();
    match &report.next_backup {
        Some(next) => [
            title,
            format!("The next backup deletes {} of {versions}", number(next.deleted)),
            format!("expected at {}", at(next.start)),
        ],
        None => [
            title,
            format!("A removal deletes {} of {versions}", number(report.summary.deleted)),
            format!("at {}", at(report.context.moment.now)),
        ],
    }
}

/// The whole picture in words.
fn described(report: &PlanReport, strips: &[Strip]) -> String {
    let strip = |strip: &Strip| format!("{}: {}.", strip.name, strip.kept_of_all());
    report.answers().into_iter().chain(strips.iter().map(strip)).collect::<Vec<_>>().join(" ")
}

/// When the decision falls, as far as the picture goes.
fn moment_of(report: &PlanReport) -> Utc {
    report.next_backup.as_ref().map_or(report.context.moment.now, |next| next.start)
}

/// The strips that have a version, the shortest time frame first.
fn strips(report: &PlanReport) -> Vec<Strip> {
    let seconds = |span: TimeSpan| span.total_seconds();
    let moment = moment_of(report);
    let mut frames: Vec<(PairIndex, &PairReport)> = report
        .pairs
        .iter()
        .enumerate()
        .map(|(index, pair)| (PairIndex::new(index), pair))
        .collect();
    frames.sort_by_key(|(_, pair)| pair.frame_seconds.unwrap_or(TimeSpan::MAX));
    let versions: Vec<(Option<PairIndex>, f64, bool)> = report
        .versions()
        .map(|version| {
            let (pair, is_deleted) = decision(&version, frames.first().map(|&(index, _)| index));
            (pair, seconds(moment.since(version.version.time)), is_deleted)
        })
        .collect();
    let oldest = versions.iter().map(|&(_, age, _)| age).fold(1.0, f64::max);
    let rest = if frames.is_empty() { "every version" } else { "in no time frame" };
    let named = frames.iter().map(|&(index, pair)| (Some(index), pair.text(), pair.frame_seconds));
    let mut newer = 0.0_f64;
    let mut strips = Vec::new();
    for (pair, name, length) in named.chain([(None, rest.to_owned(), None)]) {
        let of_the_frame = versions.iter().filter(|version| version.0 == pair);
        let versions: Vec<(f64, bool)> =
            of_the_frame.map(|&(_, age, is_deleted)| (age, is_deleted)).collect();
        let end = length.map_or(oldest, seconds);
        if !versions.is_empty() {
            strips.push(Strip { name, newer, older: end.min(oldest).max(newer + 1.0), versions });
        }
        newer = newer.max(if length.is_some() { end } else { newer });
    }
    strips
}

/// Where a version lies, and whether it is deleted: by the next backup, or where that is not told
/// by a removal now, for which the newest lies in no time frame but is the youngest of the first.
fn decision(version: &VersionDecision, first: Option<PairIndex>) -> (Option<PairIndex>, bool) {
    match &version.next_backup {
        Some(next) => (next.pair, next.deleted),
        None if version.policy.verdict == "newest" => (first, version.deleted),
        None => (version.policy.pair, version.deleted),
    }
}

impl Strip {
    fn kept_of_all(&self) -> String {
        let kept = self.versions.iter().filter(|(_, is_deleted)| !is_deleted).count();
        format!("{} of {} kept", number(kept), number(self.versions.len()))
    }
}

fn draw_strip(svg: &mut String, report: &PlanReport, strip: &Strip, y: f64) {
    text(svg, LEFT, y, "name", &strip.name);
    text(svg, RIGHT, y, "quiet end", &strip.kept_of_all());
    let top = y + 8.0;
    let _ = writeln!(
        svg,
        "<rect class=\"band\" x=\"{LEFT}\" y=\"{top}\" width=\"{}\" height=\"{HEIGHT}\"/>",
        RIGHT - LEFT
    );
    let place = |age: f64| {
        let share = (age - strip.newer) / (strip.older - strip.newer);
        RIGHT - 8.0 - (RIGHT - LEFT - 16.0) * share.clamp(0.0, 1.0)
    };
    // One mark where several would be one.
    let mut last = [f64::INFINITY; 2];
    for &(age, is_deleted) in &strip.versions {
        let (x, least) = (place(age), if is_deleted { 3.0 } else { 1.0 });
        let last = &mut last[usize::from(is_deleted)];
        if *last - x >= least {
            *last = x;
            if is_deleted { deleted(svg, x, top + 31.0) } else { kept(svg, x, top + 13.0) }
        }
    }
    let [left, right] = [strip.older, strip.newer].map(|age| date(report, age, strip));
    text(svg, LEFT, top + HEIGHT + 18.0, "quiet", &left);
    text(svg, RIGHT, top + HEIGHT + 18.0, "quiet end", &right);
}

/// The local date at an end of a strip, or for a short strip the time.
fn date(report: &PlanReport, age: f64, strip: &Strip) -> String {
    const SHORT: f64 = 3.0 * 86_400.0;
    let ticks = (age as i64).saturating_mul(-TICKS_PER_SECOND);
    let time = moment_of(report).saturating_add(TimeSpan::from_ticks(ticks));
    let local = report.context.moment.local_second(time).to_string();
    let length = if strip.older - strip.newer < SHORT { 16 } else { 10 };
    local.get(..length).unwrap_or(&local).to_owned()
}

fn kept(svg: &mut String, x: f64, y: f64) {
    let _ = writeln!(svg, "<circle class=\"kept\" cx=\"{x:.1}\" cy=\"{y}\" r=\"5\"/>");
}

fn deleted(svg: &mut String, x: f64, y: f64) {
    let (left, top) = (x - 4.0, y - 4.0);
    let _ = writeln!(svg, "<path class=\"deleted\" d=\"M{left:.1} {top}l8 8m0 -8l-8 8\"/>");
}
