//! Where two policies differ in what they mean and what they delete.

use crate::dotnet::TimeSpan;
use crate::history::VersionNumber;
use crate::policy::{Pair, Policy};
use crate::retention::Plan;

/// What two policies do with the backups of a range of ages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgeRange {
    /// The backups are older than this.
    pub older_than: TimeSpan,
    /// The backups are at most this old; `None` if there is no limit.
    pub up_to: Option<TimeSpan>,
    /// What the first and the second policy do with them.
    pub outcomes: [Outcome; 2],
}

/// What a policy does with the backups of a range of ages, except the newest of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All are kept.
    AllStay,
    /// One is kept for every interval of this length.
    OneEach(TimeSpan),
    /// All are deleted: they lie in no time frame.
    Deleted,
}

/// All ages, youngest first, split where one of the two policies starts to do something else.
///
/// Two policies with the same outcomes can still delete different versions, because each time frame
/// is thinned separately, from its oldest version; see [`mean_the_same`].
pub fn age_ranges(first: &Policy, second: &Policy) -> Vec<AgeRange> {
    let pairs = first.pairs().iter().chain(second.pairs());
    let mut ends: Vec<Option<TimeSpan>> = pairs
        .filter(|pair| !pair.is_unlimited() && pair.frame() > TimeSpan::ZERO)
        .map(|pair| Some(pair.frame()))
        .collect();
    ends.sort_unstable();
    ends.dedup();
    ends.push(None);
    let mut age_ranges: Vec<AgeRange> = Vec::new();
    let mut older_than = TimeSpan::ZERO;
    for up_to in ends {
        let outcomes = [first, second].map(|policy| outcome(policy, up_to));
        match age_ranges.last_mut() {
            Some(last) if last.outcomes == outcomes => last.up_to = up_to,
            _ => age_ranges.push(AgeRange { older_than, up_to, outcomes }),
        }
        older_than = up_to.unwrap_or(TimeSpan::MAX);
    }
    age_ranges
}

/// What a policy does with backups of this age, or of any age beyond all limited frames.
fn outcome(policy: &Policy, age: Option<TimeSpan>) -> Outcome {
    let reaches = |pair: &&Pair| pair.is_unlimited() || age.is_some_and(|age| age <= pair.frame());
    match policy.pairs().iter().filter(reaches).min_by_key(|pair| pair.frame()) {
        None if policy.pairs().is_empty() => Outcome::AllStay,
        None => Outcome::Deleted,
        Some(pair) if pair.keeps_all() => Outcome::AllStay,
        Some(pair) => Outcome::OneEach(pair.interval()),
    }
}

/// Whether two policies decide in the same way about every history.
pub fn mean_the_same(first: &Policy, second: &Policy) -> bool {
    effective(first) == effective(second)
}

/// The pairs that have an effect, the shortest time frame first; empty if everything is kept.
fn effective(policy: &Policy) -> Vec<Pair> {
    let mut pairs = policy.pairs().to_vec();
    pairs.sort_by_key(|pair| pair.frame());
    // The first pair with a frame takes all backups in it.
    pairs.dedup_by_key(|pair| pair.frame());
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
