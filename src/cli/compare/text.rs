//! The comparison as a person reads it: what both mean, what else is deleted now, what else over
//! the years.

use std::io::{self, Write};

use comfy_table::Cell;

use super::{Answer, Now, Side, Years};
use crate::advice::{AgeRange, Outcome, age, blocker, dangers, list, mean_the_same, reason};
use crate::cli::screen;
use crate::dotnet::TimeSpan;
use crate::forecast::{ComparedForecast, Recoverability};

pub(super) fn write(answer: &Answer, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{}", screen::paragraph(&answer.context.to_string(), 2))?;
    for note in &answer.caveats {
        write!(out, "{}", screen::paragraph(&format!("Note: {note}"), 6))?;
    }
    meanings(answer, out)?;
    let mut gap = "\n";
    for (side, plan) in answer.sides.iter().zip(&answer.now.plans) {
        let blockers = plan.blockers().iter().map(|reason| blocker(reason, &side.labels));
        let dangers = dangers(&answer.now.history, plan, answer.context.now);
        for message in blockers.chain(dangers.into_iter().map(|danger| danger.message)) {
            write!(out, "{}", std::mem::take(&mut gap))?;
            screen::loud(out, &format!("With {}: {message}", side.name))?;
        }
    }
    if answer.has_source {
        now(answer, out)?;
    }
    if let Some(years) = &answer.years {
        over_the_years(answer, years, out)?;
    }
    if !answer.has_source && answer.years.is_none() {
        let hint = "With a source (--database, --files or --times) this also tells what else would be deleted now, and \
                    with --every, such as --every 1D, what else over the years.";
        write!(out, "\n{}", screen::paragraph(hint, 0))?;
    }
    Ok(())
}

/// What becomes of backups by their age, and where only one side deletes them.
fn meanings(answer: &Answer, out: &mut impl Write) -> io::Result<()> {
    let [first, second] = &answer.sides;
    let mut table = screen::table(["Age", &first.name, &second.name]);
    for age_range in &answer.age_ranges {
        table.add_row([
            ages(age_range),
            outcome(age_range.outcomes[0]),
            outcome(age_range.outcomes[1]),
        ]);
    }
    writeln!(out, "\n{}", screen::lines(&table))?;
    let mut sentences = Vec::new();
    for age_range in &answer.age_ranges {
        let (deletes, keeps, kept) = match age_range.outcomes {
            [Outcome::Deleted, Outcome::Deleted] => continue,
            [Outcome::Deleted, kept] => (first, second, kept),
            [kept, Outcome::Deleted] => (second, first, kept),
            _ => continue,
        };
        let ages = match age_range.up_to {
            None => format!("Whatever is older than {}", age_range.older_than),
            Some(up_to) => {
                let stretch = TimeSpan::from_ticks(up_to.ticks() - age_range.older_than.ticks());
                format!(
                    "Whatever is between {} and {up_to} old, a stretch of {stretch},",
                    age_range.older_than
                )
            }
        };
        let (deletes, keeps, kept) = (&deletes.name, &keeps.name, outcome(kept));
        sentences.push(format!("{ages} is deleted with {deletes}; with {keeps} {kept}."));
    }
    if sentences.is_empty() {
        sentences.push(
            match answer.age_ranges.iter().all(|age_range| age_range.outcomes[0] == age_range.outcomes[1]) {
                _ if mean_the_same(&first.options.policy, &second.options.policy) => "Both mean the same.",
                true => {
                    "At each age both keep versions equally far apart, but their time frames end elsewhere. Each is \
                     thinned by itself, so they can delete other versions."
                }
                false => "Both reach equally far back, but keep more or fewer on the way.",
            }
            .into(),
        );
    }
    for sentence in sentences {
        write!(out, "{}", screen::paragraph(&sentence, 0))?;
    }
    Ok(())
}

fn ages(age_range: &AgeRange) -> String {
    match (age_range.older_than, age_range.up_to) {
        (TimeSpan::ZERO, None) => "any".into(),
        (TimeSpan::ZERO, Some(up_to)) => format!("up to {up_to}"),
        (older_than, None) => format!("older than {older_than}"),
        (older_than, Some(up_to)) => format!("{older_than} to {up_to}"),
    }
}

fn outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::AllStay => "everything stays".into(),
        Outcome::OneEach(interval) => format!("one stays each {interval}"),
        Outcome::Deleted => "is deleted".into(),
    }
}

/// What both would delete at this moment.
fn now(answer: &Answer, out: &mut impl Write) -> io::Result<()> {
    let Answer { sides: [first, second], now, .. } = answer;
    let Now { history, plans, only } = now;
    if history.is_empty() {
        return writeln!(out, "\nThere are no backups, so nothing is deleted now.");
    }
    let counts =
        plans.each_ref().map(|plan| (plan.deleted_count(), plan.len() - plan.deleted_count()));
    let [(deleted, stay), (others_deleted, others_stay)] = counts;
    let sentence = format!(
        "Now {} there. With {} {deleted} would be deleted and {stay} stay, with {} {others_deleted} would be deleted and \
         {others_stay} stay.",
        are(history.len()),
        first.name,
        second.name
    );
    write!(out, "\n{}", screen::paragraph(&sentence, 0))?;
    if only.iter().all(Vec::is_empty) {
        return writeln!(out, "They are the same ones.");
    }
    for (index, side) in answer.sides.iter().enumerate() {
        match only[index].len() {
            0 => writeln!(out, "\nOnly with {}: none", side.name)?,
            1 => writeln!(out, "\nOnly with {} this would be deleted:", side.name)?,
            count => writeln!(out, "\nOnly with {} these {count} would be deleted:", side.name)?,
        }
        if !only[index].is_empty() {
            out.write_all(versions(answer, index, side).as_bytes())?;
        }
    }
    Ok(())
}

fn versions(answer: &Answer, index: usize, side: &Side) -> String {
    let Now { history, plans, only } = &answer.now;
    let local_now = answer.context.zone.to_local(answer.context.now);
    let mut table = screen::table(["Version", "Local time", "Kind", "Age", "Reason"]);
    for &version in &only[index] {
        table.add_row([
            Cell::new(version),
            Cell::new(history.local_time(version)),
            Cell::new(if history.backup(version).partial { "partial" } else { "full" }),
            Cell::new(age(local_now.since(history.local_time(version)))),
            Cell::new(reason(&plans[index].decision(version), &side.labels)),
        ]);
    }
    screen::lines(&table)
}

/// What there is to restore from, side by side, if backups go on for years.
fn over_the_years(answer: &Answer, years: &Years, out: &mut impl Write) -> io::Result<()> {
    let [first, second] = &answer.sides;
    let is_steady = years.outcomes.iter().all(|outcome| outcome.delivered.steady_from().is_some());
    let heading = format!(
        "After {} backups in {}, one each {}; {}counted since {}:",
        years.backups,
        years.length,
        years.planned,
        if is_steady { "" } else { "too short for the longest time frame to fill, so " },
        answer.context.zone.to_local(years.outcomes[0].counted_since)
    );
    write!(out, "\n{}", screen::paragraph(&heading, 0))?;
    let mut table = screen::table(["", &first.name, &second.name]);
    for (name, cell) in CELLS {
        table.add_row([name.to_owned(), cell(&years.outcomes[0]), cell(&years.outcomes[1])]);
    }
    let reaches = years.outcomes.each_ref().map(|outcome| outcome.delivered.recoverability());
    let mut back: Vec<TimeSpan> = reaches.iter().flatten().map(|reach| reach.age).collect();
    back.sort_unstable();
    back.dedup();
    for back in back {
        let within = |reaches: &Vec<Recoverability>| {
            let reach = reaches.iter().find(|reach| reach.age == back);
            reach.map_or("out of reach".into(), |reach| {
                format!("every time within {}", age(reach.within[2]))
            })
        };
        table.add_row([
            format!("To go back {}", age(back)),
            within(&reaches[0]),
            within(&reaches[1]),
        ]);
    }
    write!(out, "\n{}", screen::lines(&table))?;
    let [one, other] = &years.outcomes;
    let [firsts, seconds] = [one.only_here(other).len(), other.only_here(one).len()];
    let sentence = match (firsts, seconds) {
        (0, 0) => "In the end the same versions are there.".into(),
        _ => format!(
            "In the end {} there only with {}, and {} only with {}: the other has deleted them.",
            are(firsts),
            first.name,
            seconds,
            second.name
        ),
    };
    write!(out, "\n{}", screen::paragraph(&sentence, 0))
}

fn are(versions: usize) -> String {
    if versions == 1 { "1 version is".into() } else { format!("{versions} versions are") }
}

/// A row of the table: what it is about, and how an outcome fills it.
type Row = (&'static str, fn(&ComparedForecast) -> String);

const CELLS: [Row; 6] = [
    ("Versions, as a rule", |outcome| {
        outcome.delivered.versions().map_or("-".into(), |versions| versions.median.to_string())
    }),
    ("Versions, from least to most", |outcome| {
        outcome
            .delivered
            .versions()
            .map_or("-".into(), |versions| format!("{} to {}", versions.min, versions.max))
    }),
    ("The oldest is always at least", |outcome| {
        outcome.delivered.oldest().map_or("-".into(), |oldest| age(oldest.min))
    }),
    ("The oldest is at most", |outcome| {
        outcome.delivered.oldest().map_or("-".into(), |oldest| age(oldest.max))
    }),
    ("Usual gap, frame by frame", |outcome| gaps(outcome, |gap| gap.median)),
    ("Worst gap, frame by frame", |outcome| gaps(outcome, |gap| gap.max)),
];

fn gaps(
    outcome: &ComparedForecast,
    which: fn(crate::forecast::Summary<TimeSpan>) -> TimeSpan,
) -> String {
    let frames = outcome.delivered.frames();
    let gaps: Vec<String> =
        frames.iter().map(|frame| frame.gap.map_or("-".into(), |gap| age(which(gap)))).collect();
    if gaps.is_empty() { "-".into() } else { list(&gaps) }
}
