//! A forecast as a picture: what is there in the end by age, and the gaps in each frame against
//! what was requested.
//!
//! One file without scripts, fonts or links. It can be read on a phone: no letter is smaller than
//! 11 pixels where the picture is 330 pixels wide. Shapes tell the marks apart, colours only help,
//! and both follow a reader who wants a dark page.

use std::fmt::Write;

use super::age_axis::{MARKS, Scale};
use super::forecast::{ForecastReport, FrameReport};
use super::rules::rule_name;
use crate::advice::{about, age, age_or_less, count};
use crate::dotnet::TimeSpan;

const WIDTH: f64 = 480.0;
/// More letters do not fit above the picture.
const LONGEST_TITLE: usize = 42;
const LEFT: f64 = 16.0;
const RIGHT: f64 = 464.0;
/// Where the band of ages begins and ends.
const BAND: (f64, f64) = (108.0, 188.0);
/// Where the name of the first frame's row stands, and how far the next is below.
const ROWS: (f64, f64) = (290.0, 110.0);
/// Where the axis of gaps begins and ends.
const GAPS: (f64, f64) = (24.0, 456.0);

const STYLE: &str = "\
text{font:16px \
     system-ui,sans-serif;fill:#1d2733}.title{font-size:20px;font-weight:600}.name{font-weight:\
     600}.quiet{fill:#5b6775}.middle{text-anchor:middle}.end{text-anchor:end}.page{fill:#fff}.\
     band{fill:#e8eef6}.band.odd{fill:#d3dfee}.line{stroke:#aab6c4}.range{stroke:#7d8ea3;\
     stroke-width:3}.there{fill:#1565c0}.none{fill:#e8eef6}.gone{fill:#c2410c}.both{fill:#7c3aed}.\
     usual{fill:#1565c0}.longest{fill:#c2410c}.requested{stroke:#1d2733;stroke-width:3}.\
     bound{stroke:#c2410c;stroke-width:2;stroke-dasharray:3 \
     3}@media(prefers-color-scheme:dark){text{fill:#e6edf5}.quiet{fill:#a3b0bf}.page{fill:#\
     12181f}.band{fill:#1e2935}.band.odd{fill:#293747}.line{stroke:#4a5869}.range{stroke:#8396ab}.\
     there{fill:#64b5f6}.none{fill:#1e2935}.gone{fill:#fb923c}.both{fill:#c4b5fd}.usual{fill:#\
     64b5f6}.longest{fill:#fb923c}.requested{stroke:#e6edf5}.bound{stroke:#fb923c}}";

/// The beginning of a picture of this width and height: its title and description for those who do
/// not see it, its style, and an empty page.
pub(super) fn page(
    (width, height): (f64, f64),
    style: &str,
    title: &str,
    described: &str,
) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" role=\"img\" aria-labelledby=\"title desc\">\n\
         <title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>\n<style>{style}</style>\n\
         <rect class=\"page\" width=\"{width}\" height=\"{height}\"/>\n",
        escape(title),
        escape(described),
    )
}

/// The picture, as a file of its own.
pub fn draw(report: &ForecastReport) -> String {
    let frames: Vec<&FrameReport> =
        report.frames.iter().filter(|frame| frame.gap_seconds.is_some()).collect();
    let above =
        if frames.is_empty() { 232.0 } else { ROWS.0 + frames.len() as f64 * ROWS.1 + 112.0 };
    let calendar = report.calendar();
    let has_days = !report.in_the_end.is_empty();
    let height = if has_days { above + calendar.height(usize::MAX) + 36.0 } else { above };
    let mut svg = page((WIDTH, height), STYLE, &report.title(), &described(report));
    let mut shown = rule_name(&report.policy, &report.options);
    if let Some((end, _)) = shown.char_indices().nth(LONGEST_TITLE) {
        shown.truncate(end);
        shown.push('…');
    }
    text(&mut svg, LEFT, 34.0, "title", &shown);
    text(&mut svg, LEFT, 58.0, "quiet", &format!("with a backup {}", report.schedule));
    text(&mut svg, LEFT, 94.0, "name", "Versions at the end, by age");
    ages(&mut svg, report);
    if !frames.is_empty() {
        gaps(&mut svg, report, &frames);
    }
    if has_days {
        text(&mut svg, LEFT, above + 12.0, "name", "Versions at the end, by day");
        calendar.draw(&mut svg, (LEFT, above + 26.0), RIGHT - LEFT, usize::MAX);
    }
    svg + "</svg>\n"
}

/// A text as XML and HTML want it.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            // No XML may have the other control characters, however they are written.
            _ if letter.is_control() && letter != '\n' && letter != '\t' => {
                escaped.push('\u{fffd}')
            }
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// The whole picture in words.
fn described(report: &ForecastReport) -> String {
    let frame = |frame: &FrameReport| {
        let [name, requested, usual, longest, bound, versions, _] = report.frame_row(frame);
        format!(
            "Time frame {name}: {requested} is requested; the usual gap is {usual}, the longest \
             {longest}, the longest possible {bound}; usually {versions} versions."
        )
    };
    report.totals().into_iter().chain(report.frames.iter().map(frame)).collect::<Vec<_>>().join(" ")
}

pub(super) fn text(svg: &mut String, x: f64, y: f64, class: &str, text: &str) {
    let _ =
        writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" class=\"{class}\">{}</text>", escape(text));
}

/// Spans on a logarithmic axis.
struct Axis {
    least: f64,
    per_e_fold: f64,
    from: f64,
}

impl Axis {
    /// From a span in seconds at one place to another at another place.
    fn new((least, most): (f64, f64), (from, to): (f64, f64)) -> Axis {
        Axis { least, per_e_fold: (to - from) / (most / least).ln().max(f64::MIN_POSITIVE), from }
    }

    fn place(&self, seconds: f64) -> f64 {
        self.from + (seconds.max(self.least) / self.least).ln() * self.per_e_fold
    }
}

fn seconds(span: TimeSpan) -> f64 {
    span.total_seconds()
}

/// The survivors on a band of the frames: the past on the left, as in the terminal.
fn ages(svg: &mut String, report: &ForecastReport) {
    let now = report.schedule.until;
    let ages: Vec<f64> = report.in_the_end.iter().map(|&time| seconds(now.since(time))).collect();
    let oldest = ages.iter().copied().fold(3600.0, f64::max);
    let scale = Scale::to(oldest * 1.05);
    let place = |age: f64| RIGHT - 10.0 - (RIGHT - LEFT - 20.0) * scale.place(age);
    let mut right = RIGHT;
    for (number, frame) in report.frames.iter().enumerate() {
        let pair = report.pair(frame);
        let length = pair.frame_seconds.map(seconds).filter(|&length| length <= oldest);
        let left = length.map_or(LEFT, place);
        let odd = if number % 2 == 1 { " odd" } else { "" };
        let _ = writeln!(
            svg,
            "<rect class=\"band{odd}\" x=\"{left:.1}\" y=\"{}\" width=\"{:.1}\" height=\"{}\"/>",
            BAND.0,
            (right - left).max(0.0),
            BAND.1 - BAND.0
        );
        let requested = pair.requested();
        // Names that would not fit stand below anyway.
        if right - left > 9.5 * pair.frame.chars().count().max(requested.chars().count()) as f64 {
            let middle = (left + right) / 2.0;
            text(svg, middle, BAND.0 + 22.0, "middle", &pair.frame);
            text(svg, middle, BAND.0 + 42.0, "middle quiet", &requested);
        }
        right = left.min(right);
    }
    let dots = BAND.1 - 18.0;
    let mut last = f64::INFINITY;
    // Newest first, so from the right to the left; one dot where several would be one.
    for (&time, age_seconds) in report.in_the_end.iter().zip(&ages) {
        let place = place(*age_seconds);
        if last - place >= 0.5 {
            last = place;
            let _ = writeln!(
                svg,
                "<circle class=\"there\" cx=\"{place:.1}\" cy=\"{dots}\" r=\"4\">\
                 <title>{} old, {}</title></circle>",
                age(now.since(time)),
                report.context.moment.local(time)
            );
        }
    }
    // The present is named at the end.
    ticks(svg, place, (0.0, oldest), (RIGHT - 10.0, BAND.1));
    text(
        svg,
        RIGHT - 10.0,
        BAND.1 + 22.0,
        "quiet middle",
        if report.versions_at_start.is_some() { "end" } else { "now" },
    );
}

/// Marks below a line at `y`, none too near to the one before, the first to `last`.
fn ticks(
    svg: &mut String,
    place: impl Fn(f64) -> f64,
    (least, most): (f64, f64),
    (mut last, y): (f64, f64),
) {
    for (mark, name) in MARKS {
        let place = place(mark as f64);
        if mark as f64 >= least && mark as f64 <= most && (place - last).abs() > 40.0 {
            last = place;
            let _ = writeln!(
                svg,
                "<line class=\"line\" x1=\"{place:.1}\" y1=\"{y}\" x2=\"{place:.1}\" y2=\"{}\"/>",
                y + 6.0
            );
            text(svg, place, y + 22.0, "quiet middle", name);
        }
    }
}

/// For each frame what was requested, and the gaps that came of it.
fn gaps(svg: &mut String, report: &ForecastReport, frames: &[&FrameReport]) {
    let spans = frames.iter().flat_map(|frame| {
        let gap = frame.gap_seconds.map(|gap| [gap.min, gap.max]);
        let requested = Some(report.pair(frame).interval_seconds);
        let requested = requested.filter(|&span| span > TimeSpan::ZERO);
        gap.into_iter().flatten().chain(requested).chain(frame.gap_bound_seconds)
    });
    let (least, most) = spans
        .map(|span| seconds(span).max(60.0))
        .fold((f64::INFINITY, 0.0_f64), |(least, most), span| (least.min(span), most.max(span)));
    let ends = (least / 1.3, most * 1.3);
    let axis = Axis::new(ends, GAPS);
    text(svg, LEFT, ROWS.0 - 36.0, "name", "How far apart the versions of a time frame are");
    let bottom = ROWS.0 + frames.len() as f64 * ROWS.1 - 8.0;
    for (number, frame) in frames.iter().enumerate() {
        row(svg, report, frame, &axis, ROWS.0 + number as f64 * ROWS.1);
    }
    let _ = writeln!(
        svg,
        "<line class=\"line\" x1=\"{}\" y1=\"{bottom}\" x2=\"{}\" y2=\"{bottom}\"/>",
        GAPS.0, GAPS.1
    );
    ticks(svg, |span| axis.place(span), ends, (f64::INFINITY, bottom));
    key(svg, bottom + 52.0);
}

fn row(svg: &mut String, report: &ForecastReport, frame: &FrameReport, axis: &Axis, y: f64) {
    let Some(gap) = frame.gap_seconds else { return };
    let pair = report.pair(frame);
    text(svg, LEFT, y, "", &pair.frame);
    text(svg, RIGHT, y, "quiet end", &pair.requested());
    let y = y + 24.0;
    let [least, usual, most] = [gap.min, gap.median, gap.max].map(|span| axis.place(seconds(span)));
    let _ = writeln!(
        svg,
        "<line class=\"range\" x1=\"{least:.1}\" y1=\"{y}\" x2=\"{most:.1}\" y2=\"{y}\"/>"
    );
    if pair.interval_seconds > TimeSpan::ZERO {
        upright(svg, "requested", axis.place(seconds(pair.interval_seconds)), y);
    }
    let bound = frame.gap_bound_seconds;
    if let Some(bound) = bound {
        upright(svg, "bound", axis.place(seconds(bound)), y);
    }
    round(svg, usual, y);
    diamond(svg, most, y);
    let gaps = format!("usually {}, longest {}", about(gap.median), about(gap.max));
    text(svg, LEFT, y + 28.0, "", &gaps);
    let bound = bound.map_or(String::new(), |bound| format!(", possible {}", age_or_less(bound)));
    let versions = format!("{}{bound}", count(frame.versions.median, "version"));
    text(svg, LEFT, y + 48.0, "quiet", &versions);
}

/// What the marks mean.
fn key(svg: &mut String, y: f64) {
    type Mark = fn(&mut String, f64, f64);
    let marks: [(&str, Mark); 4] = [
        ("requested", |svg, x, y| upright(svg, "requested", x, y)),
        ("usual gap", round),
        ("longest gap", diamond),
        ("longest possible", |svg, x, y| upright(svg, "bound", x, y)),
    ];
    for (place, (name, mark)) in marks.into_iter().enumerate() {
        let (x, y) = (GAPS.0 + (place % 2) as f64 * 160.0, y + (place / 2) as f64 * 28.0);
        mark(svg, x, y);
        text(svg, x + 14.0, y + 5.0, "quiet", name);
    }
}

fn upright(svg: &mut String, class: &str, x: f64, y: f64) {
    let (top, bottom) = (y - 11.0, y + 11.0);
    let _ = writeln!(
        svg,
        "<line class=\"{class}\" x1=\"{x:.1}\" y1=\"{top}\" x2=\"{x:.1}\" y2=\"{bottom}\"/>"
    );
}

fn round(svg: &mut String, x: f64, y: f64) {
    let _ = writeln!(svg, "<circle class=\"usual\" cx=\"{x:.1}\" cy=\"{y}\" r=\"6\"/>");
}

fn diamond(svg: &mut String, x: f64, y: f64) {
    let _ = writeln!(svg, "<path class=\"longest\" d=\"M{:.1} {y}l7 -8l7 8l-7 8z\"/>", x - 7.0);
}
