//! What is measured, and the answers that are expected: histories, policies, and the least that any
//! program must do.

// Each benchmark takes what it needs.
#![allow(dead_code)]

pub mod bare;
pub mod command;
pub mod quadratic;

use duplicati_retention::Release;
use duplicati_retention::clock::{Utc, Zone};
use duplicati_retention::dotnet::TICKS_PER_SECOND;
use duplicati_retention::history::{Backup, History};
use duplicati_retention::policy::Policy;
use duplicati_retention::retention::Options;

/// 2026-11-23T10:00Z. The newest backup started then.
pub const NOW_SECONDS: i64 = 1_795_428_000;
/// A backup every five minutes.
pub const DISTANCE_SECONDS: i64 = 300;

/// What Duplicati's web page offers as its default, which many use.
pub const FEW_PAIRS: &str = "1W:1D,4W:1W,12M:1M";
/// Every version of the last weeks, and thinning behind.
pub const KEEP_ALL: &str = "U:U";

/// Fifty frames, each a week longer than the one before, and each with an interval of its own.
pub fn fifty_pairs() -> String {
    let pairs: Vec<String> = (1..=50).map(|pair| format!("{pair}W:{}h", 20 + pair)).collect();
    pairs.join(",")
}

pub fn now() -> Utc {
    time(0)
}

/// The time of the backup with this number.
pub fn time(version: usize) -> Utc {
    let seconds = NOW_SECONDS - version as i64 * DISTANCE_SECONDS;
    Utc::from_unix_seconds(seconds).expect("the benchmarks stay behind the year 1")
}

/// Which backups are partial, where some are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Partial {
    None,
    /// One in ten, here and there.
    Tenth,
}

impl Partial {
    pub fn is(self, version: usize) -> bool {
        self == Partial::Tenth && scatter(version as u64) % 10 == 0
    }
}

/// `count` backups, newest first.
pub fn backups(count: usize, partial: Partial) -> Vec<Backup> {
    let backup = |version| Backup { partial: partial.is(version), ..Backup::full(time(version)) };
    (0..count).map(backup).collect()
}

pub fn history(count: usize, partial: Partial) -> History {
    History::new(backups(count, partial), Zone::UTC)
}

/// The list in an order in which nothing is in order.
pub fn shuffled<T>(mut list: Vec<T>) -> Vec<T> {
    for index in (1..list.len()).rev() {
        list.swap(index, (scatter(index as u64) % (index as u64 + 1)) as usize);
    }
    list
}

/// A number that looks like chance and is always the same (splitmix64).
fn scatter(number: u64) -> u64 {
    let mut mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

pub fn policy(text: &str) -> Policy {
    Policy::parse(text, Release::default()).expect("the policies here are right")
}

pub fn options(text: &str) -> Options {
    Options { policy: policy(text), ..Options::default() }
}

/// Each frame's bound and interval in ticks, shortest frame first, as the policy of a search
/// without any domain.
pub fn bounds(text: &str) -> Vec<(i64, i64)> {
    let bound = |pair: &duplicati_retention::policy::Pair| {
        let bound = if pair.is_unlimited() { 0 } else { now().ticks() - pair.frame().ticks() };
        (bound, pair.interval().ticks())
    };
    policy(text).pairs().iter().map(bound).collect()
}

/// How many of a history every five minutes stay, worked out by hand from the policy, not by a
/// search.
///
/// Without partial backups each interval that is a multiple of five minutes keeps exactly one
/// backup each interval.
pub fn expected_survivors(count: usize, text: &str) -> usize {
    let ticks_between = DISTANCE_SECONDS * TICKS_PER_SECOND;
    let mut first = 1;
    let mut survivors = 1;
    for (bound, interval) in bounds(text) {
        let last = (((now().ticks() - bound) / ticks_between) as usize).min(count - 1);
        let in_frame = (last + 1).saturating_sub(first);
        let step = (interval / ticks_between).max(1) as usize;
        survivors += in_frame.div_ceil(step);
        first = first.max(last + 1);
    }
    survivors
}
