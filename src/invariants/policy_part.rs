//! What the retention policy alone decides.

use super::answer::{Answer, AnswerPart, NoPlan};
use super::case::Case;
use super::frames::Frames;
use super::invariant::{Check, CheckResult, Invariant, Part, ensure, forbid, list};
use super::options::{allows_full_removal, keep_time_leaves_range, unreadable};
use crate::history::VersionNumber;
use crate::policy::Pair;

/// An invariant about every frame of a case.
const fn policy(
    id: &'static str,
    statement: &'static str,
    check: fn(&Case, &Answer) -> CheckResult,
) -> Invariant {
    let needs = &[AnswerPart::PolicyDeletes];
    Invariant { id, part: Part::Policy, statement, needs, check: Check::Answer(check) }
}

/// An invariant about each frame, where there is a policy.
macro_rules! about_each_frame {
    ($id:literal, $statement:literal, $check:expr) => {
        policy($id, $statement, |case, answer| {
            let check: fn(&Frames, usize) -> CheckResult = $check;
            let frames = Frames::of(case, answer);
            let ask =
                |frames: Frames| (0..frames.pairs.len()).try_for_each(|pair| check(&frames, pair));
            frames.map_or(Ok(()), ask)
        })
    };
}

pub(super) const FAILS_BEFORE_YEAR_ONE: Invariant = Invariant {
    needs: &[AnswerPart::Deletes],
    ..policy(
        "fails-before-year-one",
        "Duplicati fails before it has decided exactly if a time frame reaches back before the \
         year 1 while there is a backup, or keep-time leaves the years 1 to 9999.",
        |case, answer| {
            let Some(pairs) = case.pairs().filter(|_| unreadable(case).is_none()) else {
                return Ok(());
            };
            // An answer that options cannot be read, where they can, is not this one's business.
            if answer.no_plan() == Some(&NoPlan::Options) {
                return Ok(());
            }
            let is_before = |pair: &Pair| {
                !pair.is_unlimited() && pair.frame().ticks() > case.local_now().ticks()
            };
            let before = pairs.iter().position(is_before).filter(|_| !case.versions().is_empty());
            let must_fail = before.is_some() || keep_time_leaves_range(case);
            let fails = matches!(answer.no_plan(), Some(NoPlan::Fails | NoPlan::Unspecified));
            ensure(fails == must_fail, || match before {
                Some(pair) => format!("the frame {} starts before the year 1", pairs[pair]),
                None if must_fail => "keep-time leaves the years 1 to 9999".into(),
                None => "it fails, though no time leaves the years 1 to 9999".into(),
            })
        },
    )
};

pub(super) const EMPTY_POLICY: Invariant =
    policy("empty-policy", "A policy without pairs deletes nothing.", |case, answer| {
        let is_empty = case.pairs().is_some_and(<[Pair]>::is_empty);
        let deletes = answer.policy_deletes.as_deref().filter(|_| is_empty).unwrap_or_default();
        ensure(deletes.is_empty(), || format!("it deletes {}", list(deletes)))
    });

pub(super) const NEWEST_SPARED: Invariant = policy(
    "newest-kept",
    "The policy part keeps the newest unless full removal is allowed and it is older than every \
     bound.",
    |case, answer| {
        let Some(frames) = Frames::of(case, answer) else { return Ok(()) };
        let may_go = allows_full_removal(case) && frames.newest_is_outside();
        ensure(may_go || !frames.deleted[frames.newest], || {
            format!("version {} is the newest and is deleted", frames.newest)
        })
    },
);

pub(super) const NEWEST_REMOVED: Invariant = policy(
    "newest-removed",
    "The policy part deletes the newest if full removal is allowed and it is older than every \
     bound.",
    |case, answer| {
        let Some(frames) = Frames::of(case, answer) else { return Ok(()) };
        let must_go = allows_full_removal(case) && frames.newest_is_outside();
        ensure(!must_go || frames.deleted[frames.newest], || {
            format!("version {} lies in no frame and survives", frames.newest)
        })
    },
);

pub(super) const SURVIVORS_IN_FRAME: Invariant = policy(
    "survivors-in-frame",
    "Every survivor of the policy part other than the newest lies in a frame, bounds inclusive; \
     so whatever lies in none is deleted, partial backups too.",
    |case, answer| {
        let Some(frames) = Frames::of(case, answer) else { return Ok(()) };
        let stray = (0..frames.deleted.len()).find(|&version| {
            version != frames.newest
                && !frames.deleted[version]
                && frames.frame_of[version].is_none()
        });
        forbid(stray, |stray| format!("version {stray} survives and lies in no frame"))
    },
);

pub(super) const SPACING: Invariant = about_each_frame!(
    "spacing",
    "Two full survivors of one frame, the newest of all apart, are at least INTERVAL apart.",
    |frames, pair| {
        let interval = frames.pairs[pair].interval();
        let is_near = |&(version, last): &(usize, usize)| {
            !frames.deleted[version] && frames.distance(version, last) < interval
        };
        forbid(frames.after_survivors(pair).find(is_near), |(version, last)| {
            let distance = frames.distance(version, last);
            format!("versions {version} and {last} survive, {distance} apart, below {interval}")
        })
    }
);

pub(super) const MAXIMALITY: Invariant = about_each_frame!(
    "maximality",
    "A full backup that the policy part deletes inside a frame is nearer than INTERVAL to the \
     surviving full one before it.",
    |frames, pair| {
        let interval = frames.pairs[pair].interval();
        let is_far = |&(version, last): &(usize, usize)| {
            frames.deleted[version] && frames.distance(version, last) >= interval
        };
        forbid(frames.after_survivors(pair).find(is_far), |(version, last)| {
            let distance = frames.distance(version, last);
            format!(
                "version {version} is deleted, {distance} after version {last}, which is not \
                 below {interval}"
            )
        })
    }
);

pub(super) const OLDEST_SURVIVES: Invariant = about_each_frame!(
    "oldest-survives",
    "The oldest backup in a frame survives the policy part.",
    |frames, pair| {
        let oldest = frames.inside(pair).next();
        forbid(oldest.filter(|&oldest| frames.deleted[oldest]), |oldest| {
            format!(
                "version {oldest} is the oldest in the frame {} and is deleted",
                frames.name(pair)
            )
        })
    }
);

pub(super) const OLDEST_FULL_SURVIVES: Invariant = about_each_frame!(
    "oldest-full-survives",
    "The oldest full backup in a frame survives the policy part.",
    |frames, pair| {
        let oldest = frames.inside(pair).find(|&version| frames.is_full(version));
        forbid(oldest.filter(|&oldest| frames.deleted[oldest]), |oldest| {
            let frame = frames.name(pair);
            format!("version {oldest} is the oldest full one in the frame {frame} and is deleted")
        })
    }
);

pub(super) const PARTIALS_SURVIVE: Invariant = about_each_frame!(
    "partials-survive",
    "A partial backup inside a frame survives the policy part.",
    |frames, pair| {
        let is_lost = |&version: &usize| !frames.is_full(version) && frames.deleted[version];
        forbid(frames.inside(pair).find(is_lost), |version| {
            format!(
                "version {version} is partial, in the frame {}, and is deleted",
                frames.name(pair)
            )
        })
    }
);

pub(super) const KEEP_ALL: Invariant = about_each_frame!(
    "keep-all",
    "A frame with an INTERVAL of zero keeps all that lies in it.",
    |frames, pair| {
        let gone = frames.inside(pair).find(|&version| frames.deleted[version]);
        forbid(gone.filter(|_| frames.pairs[pair].keeps_all()), |gone| {
            format!("version {gone} is in the frame {}, which keeps all", frames.name(pair))
        })
    }
);

pub(super) const ORDER: Invariant = Invariant {
    needs: &[AnswerPart::Order],
    ..policy(
        "order",
        "The policy part names what it thins frame by frame from the shortest, oldest first \
         within a frame; then what lies in no frame, newest first; then the newest; equal times \
         in the order of their numbers, reversed within a frame.",
        |case, answer| {
            let (Some(frames), Some(deletes)) = (Frames::of(case, answer), &answer.policy_deletes)
            else {
                return Ok(());
            };
            let place = |&version: &usize| {
                case.by_local_time().iter().position(|&other| other == version).unwrap_or(0) as i64
            };
            let key = |version: &VersionNumber| {
                let version = &version.get();
                match frames.frame_of[*version] {
                    _ if *version == frames.newest => (2, None, place(version)),
                    None => (1, None, place(version)),
                    Some(pair) => (0, Some((frames.pairs[pair].frame(), pair)), -place(version)),
                }
            };
            ensure(deletes.is_sorted_by_key(key), || {
                format!("{} is not in Duplicati's order", list(deletes))
            })
        },
    )
};
