//! The widest gap that retention leaves: never wider than the bound, and as wide as that.

use duplicati_retention::Release;
use duplicati_retention::clock::Utc;
use duplicati_retention::clock::Zone;
use duplicati_retention::dotnet::{TICKS_PER_SECOND, TimeSpan};
use duplicati_retention::forecast::{Delivered, Start, gap_bound, longest_distance, simulate};
use duplicati_retention::history::{Backup, History};
use duplicati_retention::invariants::{ALL, Answer, Case, Check};
use duplicati_retention::policy::{PairIndex, Policy};
use duplicati_retention::testing::{Implementation, Reference};

/// Full backups at these seconds, with retention at the end of each, which is its start here.
pub fn run(
    implementation: &dyn Implementation,
    release: Release,
    policy: &str,
    starts: &[i64],
) -> Vec<(Case, Answer)> {
    let mut backups: Vec<Backup> = Vec::new();
    let options = vec![("retention-policy", policy.to_owned())];
    let step = |&start: &i64| {
        let now = Utc::from_unix_seconds(1_795_428_000 + start).unwrap();
        backups.push(Backup::full(now));
        let case = Case::new(release, options.clone(), backups.clone(), Zone::UTC, now);
        let answer = implementation.answer(&case);
        backups = implementation.carry_out(&case, &answer);
        (case, answer)
    };
    starts.iter().map(step).collect()
}

/// The widest gap in seconds behind a survivor in the frame of a pair, at the end of a run.
fn widest_gap(steps: &[(Case, Answer)], pair: PairIndex) -> i64 {
    let Some((case, Answer { decisions: Some(decisions), .. })) = steps.last() else { return 0 };
    let left: Vec<usize> =
        (0..decisions.len()).filter(|&version| !decisions[version].deleted).collect();
    let behind = left.windows(2).filter(|pairs| decisions[pairs[1]].policy.pair() == Some(pair));
    let gap = |pairs: &[usize]| {
        case.local_time(pairs[0]).since(case.local_time(pairs[1])).whole_seconds()
    };
    behind.map(gap).max().unwrap_or(0)
}

/// Every schedule of so many starts that are 1 to `longest` seconds apart.
fn schedules(longest: i64, count: u32) -> impl Iterator<Item = Vec<i64>> {
    (0..longest.pow(count)).map(move |mut number| {
        let mut start = 0;
        let next = || {
            start += 1 + number % longest;
            number /= longest;
            start
        };
        std::iter::repeat_with(next).take(count as usize).collect()
    })
}

#[test]
fn the_bound_is_reached_and_never_passed() {
    let invariant = ALL.iter().find(|invariant| invariant.id == "gap-bound").unwrap();
    let Check::Timeline(check) = invariant.check else { panic!("it is checked over time") };
    // Policy, the pair whose frame is looked at, the longest distance of two starts, how many
    // starts.
    let worlds = [
        ("9s:2s", 0, 2, 9),
        ("9s:3s", 0, 2, 10),
        ("20s:4s", 0, 3, 7),
        ("5s:2s,20s:3s", 1, 2, 13),
        ("5s:2s,20s:4s", 1, 2, 13),
        ("6s:3s,30s:5s", 1, 2, 14),
        ("4s:U,20s:3s", 1, 2, 12),
    ];
    for (text, pair, longest, count) in worlds {
        let (policy, pair) = (Policy::parse(text, Release::V2_3_0).unwrap(), PairIndex::new(pair));
        let bound =
            gap_bound(policy.pairs(), pair, TimeSpan::from_ticks(longest * TICKS_PER_SECOND));
        let mut widest = 0;
        for starts in schedules(longest, count) {
            let steps = run(&Reference, Release::V2_3_0, text, &starts);
            check(&steps).unwrap_or_else(|violation| panic!("{text} at {starts:?}: {violation}"));
            widest = widest.max(widest_gap(&steps, pair));
        }
        assert_eq!(widest, bound.whole_seconds(), "{text}, starts at most {longest} s apart");
    }
}

/// The widest gap in seconds behind a survivor in the frame of a pair, at any time of a forecast.
fn widest_of_a_forecast(policy: &Policy, pair: PairIndex, starts: &[Start]) -> i64 {
    let options = policy.clone().into();
    let mut delivered = Delivered::new(&options, starts);
    let mut widest = 0;
    simulate(&options, &History::new(vec![], Zone::UTC), starts, |there, now| {
        delivered = Delivered::new(&options, &[]);
        delivered.observe(there, now);
        let frame = delivered.frames().into_iter().find(|frame| frame.pair == pair);
        let gap = frame.and_then(|frame| frame.gap).map_or(0, |gap| gap.max.whole_seconds());
        widest = widest.max(gap);
    });
    widest
}

#[test]
fn partial_backups_make_no_gap_wider_than_the_bound() {
    for (text, pair, longest, count) in
        [("9s:3s", 0, 2, 7), ("4s:2s,20s:3s", 1, 2, 8), ("5s:3s", 0, 3, 5)]
    {
        let (policy, pair) = (Policy::parse(text, Release::V2_3_0).unwrap(), PairIndex::new(pair));
        let bound =
            gap_bound(policy.pairs(), pair, TimeSpan::from_ticks(longest * TICKS_PER_SECOND));
        let mut widest = 0;
        for seconds in schedules(longest, count) {
            for partial in 0..1_u32 << count {
                let start = |(place, &seconds): (usize, &i64)| Start {
                    time: Utc::from_unix_seconds(seconds).unwrap(),
                    partial: partial >> place & 1 == 1,
                };
                let starts: Vec<Start> = seconds.iter().enumerate().map(start).collect();
                let gap = widest_of_a_forecast(&policy, pair, &starts);
                assert!(gap <= bound.whole_seconds(), "{text} at {starts:?}: {gap} s");
                widest = widest.max(gap);
            }
        }
        assert!(widest > longest, "{text}: gaps of up to {widest} s say little");
    }
}

/// Runs at hours 13 and 15. The locks kept what the second run then deletes.
#[test]
fn with_locks_a_gap_is_wider_than_the_bound() {
    let at = |hour: i64| Utc::from_unix_seconds(1_795_392_000 + hour * 3_600).unwrap();
    let policy = Policy::parse("13h:6h,U:5h", Release::V2_3_0).unwrap();
    let limited = PairIndex::new(0);
    let bound = gap_bound(policy.pairs(), limited, at(4).since(at(0)));
    assert_eq!(bound.to_string(), "9h 59m 59s");
    let life = |with_locks: bool| {
        let locks = [None, Some(at(28)), Some(at(15)), None, Some(at(29)), None];
        let start = |(hour, lock): (i64, Option<Utc>)| Backup {
            locked_until: lock.filter(|_| with_locks),
            ..Backup::full(at(hour))
        };
        let starts: Vec<Backup> = [0, 3, 6, 10, 13, 15].into_iter().zip(locks).map(start).collect();
        let options = vec![("retention-policy", "13h:6h,U:5h".to_owned())];
        let mut left = starts[..5].to_vec();
        let mut steps = Vec::new();
        for now in [13, 15] {
            if now == 15 {
                left.push(starts[5]);
            }
            let case = Case::new(Release::V2_3_0, options.clone(), left, Zone::UTC, at(now));
            let answer = Reference.answer(&case);
            left = Reference.carry_out(&case, &answer);
            steps.push((case, answer));
        }
        steps
    };
    let wide = life(true);
    assert_eq!(widest_gap(&wide, limited), 10 * 3_600);
    // The invariant does not speak of it, but of the same life without locks it does.
    let invariant = ALL.iter().find(|invariant| invariant.id == "gap-bound").unwrap();
    let Check::Timeline(check) = invariant.check else { panic!("it is checked over time") };
    check(&wide).unwrap();
    check(&life(false)).unwrap();
}

#[test]
fn where_a_clock_is_set_back_there_is_no_bound() {
    // By the clock of Berlin, at 01:50, 02:40, 02:30 and 03:30: the third run sees the second one's
    // backup in the future.
    let at = |minutes: i64| Start {
        time: Utc::from_unix_seconds(1_792_885_800 + minutes * 60).unwrap(),
        partial: false,
    };
    let starts = [at(0), at(50), at(100), at(160)];
    let longest =
        |zone: &str| longest_distance(&History::new(vec![], zone.parse().unwrap()), &starts);
    assert_eq!(longest("Europe/Berlin"), None);
    assert_eq!(longest("UTC").unwrap().whole_seconds(), 3600);
    // A version of the history that is later than the first run.
    let past = History::new(vec![Backup::full(at(1).time)], Zone::UTC);
    assert_eq!(longest_distance(&past, &starts), None);
    // And one that is an hour and ten minutes earlier counts.
    let past = History::new(vec![Backup::full(at(-70).time)], Zone::UTC);
    assert_eq!(longest_distance(&past, &starts).unwrap().whole_seconds(), 4200);
}

#[test]
fn an_exact_schedule_with_the_usual_policy_keeps_ten_backups_a_year() {
    let starts: Vec<i64> = (0..800).map(|day| day * 86_400).collect();
    let steps = run(&Reference, Release::V2_3_0, "1W:1D,4W:1W,12M:1M", &starts);
    assert_eq!(widest_gap(&steps, PairIndex::new(2)), 35 * 86_400);
}
