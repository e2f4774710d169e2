//! A run as a person reads it: how much was asked, and for each wrong answer the smallest case,
//! what is right and why.

use std::ffi::OsString;
use std::io::{self, Write};

use comfy_table::Cell;

use super::answered::Answered;
use crate::advice::{PairLabels, blocker, reason};
use crate::cli::screen::{self, LOUD, bad, good};
use crate::conformance::process::{Crash, Fault};
use crate::conformance::protocol::{Ask, question_line};
use crate::conformance::run::{Counterexample, Likeness, Question, Response, RunReport};
use crate::invariants::Case;
use crate::policy::Policy;
use crate::retention::{Options, Plan};

/// How many mutations are named.
const MAX_LIKE: usize = 2;

pub(super) fn write(answered: &Answered, out: &mut impl Write) -> io::Result<()> {
    let RunReport { hello, releases, .. } = &answered.report;
    let releases: Vec<&str> = releases.iter().map(|release| release.name()).collect();
    let version =
        if hello.version.is_empty() { String::new() } else { format!(" {}", hello.version) };
    let features = if hello.features.is_empty() {
        String::new()
    } else {
        format!("; {}", hello.features.join(", "))
    };
    let about = format!(
        "{}{version}: {}; {}{features}",
        hello.implementation,
        releases.join(", "),
        hello.asks.join(", ")
    );
    write!(out, "{}", screen::paragraph(&about, 2))?;
    for found in &answered.counterexamples {
        counterexample(found, answered, out)?;
    }
    for (question, crash) in &answered.report.crashes {
        self::crash(question.as_ref(), crash, answered, out)?;
    }
    for (id, reason) in answered.stale() {
        writeln!(out)?;
        let passes = "but it passes: take it off the list";
        screen::loud(out, &format!("{id} is expected to fail ({reason}), {passes}"))?;
    }
    summary(answered, out)
}

fn summary(answered: &Answered, out: &mut impl Write) -> io::Result<()> {
    let report = &answered.report;
    let mut parts = vec![format!("{} right", report.passed), format!("{} wrong", report.failed)];
    if report.known > 0 {
        parts.push(format!("{} wrong as expected", report.known));
    }
    let crashes = report.crashes.len();
    if crashes > 0 {
        parts.push(format!("{crashes} {}", if crashes == 1 { "crash" } else { "crashes" }));
    }
    let answers = if report.answered() == 1 { "answer" } else { "answers" };
    let (all, seed) = (report.answered(), answered.config.seed);
    writeln!(out, "\n{all} {answers}: {} (seed {seed})", parts.join(", "))?;
    for (reason, count) in &report.skipped {
        write!(out, "{}", screen::paragraph(&format!("  {count} not checked: {reason}"), 4))?;
    }
    if report.evaluated > 0 {
        let violated = match report.violated.len() {
            1 => "1 invariant violated".to_owned(),
            count => format!("{count} invariants violated"),
        };
        let cases = report.evaluated;
        let text = format!("{cases} cases with related cases and timelines: {violated}");
        write!(out, "{}", screen::paragraph(&text, 2))?;
    }
    if report.is_partial && report.failed == 0 && report.violated.is_empty() && crashes == 0 {
        writeln!(out, "Not everything was asked.")?;
    } else if report.is_partial && !answered.config.keep_going {
        writeln!(out, "The rest was not asked; --keep-going continues.")?;
    }
    Ok(())
}

/// The program did not even answer to hello.
pub(super) fn not_started(
    command: &[OsString],
    crash: &Crash,
    out: &mut impl Write,
) -> io::Result<()> {
    let command: Vec<_> = command.iter().map(|part| part.to_string_lossy()).collect();
    let text = screen::paragraph(&format!("{}: {crash}", command.join(" ")), 3);
    write!(out, "{LOUD}!!{LOUD:#} {text}")?;
    if matches!(crash.fault, Fault::TooSlow(..)) {
        let hint = "   Does it send each answer at once, and not only when a buffer is full?";
        write!(out, "{}", screen::paragraph(hint, 3))?;
    }
    stderr(crash, out)
}

fn stderr(crash: &Crash, out: &mut impl Write) -> io::Result<()> {
    if crash.stderr.is_empty() {
        return Ok(());
    }
    writeln!(out, "   The end of its standard error:")?;
    // Another program's text must not steer this terminal.
    let is_shown = |character: &char| !character.is_control() || *character == '\t';
    for line in crash.stderr.lines() {
        writeln!(out, "   | {}", line.chars().filter(is_shown).collect::<String>())?;
    }
    Ok(())
}

fn crash(
    question: Option<&Question>,
    crash: &Crash,
    answered: &Answered,
    out: &mut impl Write,
) -> io::Result<()> {
    let place = match question {
        Some(question) => format!("Crash at {}", question.id),
        None => "Crash".into(),
    };
    write!(out, "\n{LOUD}{place}{LOUD:#}: {}", screen::paragraph(&crash.to_string(), 2))?;
    if let Some(Question { ask, case, id, .. }) = question {
        let line = question_line(*ask, case, id, &answered.report.hello);
        writeln!(out, "   It was asked:\n   {line}")?;
    }
    stderr(crash, out)
}

fn counterexample(
    found: &Counterexample,
    answered: &Answered,
    out: &mut impl Write,
) -> io::Result<()> {
    let Counterexample { id, ask, case, mismatch, .. } = found;
    let title = if mismatch.is_some() { "Mismatch" } else { "Violated invariant" };
    let made = format!("made as small as possible with {} questions", found.questions);
    writeln!(out, "\n{LOUD}{title}{LOUD:#}: {id}, {made}\n")?;
    match ask {
        Ask::Parse => {
            writeln!(out, "  release {}, policy {:?}", case.release(), case.policy_text())?;
        }
        Ask::Validate => {
            writeln!(out, "  release {}", case.release())?;
            for (name, text) in case.options() {
                writeln!(out, "  {name} {text:?}")?;
            }
        }
        Ask::Plan => {
            let (release, zone) = (case.release(), case.zone().name());
            let now = case.local_now();
            writeln!(out, "  release {release}, time zone {zone}, now {now} there")?;
            for (name, text) in case.options() {
                writeln!(out, "  {name} {text:?}")?;
            }
            let response = mismatch.as_ref().map(|(response, _)| response);
            out.write_all(table(case, response).as_bytes())?;
        }
    }
    writeln!(out)?;
    if let Some((response, right)) = mismatch {
        write!(out, "{}", screen::paragraph(&format!("  answered: {response}"), 12))?;
        let why = why_refused(*ask, case).map(|why| format!(": {why}")).unwrap_or_default();
        write!(out, "{}", screen::paragraph(&format!("  right is: {right}{why}"), 12))?;
    }
    if !found.violated.is_empty() {
        writeln!(out, "\n  It violates:")?;
    }
    for violated in &found.violated {
        let text = format!("    [{}] {}", violated.id, violated.statement);
        write!(out, "{}", screen::paragraph(&text, 6))?;
        if mismatch.is_none() {
            write!(out, "{}", screen::paragraph(&format!("      {}", violated.violation), 6))?;
        }
    }
    likenesses(found, out)?;
    writeln!(out, "\n  As a question, which can be replayed:")?;
    writeln!(out, "  {}", question_line(*ask, case, id, &answered.report.hello))
}

fn likenesses(found: &Counterexample, out: &mut impl Write) -> io::Result<()> {
    // One that explains everything makes the others idle.
    let exact: Vec<_> = found.like.iter().filter(|likeness| likeness.is_exact()).collect();
    let near = found.like.iter().take(MAX_LIKE);
    let (title, shown) = match exact.len() {
        0 => ("Here it answers like this mutation, but elsewhere differently:", near.collect()),
        1 => ("It answers like this mutation:", exact),
        _ => ("It answers like one of these mutations, which no case tried tells apart:", exact),
    };
    if shown.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n  {title}")?;
    for likeness in shown {
        let Likeness { mutation, alike, of } = likeness;
        let on = if likeness.is_exact() { "all".into() } else { format!("{alike} of") };
        let text = format!(
            "    {} ({mutation:?}: alike on {on} {of} cases on which one of them is wrong)",
            mutation.sentence()
        );
        write!(out, "{}", screen::paragraph(&text, 6))?;
    }
    Ok(())
}

/// The right plan, or why it is missing.
fn plan(case: &Case) -> Result<Plan, String> {
    let options = case.options().iter().map(|(name, text)| (*name, text.as_str()));
    let options = Options::parse(options, case.release()).map_err(|error| error.to_string())?;
    crate::retention::plan(case.history(), &options, case.now()).map_err(|error| error.to_string())
}

/// Each version with what is right, what was answered, and the reason of the former.
fn table(case: &Case, response: Option<&Response>) -> String {
    let Some(plan) = plan(case).ok().filter(|plan| !plan.is_empty()) else { return String::new() };
    let policy = Policy::parse(case.policy_text(), case.release()).unwrap_or_default();
    let labels = PairLabels::new(case.policy_text(), &policy);
    let deletes = match response {
        Some(Response::Answered(answered)) => answered.deletes.as_deref(),
        _ => None,
    };
    let mark = |deleted: bool| if deleted { "delete" } else { "keep" };
    const HEADINGS: [&str; 6] =
        ["Version", "Local time", "Kind", "Right", "Answered", "Reason of the right one"];
    let mut table = screen::table(HEADINGS);
    for (version, decision) in case.history().versions().zip(plan.decisions()) {
        let backup = case.history().backup(version);
        let kind = if backup.partial { "partial" } else { "full" };
        let locked = if backup.locked_until.is_some() { ", locked" } else { "" };
        let answered = deletes.map(|deletes| deletes.contains(&version.get()));
        table.add_row([
            Cell::new(version),
            Cell::new(case.history().local_time(version)),
            Cell::new(format!("{kind}{locked}")),
            Cell::new(mark(decision.deleted)),
            match answered {
                None => Cell::new("-"),
                Some(deleted) if deleted == decision.deleted => good(mark(deleted)),
                Some(deleted) => bad(format!("{} !", mark(deleted))),
            },
            Cell::new(reason(&decision, &labels)),
        ]);
    }
    let indented = |line: &str| format!("  {line}\n");
    "\n".to_owned() + &screen::lines(&table).lines().map(indented).collect::<String>()
}

/// Why the answer is an error.
fn why_refused(ask: Ask, case: &Case) -> Option<String> {
    match (Policy::parse(case.policy_text(), case.release()), ask) {
        (Err(error), _) => Some(error.to_string()),
        (Ok(_), Ask::Parse) => None,
        (Ok(_), Ask::Plan) => plan(case).err(),
        (Ok(_), Ask::Validate) => {
            let policy = Policy::parse(case.policy_text(), case.release()).unwrap_or_default();
            let labels = PairLabels::new(case.policy_text(), &policy);
            let why = |plan: Plan| {
                let first = plan.blockers().iter().find(|blocker| blocker.refuses_to_begin())?;
                let text = blocker(first, &labels);
                // It goes on with what the removal would do.
                Some(text.split(". What follows").next()?.to_owned())
            };
            plan(case).map_or_else(Some, why)
        }
    }
}
