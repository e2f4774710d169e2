//! Where two policies differ in what they mean and what they delete.

use crate::clock::LocalDateTime;
use crate::dotnet::TimeSpan;
use crate::history::VersionNumber;
use crate::policy::{Pair, Policy};
use crate::retention::{Options, Plan};

/// What two sets of options do with the backups of a range of ages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgeRange {
    /// The backups are older than this.
    pub older_than: TimeSpan,
    /// The backups are at most this old; `None` if there is no limit.
    pub up_to: Option<TimeSpan>,
    /// What the first and the second do with them.
    pub outcomes: [Outcome; 2],
}

/// What options do with the backups of a range of ages, except the newest of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All are kept.
    AllStay,
    /// One is kept for every interval of this length.
    OneEach(TimeSpan),
    /// Those among the newest full ones of all, so many, are kept.
    Newest(i32),
    /// All are deleted: they lie in no time frame, or keep-time is over.
    Deleted,
}

/// All ages, youngest first, split where one of the two starts to do something else; keep-time is
/// counted back from `now`.
///
/// Two policies with the same outcomes can still delete different versions, because each time frame
/// is thinned separately, from its oldest version; see [`mean_the_same`].
pub fn age_ranges(first: &Options, second: &Options, now: LocalDateTime) -> Vec<AgeRange> {
    let keep_times = [first, second].map(|options| keep_time(options, now));
    let pairs = first.policy.pairs().iter().chain(second.policy.pairs());
    let frames = pairs.filter(|pair| !pair.is_unlimited()).map(|pair| pair.frame());
    let limits = frames.chain(keep_times.into_iter().flatten());
    let mut ends: Vec<Option<TimeSpan>> =
        limits.filter(|&limit| limit > TimeSpan::ZERO).map(Some).collect();
    ends.sort_unstable();
    ends.dedup();
    ends.push(None);
    let mut age_ranges: Vec<AgeRange> = Vec::new();
    let mut older_than = TimeSpan::ZERO;
    for up_to in ends {
        let outcomes =
            [outcome(first, keep_times[0], up_to), outcome(second, keep_times[1], up_to)];
        match age_ranges.last_mut() {
            Some(last) if last.outcomes == outcomes => last.up_to = up_to,
            _ => age_ranges.push(AgeRange { older_than, up_to, outcomes }),
        }
        older_than = up_to.unwrap_or(TimeSpan::MAX);
    }
    age_ranges
}

/// How far back keep-time reaches, with its tolerance.
fn keep_time(options: &Options, now: LocalDateTime) -> Option<TimeSpan> {
    let bound = options.keep_time.as_ref()?.bound(now).ok()?;
    Some(now.since(bound))
}

/// What options do with backups of this age, or of any age beyond all limits.
fn outcome(options: &Options, keep_time: Option<TimeSpan>, age: Option<TimeSpan>) -> Outcome {
    let is_over = keep_time.is_some_and(|limit| age.is_none_or(|age| age > limit));
    let reaches = |pair: &&Pair| pair.is_unlimited() || age.is_some_and(|age| age <= pair.frame());
    let pairs = options.policy.pairs();
    match pairs.iter().filter(reaches).min_by_key(|pair| pair.frame()) {
        _ if is_over => Outcome::Deleted,
        None if !pairs.is_empty() => Outcome::Deleted,
        _ if options.keep_versions > 0 => Outcome::Newest(options.keep_versions),
        Some(pair) if !pair.keeps_all() => Outcome::OneEach(pair.interval()),
        _ => Outcome::AllStay,
    }
}

/// Whether the policy, keep-time and keep-versions of both decide in the same way about every
/// history.
pub fn mean_the_same(first: &Options, second: &Options) -> bool {
    first.keep_time == second.keep_time
        && first.keep_versions.max(0) == second.keep_versions.max(0)
        && thin_alike(&first.policy, &second.policy)
}

/// Whether both policies decide in the same way about every history.
pub(super) fn thin_alike(first: &Policy, second: &Policy) -> bool {
    effective(first) == effective(second)
}

/// The pairs that have an effect, the shortest time frame first; empty if everything is kept.
fn effective(policy: &Policy) -> Vec<Pair> {
    let mut pairs = policy.pairs().to_vec();
    pairs.sort_by_key(|pair| pair.frame());
    // The first pair with a frame takes all backups in it.
    pairs.dedup_by_key(|pair| pair.frame());
    // A frame that keeps everything adds nothing to a longer one that does so, too.
    let behind: Vec<bool> = pairs.iter().skip(1).map(|pair| pair.keeps_all()).collect();
    let mut behind = behind.into_iter();
    pairs.retain(|pair| !(behind.next().unwrap_or(false) && pair.keeps_all()));
    let keeps_everything = pairs.last().is_some_and(|pair| pair.is_unlimited())
        && pairs.iter().all(|pair| pair.keeps_all());
    if keeps_everything { Vec::new() } else { pairs }
}

/// The versions that only the first plan deletes, and those that only the second deletes, newest
/// first. Both are plans of one history.
pub fn only_deleted_by(first: &Plan, second: &Plan) -> [Vec<VersionNumber>; 2] {
    let only = |one: &Plan, other: &Plan| -> Vec<VersionNumber> {
        let mut others = other.deletes().peekable();
        let is_alone = move |version: &VersionNumber| {
            while others.next_if(|other| other < version).is_some() {}
            others.peek() != Some(version)
        };
        one.deletes().filter(is_alone).collect()
    };
    [only(first, second), only(second, first)]
}
