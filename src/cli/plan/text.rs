//! The plan as a person reads it: warnings first, then the table, the summary and the timeline.

use std::io::{self, Write};

use comfy_table::Cell;

use super::Answer;
use crate::advice::{self, age, reason, warnings};
use crate::cli::screen::{self, bad, good};
use crate::cli::timeline;
use crate::dotnet::TimeSpan;
use crate::retention::{Area, Decision, Tally};

/// The least width at which reasons find a place beside the other columns.
const WIDTH_FOR_REASONS: usize = 120;

pub(super) fn write(answer: &Answer, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{}", screen::paragraph(&answer.context.to_string(), 2))?;
    for blocker in answer.plan.blockers() {
        screen::loud(out, &advice::blocker(blocker, &answer.labels))?;
    }
    for danger in &answer.dangers {
        screen::loud(out, &danger.message)?;
    }
    for note in &answer.caveats {
        write!(out, "{}", screen::paragraph(&format!("Note: {note}"), 6))?;
    }
    if !answer.args.summary {
        out.write_all(table(answer).as_bytes())?;
    }
    writeln!(out)?;
    summary(answer, out)?;
    let width = screen::width().unwrap_or(timeline::WIDTH).min(timeline::WIDTH);
    if let Some(line) = timeline::draw(&answer.history, &answer.plan, answer.context.now, width) {
        write!(out, "\n{line}{}", timeline::key())?;
    }
    let policy = &answer.policy;
    let local_now = answer.context.zone.to_local(answer.context.now);
    let count = match warnings(policy, answer.context.release, local_now).len() {
        0 => return Ok(()),
        1 => "There is a warning".into(),
        count => format!("There are {count} warnings"),
    };
    writeln!(out, "\n{count} about this policy; see\n  duplicati-retention check '{policy}'")
}

/// One row a version. Where the screen is too narrow for the reasons, each stands on a line of its
/// own below.
fn table(answer: &Answer) -> String {
    const HEADER: [&str; 7] =
        ["Version", "Local time", "Kind", "Age", "Frame", "Decision", "Reason"];
    let (history, labels) = (&answer.history, &answer.labels);
    let local_now = answer.context.zone.to_local(answer.context.now);
    let shown = |decision: &Decision| {
        !answer.args.changes || decision.deleted || decision.retained_because.is_some()
    };
    let reasons_below = screen::width().is_some_and(|width| width < WIDTH_FOR_REASONS);

    let mut table = screen::table(HEADER);
    let mut below = Vec::new();
    for (version, decision) in
        history.versions().zip(answer.plan.decisions()).filter(|(_, decision)| shown(decision))
    {
        let frame = match decision.policy.pair() {
            Some(pair) => format!("{}:{}", labels.frame(pair), labels.interval(pair)),
            None => "-".into(),
        };
        let mut row = vec![
            Cell::new(version),
            Cell::new(history.local_time(version)),
            Cell::new(if history.backup(version).partial { "partial" } else { "full" }),
            // By the local clock, as the decision counts it.
            Cell::new(age(local_now.since(history.local_time(version)))),
            Cell::new(frame),
            if decision.deleted { bad("delete") } else { good("keep") },
        ];
        let reason = reason(&decision, labels);
        if reasons_below {
            below.push(reason)
        } else {
            row.push(Cell::new(reason))
        }
        table.add_row(row);
    }
    if table.is_empty() {
        return String::new();
    }
    if reasons_below {
        table.set_header(HEADER.iter().take(HEADER.len() - 1));
    }
    table.set_content_arrangement(comfy_table::ContentArrangement::Disabled);
    let mut text = String::from("\n");
    for (line, row) in screen::lines(&table).lines().enumerate() {
        text += &format!("{row}\n");
        // Two lines of header come first.
        if let Some(reason) = line.checked_sub(2).and_then(|index| below.get(index)) {
            text += &screen::paragraph(&format!("          {reason}"), 10);
        }
    }
    text
}

/// How many stay and go, in all and frame by frame.
fn summary(answer: &Answer, out: &mut impl Write) -> io::Result<()> {
    let plan = &answer.plan;
    if plan.is_empty() {
        return writeln!(out, "There are no backups, so nothing is deleted.");
    }
    let (deleted, stay) = (plan.deleted_count(), plan.len() - plan.deleted_count());
    let verb = |count, one, many| if count == 1 { one } else { many };
    let (stay_or_stays, is_or_are) = (verb(stay, "stays", "stay"), verb(deleted, "is", "are"));
    let versions = verb(plan.len(), "version", "versions");
    writeln!(
        out,
        "{} {versions}: {stay} {stay_or_stays}, {deleted} {is_or_are} deleted.",
        plan.len()
    )?;

    // The frames, shortest first, then outside every frame, then the newest.
    let policy = &answer.options.policy;
    let mut tallies = plan.tallies();
    // A stable sort: what is in no frame stays at the end.
    let frame = |area| {
        if let Area::Frame { pair } = area {
            (0, policy.pair(pair).frame())
        } else {
            (1, TimeSpan::ZERO)
        }
    };
    tallies.sort_by_key(|tally| frame(tally.area));
    for Tally { area, versions, deleted } in tallies {
        let name = match area {
            Area::Frame { pair } => {
                format!("in {}:{}", answer.labels.frame(pair), answer.labels.interval(pair))
            }
            Area::OutsideEveryFrame => "outside every frame".into(),
            Area::Newest => "the newest".into(),
        };
        writeln!(out, "  {name}: {} of {versions} stay", versions - deleted)?;
    }
    Ok(())
}
