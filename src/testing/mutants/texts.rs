//! The policy language, with its mutations.

use super::Mutant;
use super::mutations::Mutation as M;
use crate::Release;
use crate::dotnet::{self, DateTime, TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan};
use crate::policy::{Pair, Policy, PolicyError};
use crate::release::SpanArithmetic;

impl Mutant {
    pub(super) fn policy(
        self,
        text: &str,
        release: Release,
    ) -> Result<Policy, Option<PolicyError>> {
        let mut pairs = Vec::new();
        for entry in text.split(',') {
            if entry.is_empty() && (!self.makes(M::EmptyEntryRefused) || text.is_empty()) {
                continue;
            }
            pairs.push(self.pair(entry, release).ok_or_else(|| self.error(text, entry, release))?);
        }
        if self.makes(M::PairsSorted) {
            pairs.sort_by_key(|pair: &Pair| pair.frame());
        }
        if self.makes(M::EqualFramesDropped) {
            let all = pairs.clone();
            let mut index = 0;
            pairs.retain(|pair| {
                index += 1;
                all[..index - 1].iter().all(|earlier| earlier.frame() != pair.frame())
            });
        }
        Ok(Policy::new(pairs))
    }

    /// The parser's own error, because this module does not know places, but for the one mutation
    /// with them.
    fn error(self, text: &str, entry: &str, release: Release) -> Option<PolicyError> {
        let mut error = Policy::parse(text, release).err()?;
        if self.makes(M::PlaceWithinEntry) {
            let start = text.find(entry).unwrap_or(0).min(error.range.start);
            error.range = error.range.start - start..error.range.end - start;
        }
        Some(error)
    }

    fn pair(self, entry: &str, release: Release) -> Option<Pair> {
        let parts: Vec<&str> = entry.split(':').collect();
        let strict = !self.makes(M::LenientColonsAlways)
            && (release.strict_colons() || self.makes(M::StrictColonsAlways));
        if strict && parts.len() > 2 {
            return None;
        }
        let interval = match parts.get(1) {
            Some(interval) => interval,
            None => self.makes(M::NoColonKeepsAll).then_some("U")?,
        };
        let is_unlimited =
            |text: &str| text == "U" || (text == "u" && !self.makes(M::SmallUnlimitedRefused));
        let frame = if is_unlimited(parts[0]) { i64::MAX } else { self.span(parts[0], release)? };
        let unlimited_interval = self.or(M::UnlimitedIntervalIsLongest, i64::MAX, 0);
        let interval =
            if is_unlimited(interval) { unlimited_interval } else { self.span(interval, release)? };
        let checked =
            |ticks: i64| TimeSpan::from_ticks(self.or(M::NegativeIsZero, ticks.max(0), ticks));
        Pair::new(checked(frame), checked(interval)).ok()
    }

    fn number(self, text: &str) -> Option<i64> {
        let bad = (self.makes(M::PlusRefused) && text.contains('+'))
            || (self.makes(M::NulsRefused) && text.contains('\0'));
        if bad { None } else { dotnet::parse_i64(text).or_else(|| self.styled(text)) }
    }

    /// A number in a form that .NET takes only if it is told to.
    fn styled(self, text: &str) -> Option<i64> {
        let number = dotnet::parse_i64;
        match self.mutation? {
            M::PointAllowed => {
                let (whole, rest) = text.split_once('.')?;
                number(whole).filter(|_| rest.bytes().all(|byte| byte == b'0'))
            }
            M::ParenthesesNegate => {
                number(text.strip_prefix('(')?.strip_suffix(')')?)?.checked_neg()
            }
            M::SignAtTheEnd => match text.strip_suffix('-') {
                Some(text) => number(text)?.checked_neg(),
                None => number(text.strip_suffix('+')?),
            },
            M::ExponentAllowed => {
                let (base, exponent) = text.split_once(['e', 'E'])?;
                number(base)?.checked_mul(10_i64.checked_pow(exponent.parse().ok()?)?)
            }
            _ => None,
        }
    }

    fn trim(self, text: &str) -> &str {
        self.or(
            M::TrimsAsciiOnly,
            text.trim_matches(|letter: char| letter.is_ascii_whitespace()),
            dotnet::trim(text),
        )
    }

    /// A span in ticks.
    pub(super) fn span(self, text: &str, release: Release) -> Option<i64> {
        if text.is_empty() {
            return (!self.makes(M::EmptySpanRefused)).then_some(0);
        }
        let calendar = match release.span_arithmetic() {
            SpanArithmetic::Calendar => !self.makes(M::CalendarIsFixed),
            _ => self.makes(M::FixedIsCalendar),
        };
        let by_calendar = release.span_arithmetic() == SpanArithmetic::Calendar;
        if by_calendar && dotnet::trim(text).eq_ignore_ascii_case("now") {
            return self.makes(M::NowIsZero).then_some(0);
        }
        let sum = Sum { mutants: self, calendar, float: self.is_float(release) };
        if let Some(seconds) = self.number(text) {
            let unit = self.or(M::BareNumberIsMinutes, 'm', 's');
            let early = self.makes(M::BareNumberRefusedEarly) && by_calendar;
            let without_sign = by_calendar && self.makes(M::BareNumberSignLost);
            let seconds = if without_sign { seconds.saturating_abs() } else { seconds };
            return if early || self.makes(M::BareNumberRefused) {
                None
            } else {
                sum.add(0, seconds, unit)
            };
        }
        let mut ticks = 0;
        for (factor, unit) in self.terms(text)? {
            ticks = sum.add(ticks, factor, unit)?;
        }
        Some(ticks)
    }

    fn is_float(self, release: Release) -> bool {
        match release.span_arithmetic() {
            SpanArithmetic::FloatingPoint => !self.makes(M::FloatsAreExact),
            SpanArithmetic::Integer => self.makes(M::IntegersAreFloats),
            SpanArithmetic::Calendar => false,
        }
    }

    /// Numbers and units.
    pub(super) fn terms(self, text: &str) -> Option<Vec<(i64, char)>> {
        let unit_of = |letter: char| match letter {
            's' | 'm' | 'h' | 'D' | 'W' | 'M' | 'Y' => Some(letter),
            'S' | 'H' if self.makes(M::UnitsIgnoreCase) => Some(letter.to_ascii_lowercase()),
            'd' | 'w' | 'y' if self.makes(M::UnitsIgnoreCase) => Some(letter.to_ascii_uppercase()),
            _ => None,
        };
        let mut terms = Vec::new();
        let mut start = 0;
        for (at, letter) in text.char_indices() {
            let Some(unit) = unit_of(letter) else { continue };
            let number = self.trim(&text[start..at]);
            let factor = match number {
                "" if self.makes(M::LeadingUnitIsOne) => 1,
                number => self.number(number)?,
            };
            let fits = i32::try_from(factor).is_ok() || self.makes(M::TermsInLongs);
            terms.push((fits.then_some(factor)?, unit));
            start = at + 1;
            if self.makes(M::OnlyFirstTerm) {
                return Some(terms);
            }
        }
        (self.trim(&text[start..]).is_empty() || (self.makes(M::RestIgnored) && start > 0))
            .then_some(terms)
    }

    pub(super) fn show(self, policy: &Policy) -> String {
        let span = |span: TimeSpan| {
            let text = crate::policy::Pair::new(span, TimeSpan::ZERO)
                .map_or(String::new(), |pair| pair.to_string());
            let text = text.trim_end_matches(":U").to_owned();
            match text.as_str() {
                "30D" if self.makes(M::ShowsMonths) => "1M".into(),
                "U" if self.makes(M::ShowsLongestInDays) => "10675199D".into(),
                // Seconds, if there are any, stand behind the last other unit.
                text if self.makes(M::ShowsNoSeconds) && text.ends_with('s') => {
                    text[..text.rfind(['m', 'h', 'D']).map_or(0, |at| at + 1)].to_owned() + "0s"
                }
                text => text.to_owned(),
            }
        };
        let pair = |pair: &Pair| {
            let interval = if pair.keeps_all() { "U".into() } else { span(pair.interval()) };
            format!("{}:{interval}", span(pair.frame()))
        };
        policy.pairs().iter().map(pair).collect::<Vec<_>>().join(",")
    }

    pub(super) fn passes_backup_check(self, policy: &Policy) -> bool {
        policy.pairs().iter().all(|pair| {
            let keeps_all = pair.keeps_all()
                && !(self.makes(M::KeepAllIsChecked) && pair.frame() == TimeSpan::ZERO);
            let equal = self.makes(M::EqualIntervalPasses) && pair.interval() == pair.frame();
            pair.is_unlimited() || keeps_all || equal || pair.interval() < pair.frame()
        })
    }

    pub(super) fn web_page_accepts(self, text: &str) -> bool {
        let text =
            if self.makes(M::WebLineEnd) { text.strip_suffix('\n').unwrap_or(text) } else { text };
        let text = if self.makes(M::WebCommaAtEnd) {
            text.strip_suffix(',').unwrap_or(text)
        } else {
            text
        };
        if text.is_empty() {
            return self.makes(M::WebEmpty);
        }
        let is_digit = |letter: char| {
            letter.is_ascii_digit() || (self.makes(M::WebAnyDigits) && letter.is_numeric())
        };
        let term = |term: &str| match term.char_indices().next_back() {
            Some((at, unit)) => {
                at > 0 && "smhDWMY".contains(unit) && term[..at].chars().all(is_digit)
            }
            None => false,
        };
        let side = |side: &str| {
            let many = self.makes(M::WebManyUnits) && !side.is_empty();
            side == "U"
                || (self.makes(M::WebSmallUnlimited) && side == "u")
                || term(side)
                || (many && side.split_inclusive(|letter| "smhDWMY".contains(letter)).all(term))
        };
        text.split(',').all(|pair| {
            let sides: Vec<&str> = pair.split(':').collect();
            let joined = self.makes(M::WebCommaLeftOut) && sides.len() == 3 && {
                let middle = sides[1];
                (1..middle.len()).any(|at| {
                    middle.is_char_boundary(at) && side(&middle[..at]) && side(&middle[at..])
                })
            };
            (sides.len() == 2 && side(sides[0]) && side(sides[1]))
                || (joined && side(sides[0]) && side(sides[2]))
        })
    }
}

/// How terms are added up.
struct Sum {
    mutants: Mutant,
    calendar: bool,
    float: bool,
}

impl Sum {
    fn add(&self, ticks: i64, factor: i64, unit: char) -> Option<i64> {
        let mutants = self.mutants;
        let of_365_days = unit == 'Y' && mutants.makes(M::CalendarYearsOf365Days);
        if self.calendar && matches!(unit, 'M' | 'Y') && !of_365_days {
            let date: DateTime = DateTime::from_ticks(ticks).ok()?;
            let months =
                i32::try_from(factor).ok()?.checked_mul(if unit == 'Y' { 12 } else { 1 })?;
            let moved = date.add_months(months).ok()?;
            if mutants.makes(M::DaysRollOver) {
                let first = date.add_months(months - 1).ok()?.add_months(1).ok()?;
                let lost = chrono::Datelike::day(&date.to_chrono())
                    - chrono::Datelike::day(&first.to_chrono());
                return moved.add_units(i64::from(lost), TICKS_PER_DAY).ok().map(DateTime::ticks);
            }
            return Some(moved.ticks());
        }
        let (multiple, unit_ticks) = match unit {
            's' => (1, TICKS_PER_SECOND),
            'm' => (1, 60 * TICKS_PER_SECOND),
            'h' => (1, 3600 * TICKS_PER_SECOND),
            'W' => (7, TICKS_PER_DAY),
            'M' => (mutants.or(M::MonthsOf31Days, 31, 30), TICKS_PER_DAY),
            'Y' => (mutants.or(M::YearsOf360Days, 360, 365), TICKS_PER_DAY),
            _ => (1, TICKS_PER_DAY),
        };
        let count = match factor.checked_mul(multiple)? {
            count if multiple == 1 || i32::try_from(count).is_ok() => count,
            _ if mutants.makes(M::WrapAroundRefused) => return None,
            count if mutants.makes(M::NoWrapAround) => count,
            count => i64::from(count as i32),
        };
        let product = if self.float {
            TimeSpan::from_float_units(count as f64, unit_ticks)
        } else {
            TimeSpan::from_units(count, unit_ticks)
        };
        let sum = product.and_then(|product| TimeSpan::from_ticks(ticks).checked_add(product));
        let sum = if self.mutants.makes(M::OverflowSaturates) {
            sum.unwrap_or(TimeSpan::MAX)
        } else {
            sum.ok()?
        };
        if self.calendar {
            <DateTime>::from_ticks(sum.ticks()).ok().map(DateTime::ticks)
        } else {
            Some(sum.ticks())
        }
    }
}
