//! Where gaps are longer than requested, and which other policy would close them.

use schemars::JsonSchema;
use serde::Serialize;

use super::forecast::FrameReport;
use super::pairs::PairReport;
use super::schedule::Planned;
use crate::advice::{PairLabels, about, in_words, list, on_every_layer, written};
use crate::clock::{LocalDateTime, Zone};
use crate::dotnet::{TICKS_PER_DAY, TimeSpan};
use crate::forecast::{ForecastResult, GapBounds, Summary, suggestions, with_pair};
use crate::policy::{Pair, PairIndex, Policy};
use crate::retention::Options;

/// Another policy, and what it would deliver.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SuggestionReport {
    /// Its text
    pub policy: String,
    /// The policy, pair by pair, in the order of the text
    pub pairs: Vec<PairReport>,
    /// What each time frame would hold, the shortest first
    pub frames: Vec<FrameReport>,
}

/// What a conclusion is drawn from.
pub(super) struct Conclusion<'a> {
    pub pairs: &'a [PairReport],
    pub frames: &'a [FrameReport],
    pub found: &'a ForecastResult,
    pub planned: &'a Planned,
    pub now: LocalDateTime,
    pub options: &'a Options,
    pub labels: &'a PairLabels,
}

impl Conclusion<'_> {
    /// A schedule cannot deliver more often than it runs.
    fn step(&self) -> TimeSpan {
        let schedule = &self.planned.schedule;
        schedule.every.checked_add(schedule.jitter).unwrap_or(schedule.every)
    }

    /// The frames whose longest gap is longer than requested.
    fn wide(&self) -> Vec<(PairIndex, Summary<TimeSpan>)> {
        let filled = self.frames.iter().filter_map(|frame| Some((frame.pair, frame.gap_seconds?)));
        let requested = |pair: PairIndex| self.pairs[pair.get()].interval_seconds;
        filled.filter(|&(pair, gap)| gap.max > requested(pair).max(self.step())).collect()
    }

    fn is_steady(&self) -> bool {
        self.found.delivered.steady_from().is_some()
    }

    /// A policy with other intervals that closes gaps and makes none longer, as a trial showed.
    ///
    /// `try_out` forecasts a policy this many times, with the starts that were forecast before; the
    /// answer is about `forecasts` of them.
    pub fn suggestion(
        &self,
        zone: Zone,
        forecasts: u64,
        mut try_out: impl FnMut(&Policy, u64) -> Vec<FrameReport>,
        bounds: impl Fn(&Policy) -> Option<GapBounds>,
    ) -> Option<SuggestionReport> {
        if !self.is_steady() || self.wide().is_empty() {
            return None;
        }
        let planned = self.planned;
        let every = planned.schedule.every;
        let policy = &self.options.policy;
        let before = try_out(policy, 1);
        let period = (planned.from, planned.until);
        let (mut best, first) = suggestions(policy, &planned.schedule, zone, period)
            .into_iter()
            .map(|other| (other.clone(), try_out(&other, 1)))
            .find(|(_, frames)| Change::between(&before, frames, every) == Change::Better)?;
        // What does not help is written as it was, the longest frame first.
        let mut order: Vec<(PairIndex, Pair)> = policy.iter().collect();
        order.sort_by_key(|(_, pair)| std::cmp::Reverse(pair.frame()));
        for (index, pair) in order {
            let as_before = with_pair(&best, index.get(), pair);
            if Change::between(&first, &try_out(&as_before, 1), every) != Change::Worse {
                best = as_before;
            }
        }
        let text = self.text(&best)?;
        let mut frames = try_out(&best, forecasts);
        FrameReport::bound(&mut frames, bounds(&best).as_ref());
        let pairs = PairReport::of(&best, &PairLabels::new(&text, &best));
        let is_better = Change::between(self.frames, &frames, every) == Change::Better;
        is_better.then_some(SuggestionReport { policy: text, pairs, frames })
    }

    /// The policy as text: what is as before is written as before, unless some layer would read
    /// that in another way.
    fn text(&self, policy: &Policy) -> Option<String> {
        let pair = |(index, pair): (PairIndex, Pair)| {
            let (frame, as_before) = (self.labels.frame(index), self.labels.interval(index));
            let interval = match pair.interval() {
                interval if interval == self.options.policy.pair(index).interval() => {
                    as_before.to_owned()
                }
                TimeSpan::ZERO => "U".to_owned(),
                interval => written(interval),
            };
            format!("{frame}:{interval}")
        };
        let text = policy.iter().map(pair).collect::<Vec<_>>().join(",");
        let same = Policy::parse(&text, self.options.release).is_ok_and(|read| read == *policy);
        let accepted = crate::policy::web_page::check(&text).is_ok();
        if same && accepted { Some(text) } else { on_every_layer(policy) }
    }

    /// Where the gaps are longer than requested, why, and what would help; nothing if there is
    /// nothing to tell about.
    pub fn sentence(&self, suggestion: Option<&SuggestionReport>) -> Option<String> {
        if self.found.delivered.runs() == 0 {
            return None;
        }
        if !self.is_steady() {
            let enough = self.enough().map_or(String::new(), |enough| {
                format!(" Give it more with --for {}.", written(enough))
            });
            return Some(format!(
                "This forecast is too short to show what these options come to, so nothing is \
                 claimed here.{enough}"
            ));
        }
        self.frames.iter().find_map(|frame| frame.gap_seconds)?;
        let wide = self.wide();
        if wide.is_empty() {
            return Some(
                "In this forecast no gap was longer than requested: in every time frame the next \
                 version followed within the interval, or within one step of the schedule where \
                 that is longer."
                    .into(),
            );
        }
        let abouts = |gaps: &[Summary<TimeSpan>], which: fn(&Summary<TimeSpan>) -> TimeSpan| {
            list(&gaps.iter().map(|gap| about(which(gap))).collect::<Vec<_>>())
        };
        let names: Vec<&str> =
            wide.iter().map(|&(pair, _)| self.pairs[pair.get()].frame.as_str()).collect();
        let gaps: Vec<_> = wide.iter().map(|&(_, gap)| gap).collect();
        let mut text = format!(
            "In {} the gaps are longer than requested, up to {}. ",
            list(&names),
            abouts(&gaps, |gap| gap.max)
        );
        let late = self.found.longest.filter(|&longest| longest > self.step()).map(|longest| {
            let longest = in_words(longest);
            format!("Backups themselves were up to {longest} apart, which no policy can change.")
        });
        let Some(better) = suggestion else {
            text += late.as_deref().unwrap_or(
                "Each time frame thins what the shorter ones left over, and the schedule has steps \
                 of its own, so the next version may come a step late. No other intervals that \
                 were tried out help without a longer gap elsewhere.",
            );
            return Some(text);
        };
        let new_gaps: Vec<_> = better
            .frames
            .iter()
            .filter(|frame| wide.iter().any(|&(pair, _)| pair == frame.pair))
            .filter_map(|frame| frame.gap_seconds)
            .collect();
        let changed =
            self.pairs.iter().zip(&better.pairs).filter(|(old, new)| old.interval != new.interval);
        let changes = changed.map(|(old, new)| {
            format!("{} instead of {} in {}", new.interval, old.interval, old.frame)
        });
        text += &format!(
            "A backup that starts early is closer than the interval to the one before it, and is \
             deleted. Write {} ({}): the usual gaps become {} instead of {}, the longest {}.",
            better.policy,
            list(&changes.collect::<Vec<_>>()),
            abouts(&new_gaps, |gap| gap.median),
            abouts(&gaps, |gap| gap.median),
            abouts(&new_gaps, |gap| gap.max),
        );
        if let Some(late) = late {
            text += &format!(" Some long gaps remain. {late}");
        }
        Some(text)
    }

    /// How long a forecast would be that shows what the options come to, in whole days.
    fn enough(&self) -> Option<TimeSpan> {
        let limited = self.options.policy.pairs().iter().filter(|pair| !pair.is_unlimited());
        let keep_time = self.options.keep_time.as_ref();
        let keep_time = keep_time.and_then(|span| Some(self.now.since(span.bound(self.now).ok()?)));
        let number = i64::from(self.options.keep_versions.max(0));
        let versions = self.planned.schedule.every.ticks().saturating_mul(number);
        let longest = limited
            .map(|pair| pair.frame().ticks())
            .chain(keep_time.map(TimeSpan::ticks))
            .chain([versions])
            .max()?;
        // Misses and holidays make it take longer.
        let days = longest.checked_mul(2)? / TICKS_PER_DAY + 1;
        Some(TimeSpan::from_ticks(days.checked_mul(TICKS_PER_DAY)?))
    }
}

/// What another policy changes in the gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    /// Some are shorter by more than half a step of the schedule, and none is longer by that much.
    Better,
    Same,
    /// One is longer by more than half a step, or a frame is empty.
    Worse,
}

impl Change {
    fn between(old: &[FrameReport], new: &[FrameReport], every: TimeSpan) -> Change {
        let half = every.ticks() / 2;
        let mut change = Change::Same;
        for (old, new) in old.iter().zip(new) {
            let (old, new) = match (old.gap_seconds, new.gap_seconds) {
                (Some(old), Some(new)) => (old, new),
                (None, _) => continue,
                (Some(_), None) => return Change::Worse,
            };
            for (old, new) in [(old.median, new.median), (old.max, new.max)] {
                match new.ticks() - old.ticks() {
                    longer if longer > half => return Change::Worse,
                    longer if longer < -half => change = Change::Better,
                    _ => {}
                }
            }
        }
        change
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame whose usual and longest gap are these, in hours.
    fn frame(gap: Option<(i64, i64)>) -> [FrameReport; 1] {
        let hours = |hours: i64| TimeSpan::from_ticks(hours * TICKS_PER_DAY / 24);
        let gap = gap.map(|(usual, longest)| Summary {
            min: hours(usual),
            median: hours(usual),
            max: hours(longest),
        });
        [FrameReport {
            pair: PairIndex::new(0),
            versions: Summary { min: 1, median: 1, max: 1 },
            gap_seconds: gap,
            gap_bound_seconds: None,
        }]
    }

    #[test]
    fn only_more_than_half_a_step_is_a_change() {
        let day = TimeSpan::from_ticks(TICKS_PER_DAY);
        for (new, expected) in [
            (Some((48, 72)), Change::Same),
            (Some((36, 60)), Change::Same),
            (Some((60, 84)), Change::Same),
            (Some((35, 72)), Change::Better),
            (Some((48, 59)), Change::Better),
            (Some((61, 72)), Change::Worse),
            (Some((24, 85)), Change::Worse),
            (None, Change::Worse),
        ] {
            let change = Change::between(&frame(Some((48, 72))), &frame(new), day);
            assert_eq!(change, expected, "{new:?}");
        }
        assert_eq!(Change::between(&frame(None), &frame(Some((1, 1))), day), Change::Same);
    }
}
