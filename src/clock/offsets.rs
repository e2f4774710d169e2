//! Offsets that were looked up, by stretch of time, because the same times are asked for again and
//! again: each run of a simulation looks at the versions that are left.

use std::cell::Cell;

use super::times::Utc;
use super::zone::{STRETCH, Zone};
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};

/// How many stretches a thread remembers.
const REMEMBERED: usize = 512;

/// A stretch of a zone that was asked about. What happens in it is looked up when it is asked about
/// again.
#[derive(Clone, Copy)]
struct Known {
    zone: Zone,
    number: i64,
    stretch: Option<Stretch>,
}

/// What a zone's clock does in a stretch: it is changed once, or not at all.
#[derive(Clone, Copy)]
struct Stretch {
    before: TimeSpan,
    /// From this time on in ticks `after` counts.
    change: i64,
    after: TimeSpan,
}

thread_local! {
    static STRETCHES: [Cell<Option<Known>>; REMEMBERED] =
        const { [const { Cell::new(None) }; REMEMBERED] };
}

/// The offset of a zone at this moment.
pub(super) fn remembered(zone: Zone, utc: Utc) -> TimeSpan {
    let number = utc.ticks() / STRETCH.ticks();
    STRETCHES.with(|stretches| {
        let place = &stretches[number as usize % REMEMBERED];
        let known = place.get().filter(|known| known.number == number && known.zone == zone);
        let Some(mut known) = known else {
            place.set(Some(Known { zone, number, stretch: None }));
            return zone.looked_up(utc);
        };
        let stretch = known.stretch.unwrap_or_else(|| {
            let stretch = Stretch::look_up(zone, number);
            known.stretch = Some(stretch);
            place.set(Some(known));
            stretch
        });
        if utc.ticks() < stretch.change { stretch.before } else { stretch.after }
    })
}

impl Stretch {
    fn look_up(zone: Zone, number: i64) -> Stretch {
        let at = |ticks: i64| zone.looked_up(Utc::from_ticks(ticks).unwrap_or(Utc::MAX));
        let start = number * STRETCH.ticks();
        let end = start + STRETCH.ticks();
        let (before, after) = (at(start), at(end));
        // Clocks are changed at a whole second.
        let (mut low, mut high) = (0, STRETCH.ticks() / TICKS_PER_SECOND);
        while before != after && high - low > 1 {
            let middle = low + (high - low) / 2;
            let is_before = at(start + middle * TICKS_PER_SECOND) == before;
            if is_before { low = middle } else { high = middle }
        }
        Stretch { before, change: start + high * TICKS_PER_SECOND, after }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_what_the_tables_say() {
        let mut dice = fastrand::Rng::with_seed(1);
        for name in chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()) {
            let zone: Zone = name.parse().unwrap();
            // From 1850 to 2150, and at the ends of time.
            let any = |dice: &mut fastrand::Rng| {
                Utc::from_unix_seconds(dice.i64(-3_786_825_600..5_680_281_600)).unwrap()
            };
            let mut times = vec![Utc::MIN, Utc::MAX];
            times.extend((0..100).map(|_| any(&mut dice)));
            for utc in times {
                let number = utc.ticks() / STRETCH.ticks();
                let change = Stretch::look_up(zone, number).change;
                let beside =
                    [change - 1, change].map(|ticks| Utc::from_ticks(ticks).unwrap_or(utc));
                // The first time it is not remembered.
                for utc in [utc, utc, beside[0], beside[1]] {
                    assert_eq!(remembered(zone, utc), zone.looked_up(utc), "{name} {utc}");
                }
            }
        }
    }
}
