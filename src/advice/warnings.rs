//! Warnings about a policy's text: what Duplicati does with it, and what to write instead.

use std::ops::Range;

use super::assessment::Assessment;
use super::compare::thin_alike;
use super::fixes::{is_sound, runs_everywhere};
use super::text_problems::{probably_meant, structure_problems};
use super::words::{self, in_words, list};
use crate::Release;
use crate::dotnet::{TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan, parse_i64};
use crate::policy::{Entry, Pair, Policy, Unit, entries, parse_span, terms};

/// Something in a policy that you probably did not mean, or that is not the same everywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// A short name that does not change, such as `bare-number`.
    pub id: &'static str,
    /// The place in the text, in bytes; `None` if it is about the whole text.
    pub place: Option<Range<usize>>,
    /// What Duplicati does with it.
    pub reason: String,
    /// What to do instead.
    pub fix: String,
}

/// All warnings about a policy's text for this release. Why Duplicati would not run with it is in
/// [`Verdicts`](super::Verdicts).
pub fn warnings(text: &str, release: Release) -> Vec<Warning> {
    let mut search = Search { text, release, warnings: Vec::new() };
    let assessment = Assessment::of(text);
    search.layers(&assessment);
    // What cannot be read has errors, and a pair that is not read needs no warning.
    if let Ok(policy) = assessment.server(release) {
        for entry in entries(text) {
            search.halves(&entry);
        }
        search.policy(policy);
    }
    search.release_differences(&assessment);
    search.warnings
}

struct Search<'t> {
    text: &'t str,
    release: Release,
    warnings: Vec<Warning>,
}

impl Search<'_> {
    fn add(
        &mut self,
        id: &'static str,
        place: Option<Range<usize>>,
        reason: impl Into<String>,
        fix: impl Into<String>,
    ) {
        let (reason, fix) = (reason.into(), fix.into());
        self.warnings.push(Warning { id, place, reason, fix });
    }

    /// Layers that accept what another refuses.
    fn layers(&mut self, assessment: &Assessment) {
        let (accept, refuse) = assessment.by_acceptance();
        if !accept.is_empty() && !refuse.is_empty() {
            let why =
                assessment.server(refuse[0]).err().map(ToString::to_string).unwrap_or_default();
            self.add(
                "releases-disagree",
                None,
                format!(
                    "The server of {} accepts this text, but the server of {} refuses it: {why}.",
                    list(&accept),
                    list(&refuse)
                ),
                "write it in a way that every release accepts",
            );
        }
        match (assessment.web_page, assessment.server(self.release)) {
            // An empty text has a warning of its own.
            (Err(error), Ok(policy)) if !policy.pairs().is_empty() => {
                // A number without a unit is probably not meant as seconds.
                let is_clear = !spans(self.text).any(|span| parse_i64(span).is_some());
                let same = on_every_layer(policy).filter(|text| is_clear && is_sound(text));
                let fix = match same {
                    Some(text) => {
                        format!("write {text}, which means the same and is accepted everywhere")
                    }
                    None if !is_clear => "write each time frame and interval with a unit".into(),
                    None => "set it as the advanced option retention-policy".into(),
                };
                self.add(
                    "web-page-refuses",
                    None,
                    format!(
                        "The server accepts this text, but the classic web page does not let you \
                         save it: {error}."
                    ),
                    fix,
                );
            }
            (Ok(()), Err(_)) => self.add(
                "web-page-accepts",
                None,
                format!(
                    "The classic web page lets you save this text, but the server of {} refuses \
                     it.",
                    self.release
                ),
                "correct it as the error says, otherwise no backup will run",
            ),
            _ => {}
        }
    }

    /// Warnings about the text of each frame and interval.
    fn halves(&mut self, entry: &Entry) {
        let text = self.text;
        let Some(interval) = entry.interval.clone() else { return };
        let missing = structure_problems(text).into_iter().find(|problem| {
            problem.place.start >= entry.whole.start && problem.place.end <= entry.whole.end
        });
        let runs = runs_everywhere(&text[entry.frame.start..interval.end]);
        if let Some(problem) = missing.filter(|_| runs) {
            let meant = probably_meant(text, self.release);
            let meant = meant.map(|meant| format!("; did you mean {meant}?"));
            self.add(
                "missing-comma",
                Some(problem.place),
                format!("{}: what is behind a second colon is ignored.", problem.message),
                problem.help + &meant.unwrap_or_default(),
            );
        } else if let Some(rest) = entry.rest.clone().filter(|_| !self.release.strict_colons()) {
            self.add(
                "ignored-part",
                Some(rest.start - 1..rest.end),
                format!(
                    "{} ignores the text after a second colon in a pair; 2.3.1 refuses it.",
                    self.release
                ),
                "separate pairs with commas",
            );
        }
        if entry.frame.is_empty() {
            self.add(
                "empty-span",
                Some(entry.whole.clone()),
                "The time frame is empty, so it is zero: only a backup of this very moment or \
                 later lies in it.",
                "write the time frame, such as 7D, or leave the pair out",
            );
        }
        if interval.is_empty() {
            self.add(
                "empty-span",
                Some(entry.whole.clone()),
                "The interval is empty, so it is zero: everything in this time frame is kept.",
                "to keep everything, write U as the interval; otherwise write the interval",
            );
        }
        for (half, place) in [
            (&text[entry.frame.clone()], entry.frame.clone()),
            (&text[interval.clone()], interval.clone()),
        ] {
            if let Some(seconds) = parse_i64(half) {
                self.add(
                    "bare-number",
                    Some(place.clone()),
                    format!("A number without a unit is a number of seconds, here {seconds}."),
                    match self.with_unit(entry, &place, seconds) {
                        Some((text, unit)) => format!("write the unit, such as {text} for {unit}"),
                        None => "write a number with its unit, such as 7D for 7 days".into(),
                    },
                );
                continue;
            }
            // 2.1 counts months and years by the calendar, and refuses so many.
            let wraps = terms(half).flatten().find(|term| term.wraps_around());
            if let (Some(term), Ok(span)) = (wraps, parse_span(half, self.release)) {
                let at = place.start + term.place.start..place.start + term.place.end;
                self.add(
                    "wraps-around",
                    Some(at),
                    format!(
                        "This is more days than fit into 32 bits. Duplicati's count wraps around, \
                         and {half} means {}.",
                        in_words(span)
                    ),
                    "write a smaller number, or U",
                );
            }
        }
        self.minutes_for_months(entry, &interval);
    }

    /// A bare number with the unit that was probably meant: the largest with which the pair runs.
    fn with_unit(
        &self,
        entry: &Entry,
        place: &Range<usize>,
        number: i64,
    ) -> Option<(String, &'static str)> {
        let interval = entry.interval.clone()?;
        let units = match *place == entry.frame {
            true => [("D", "days"), ("W", "weeks"), ("M", "months")],
            false => [("D", "days"), ("h", "hours"), ("m", "minutes")],
        };
        // If both are bare, the frame is taken for days.
        let half = |range: &Range<usize>| {
            let text = &self.text[range.clone()];
            if parse_i64(text).is_some() { format!("{text}D") } else { text.to_owned() }
        };
        let is_fine = |written: &str| match *place == entry.frame {
            true => runs_everywhere(&format!("{written}:{}", half(&interval))),
            false => runs_everywhere(&format!("{}:{written}", half(&entry.frame))),
        };
        let written = |(letter, unit): (&str, &'static str)| (format!("{number}{letter}"), unit);
        units.into_iter().map(written).find(|(written, _)| number > 0 && is_fine(written))
    }

    /// `12m:1m` where `12M:1M` was meant. Nobody means a frame of a few minutes, or an interval of
    /// a few minutes in a frame of months.
    fn minutes_for_months(&mut self, entry: &Entry, interval: &Range<usize>) {
        const MOST_MONTHS: i32 = 36;
        const LONG_FRAME_TICKS: i64 = 28 * TICKS_PER_DAY;
        let minutes = |place: &Range<usize>| {
            let mut terms = terms(&self.text[place.clone()]);
            match (terms.next(), terms.next()) {
                (Some(Ok(term)), None) if term.unit == Unit::Minute => Some(term.factor),
                _ => None,
            }
        };
        let frame = &self.text[entry.frame.clone()];
        let is_long = frame.eq_ignore_ascii_case("U")
            || parse_span(frame, self.release).is_ok_and(|span| span.ticks() >= LONG_FRAME_TICKS);
        let suspects = [
            minutes(&entry.frame).map(|count| (count, entry.frame.clone())),
            minutes(interval).filter(|_| is_long).map(|count| (count, interval.clone())),
        ];
        for (count, place) in
            suspects.into_iter().flatten().filter(|(count, _)| (1..=MOST_MONTHS).contains(count))
        {
            let marked = place.clone();
            self.add(
                "minutes-for-months",
                Some(place),
                format!(
                    "A small m means minutes, here {}. You probably mean months.",
                    words::count(count, "minute")
                ),
                match runs_everywhere(&self.with(entry, &marked, &format!("{count}M"))) {
                    true => format!(
                        "write {count}M for months; if you mean minutes, ignore this warning"
                    ),
                    false => {
                        "write a capital M for months; if you mean minutes, ignore this warning"
                            .into()
                    }
                },
            );
        }
    }

    /// The pair with another text in one place of it.
    fn with(&self, entry: &Entry, place: &Range<usize>, written: &str) -> String {
        let text = &self.text;
        format!(
            "{}{written}{}",
            &text[entry.whole.start..place.start],
            &text[place.end..entry.whole.end]
        )
    }

    /// Warnings about pairs that the server accepts.
    fn policy(&mut self, policy: &Policy) {
        let places: Vec<Entry> = entries(self.text).collect();
        if policy.pairs().is_empty() && !self.text.is_empty() {
            self.add(
                "nothing-thinned",
                None,
                "This text has no pair, so the policy deletes nothing.",
                "write at least one pair, such as 7D:1D, or do not set the option",
            );
        }
        for (index, (pair, entry)) in policy.pairs().iter().zip(&places).enumerate() {
            self.pair(*pair, entry);
            let earlier = &policy.pairs()[..index];
            if earlier.iter().any(|other| other.frame() == pair.frame()) {
                self.add(
                    "same-frame",
                    Some(entry.whole.clone()),
                    "An earlier pair has the same time frame, so this pair does nothing.",
                    "remove one of the two",
                );
            } else if let Some(why) = does_nothing(policy, index) {
                let mut others: Vec<&str> =
                    places.iter().map(|entry| &self.text[entry.whole.clone()]).collect();
                others.remove(index);
                let others = others.join(",");
                self.add(
                    "does-nothing",
                    Some(entry.whole.clone()),
                    format!("This pair does nothing: {why}."),
                    match is_sound(&others) {
                        true => format!("write {others}, which means the same"),
                        false => "remove it".into(),
                    },
                );
            } else if earlier.iter().any(|other| other.is_unlimited()) {
                self.add(
                    "behind-unlimited",
                    Some(entry.whole.clone()),
                    "This pair is written after an unlimited one, but is applied before it: \
                     Duplicati starts with the shortest time frame, whatever the order of the \
                     text.",
                    "if that is what you mean, write the unlimited pair last; otherwise remove \
                     this one",
                );
            }
        }
        self.shrinking_intervals(policy, &places);
        self.exact_interval(policy, &places);
    }

    fn pair(&mut self, pair: Pair, entry: &Entry) {
        let place = Some(entry.whole.clone());
        let (frame, interval) = (pair.frame(), pair.interval());
        let (frame_words, interval_words) = (in_words(frame), in_words(interval));
        let passes = pair.passes_backup_check();
        if passes && !pair.is_unlimited() && interval.ticks() > frame.ticks() / 2 {
            self.add(
                "coarse-interval",
                place.clone(),
                format!(
                    "The interval ({interval_words}) fits less than twice into the time frame \
                     ({frame_words}). Often only the oldest backup in the frame is left, and no \
                     other one follows when it leaves the frame."
                ),
                "write an interval of half the time frame or less",
            );
        }
    }

    fn shrinking_intervals(&mut self, policy: &Policy, places: &[Entry]) {
        let mut by_frame: Vec<(&Pair, &Entry)> = policy.pairs().iter().zip(places).collect();
        by_frame.sort_by_key(|(pair, _)| pair.frame());
        by_frame.dedup_by_key(|(pair, _)| pair.frame());
        for neighbours in by_frame.windows(2) {
            let [(shorter, _), (longer, entry)] = neighbours else { continue };
            if longer.interval() < shorter.interval() && shorter.interval() < longer.frame() {
                let text = &self.text[entry.whole.clone()];
                let reason = format!(
                    "Older backups would have to be closer together ({}) than those in the next \
                     shorter frame ({}), but they were already thinned in that frame.",
                    if longer.keeps_all() {
                        "all kept".into()
                    } else {
                        in_words(longer.interval())
                    },
                    in_words(shorter.interval()),
                );
                let fix = format!(
                    "make intervals grow with the time frames: in {text}, write {} or more",
                    written(shorter.interval())
                );
                self.add("shrinking-intervals", Some(entry.whole.clone()), reason, fix);
            }
        }
    }

    /// An interval that equals a common schedule deletes backups, because two starts are rarely
    /// that far apart to the second.
    fn exact_interval(&mut self, policy: &Policy, places: &[Entry]) {
        const SCHEDULES: [(i64, &str, &str); 3] =
            [(3600, "59m", "hourly"), (86_400, "23h", "daily"), (7 * 86_400, "167h", "weekly")];
        let shortest = policy.pairs().iter().zip(places).filter(|(pair, _)| !pair.keeps_all());
        let Some((pair, entry)) = shortest.min_by_key(|(pair, _)| pair.interval()) else { return };
        let seconds = pair.interval().ticks() / TICKS_PER_SECOND;
        let Some((_, instead, schedule)) =
            SCHEDULES.into_iter().find(|(length, ..)| *length == seconds)
        else {
            return;
        };
        let place = entry.interval.clone().unwrap_or_default();
        // It must pass where the policy does.
        let fixed = Policy::parse(&self.with(entry, &place, instead), self.release);
        if !fixed.is_ok_and(|fixed| fixed.passes_backup_check()) {
            return;
        }
        self.add(
            "exact-interval",
            entry.interval.clone(),
            format!(
                "A {schedule} backup does not start at the same second each time. If one starts \
                 two seconds early, it is closer to the one before than the interval, and is \
                 deleted."
            ),
            format!("if you back up {schedule}, write {instead} instead"),
        );
    }

    /// A frame or an interval that means another span in another release.
    fn release_differences(&mut self, assessment: &Assessment) {
        let (accept, _) = assessment.by_acceptance();
        for (index, entry) in entries(self.text).enumerate() {
            let pair = |&release: &Release| {
                Some((release, *assessment.server(release).ok()?.pairs().get(index)?))
            };
            let pairs: Vec<(Release, Pair)> = accept.iter().filter_map(pair).collect();
            let frames = pairs.iter().map(|&(release, pair)| (release, pair.frame())).collect();
            self.release_difference(entry.frame, frames);
            if let Some(interval) = entry.interval {
                let intervals =
                    pairs.iter().map(|&(release, pair)| (release, pair.interval())).collect();
                self.release_difference(interval, intervals);
            }
        }
    }

    fn release_difference(&mut self, place: Range<usize>, spans: Vec<(Release, TimeSpan)>) {
        let meanings: Vec<String> = spans
            .chunk_by(|one, other| one.1 == other.1)
            .map(|same| {
                let releases: Vec<Release> = same.iter().map(|&(release, _)| release).collect();
                format!("{} in {}", in_words(same[0].1), list(&releases))
            })
            .collect();
        if meanings.len() > 1 {
            let reason = format!("{} is {}.", &self.text[place.clone()], meanings.join(", "));
            self.add(
                "release-differs",
                Some(place),
                reason,
                "write days, which mean the same in all releases",
            );
        }
    }
}

/// The text of each time frame and each interval.
fn spans(text: &str) -> impl Iterator<Item = &str> {
    entries(text).flat_map(move |entry| {
        [Some(entry.frame), entry.interval].into_iter().flatten().map(move |place| &text[place])
    })
}

/// Why a pair could be left out, if it could.
fn does_nothing(policy: &Policy, index: usize) -> Option<&'static str> {
    let pair = policy.pairs()[index];
    let mut others = policy.pairs().to_vec();
    others.remove(index);
    if !pair.keeps_all() || !thin_alike(policy, &Policy::new(others)) {
        return None;
    }
    Some(match policy.pairs().len() {
        1 => "it keeps every backup, as Duplicati does without a policy",
        _ => "the next longer time frame keeps every backup, too",
    })
}

/// The policy as a text that the servers of all releases and the classic web page accept and read
/// in the same way, if there is one.
pub fn on_every_layer(policy: &Policy) -> Option<String> {
    let pair = |pair: &Pair| {
        let frame = if pair.is_unlimited() { "U".into() } else { written(pair.frame()) };
        let interval = if pair.keeps_all() { "U".into() } else { written(pair.interval()) };
        format!("{frame}:{interval}")
    };
    let text = policy.pairs().iter().map(pair).collect::<Vec<_>>().join(",");
    let assessment = Assessment::of(&text);
    let same = |release| assessment.server(release).is_ok_and(|other| other == policy);
    (assessment.web_page.is_ok() && Release::ALL.into_iter().all(same)).then_some(text)
}

/// A span as one number with the largest unit that means the same in every release.
pub(crate) fn written(span: TimeSpan) -> String {
    let seconds = span.whole_seconds();
    let units = [(86_400, 'D'), (3600, 'h'), (60, 'm')];
    match units.into_iter().find(|(unit, _)| seconds != 0 && seconds % unit == 0) {
        Some((unit, letter)) => format!("{}{letter}", seconds / unit),
        None => format!("{seconds}s"),
    }
}
