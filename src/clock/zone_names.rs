//! Zones by the names that people and Windows use.

use chrono_tz::TZ_VARIANTS;

use super::Zone;

/// Windows' names of zones, and those of the IANA database: `supplemental/windowsZones` of
/// Unicode's CLDR 47, the territory 001 (<https://cldr.unicode.org>, Unicode License v3).
const WINDOWS_ZONES: &str = include_str!("windows_zones.tsv");

/// How alike, from 0 to 1, a name and a misspelt one are at least.
const ALIKE: f64 = 0.75;

/// A text that names no time zone, or several.
///
/// ```
/// use duplicati_retention::clock::Zone;
/// let error = Zone::named("Europe/Berln").unwrap_err().to_string();
/// assert!(error.ends_with("did you mean Europe/Berlin?"), "{error}");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ZoneNameError {
    /// It names none.
    #[error(
        "no such time zone: {name:?}; {}",
        nearest.map_or("a name of the IANA database is expected, such as Europe/Berlin or UTC".into(),
            |nearest| format!("did you mean {nearest}?"))
    )]
    Unknown {
        /// The text.
        name: String,
        /// A name that is nearly the same.
        nearest: Option<&'static str>,
    },
    /// It is a distance from UTC that no zone has all year.
    #[error(
        "{name:?} is a fixed distance from UTC that no zone has all year; write the zone of the \
         machine, such as Asia/Kolkata for +05:30"
    )]
    NoSuchDistance {
        /// The text.
        name: String,
    },
    /// It is the last part of several.
    #[error("{name:?} can be several time zones: {}; write the whole name", among.join(", "))]
    Several {
        /// The text.
        name: String,
        /// The names of the zones.
        among: Vec<&'static str>,
    },
}

impl Zone {
    /// The zone that a person means: a name of the IANA database in any case, its last part such
    /// as `Berlin`, a name of Windows such as `W. Europe Standard Time`, or a fixed distance from
    /// UTC in whole hours such as `UTC+1` or `-05:00`.
    ///
    /// # Errors
    /// [`ZoneNameError`] if it is no zone or several.
    ///
    /// ```
    /// use duplicati_retention::clock::Zone;
    /// for name in ["europe/berlin", "Berlin", "W. Europe Standard Time"] {
    ///     assert_eq!(Zone::named(name)?.name(), "Europe/Berlin");
    /// }
    /// assert_eq!(Zone::named("utc")?, Zone::UTC);
    /// // The IANA database counts the other way round.
    /// assert_eq!(Zone::named("UTC+1")?.name(), "Etc/GMT-1");
    /// # Ok::<(), duplicati_retention::clock::ZoneNameError>(())
    /// ```
    pub fn named(text: &str) -> Result<Zone, ZoneNameError> {
        if let Some(fixed) = Zone::at_distance(text) {
            return fixed;
        }
        let name = text.trim().replace(' ', "_");
        if let Ok(zone) = name.parse() {
            return Ok(zone);
        }
        let is_same = |other: &str| other.eq_ignore_ascii_case(&name);
        let names = || TZ_VARIANTS.iter().map(|zone| zone.name());
        let windows =
            WINDOWS_ZONES.lines().filter_map(|line| line.split_once('\t')).collect::<Vec<_>>();
        let of_windows =
            windows.iter().find(|(windows, _)| windows.eq_ignore_ascii_case(text.trim()));
        let whole = names().find(|other| is_same(other)).or(of_windows.map(|&(_, name)| name));
        if let Some(zone) = whole.and_then(|name| name.parse().ok()) {
            return Ok(zone);
        }
        let last_part = |name: &'static str| name.rsplit('/').next().unwrap_or(name);
        // The IANA database keeps old names beside new ones.
        let mut among: Vec<&str> = names().filter(|other| is_same(last_part(other))).collect();
        among.sort_unstable();
        let name = text.to_owned();
        match among[..] {
            [] => (),
            [only] => {
                return only.parse().map_err(|_| ZoneNameError::Unknown { name, nearest: None });
            }
            _ => return Err(ZoneNameError::Several { name, among }),
        }
        let lower = text.trim().to_lowercase();
        let candidates = names()
            .flat_map(|name| [(name, name), (last_part(name), name)])
            .chain(windows.iter().copied());
        let likeness = |(written, _): &(&str, &str)| {
            strsim::normalized_damerau_levenshtein(&written.to_lowercase(), &lower)
        };
        let nearest = candidates
            .map(|candidate| (likeness(&candidate), candidate.1))
            .max_by(|one, other| one.0.total_cmp(&other.0))
            // An abbreviation such as CEST is not a misspelt EST.
            .filter(|(likeness, _)| *likeness >= ALIKE && text.trim().len() > 4)
            .map(|(_, name)| name);
        Err(ZoneNameError::Unknown { name, nearest })
    }

    /// The zone at a fixed distance from UTC, if the text is one: `UTC+1`, `GMT-5`, `+01:00`, `Z`.
    pub(crate) fn at_distance(text: &str) -> Option<Result<Zone, ZoneNameError>> {
        let written = text.trim().to_ascii_uppercase().replace('−', "-");
        if written == "Z" {
            return Some(Ok(Zone::UTC));
        }
        let names = ["UTC", "GMT"];
        let distance = names.iter().find_map(|name| written.strip_prefix(name));
        let distance = distance.unwrap_or(&written).trim_start();
        let is_ahead = distance.starts_with('+');
        let digits = distance.strip_prefix(['+', '-'])?.trim_start();
        let (hours, minutes) = match (digits.split_once(':'), digits.len()) {
            (Some(parts), _) => parts,
            (None, 4) => digits.split_at_checked(2)?,
            (None, _) => (digits, "00"),
        };
        let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
        if !(1..=2).contains(&hours.len()) || minutes.len() != 2 {
            return None;
        }
        if !is_number(hours) || !is_number(minutes) {
            return None;
        }
        let name = match hours.trim_start_matches('0') {
            "" => "UTC".to_owned(),
            hours => format!("Etc/GMT{}{hours}", if is_ahead { '-' } else { '+' }),
        };
        let zone = name.parse().ok().filter(|_| minutes == "00");
        Some(zone.ok_or_else(|| ZoneNameError::NoSuchDistance { name: text.to_owned() }))
    }

    /// The distance from UTC as people write it, such as `UTC+1`, if the zone is one of those that
    /// have no name of a place and the same distance all year.
    pub fn fixed_distance(self) -> Option<String> {
        let name = self.name().strip_prefix("Etc/GMT")?;
        let (ahead, behind) = (name.strip_prefix('-'), name.strip_prefix('+'));
        let distance = ahead.map(|hours| format!("UTC+{hours}"));
        let distance = distance.or_else(|| Some(format!("UTC-{}", behind?)))?;
        (self.offset(super::Utc::MIN).ticks() != 0).then_some(distance)
    }
}
