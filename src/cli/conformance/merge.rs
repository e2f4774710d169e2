//! `conformance merge`: one report out of those of all parts.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;

use quick_junit::{Report as Suites, TestSuite};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::junit::SUITES;
use crate::Shard;
use crate::cli::exit::{CRASHED, DONE, REFUSED, UNREADABLE};
use crate::cli::failure::Failure;
use crate::report::{ConformanceReport, NotCheckedReport, VerifyReport, write_json};
use crate::sources::os_words;

/// A report of a part, and the file that it is from.
type Part<T> = (PathBuf, T);

pub(super) fn run(paths: &[PathBuf], out: &mut impl Write) -> Result<u8, Failure> {
    let mut texts = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::at(path.display(), os_words(&error)))?;
        texts.push((path.clone(), text));
    }
    let starts_with =
        |start: char| texts.iter().any(|(_, text)| text.trim_start().starts_with(start));
    if starts_with('<') {
        return merge_suites(&texts, out);
    }
    let is_verify = texts.iter().any(|(_, text)| text.contains("\"invariants\""));
    match is_verify {
        true => written(merge_verify(parts(&texts)?)?, out),
        false => written(merge_conformance(parts(&texts)?)?, out),
    }
}

fn written((report, code): (impl Serialize, u8), out: &mut impl Write) -> Result<u8, Failure> {
    write_json(out, &report)?;
    Ok(code)
}

/// Reads the reports.
fn parts<T: DeserializeOwned>(texts: &[Part<String>]) -> Result<Vec<Part<T>>, Failure> {
    let read = |(path, text): &Part<String>| {
        let report = serde_json::from_str(text).map_err(|error| {
            let problem = format!(
                "this is not a report like the others ({error}); give those of verify --json, of \
                 conformance run --json or of conformance run --junit, and of one of these alone"
            );
            Failure::at(path.display(), problem)
        })?;
        Ok((path.clone(), report))
    };
    texts.iter().map(read).collect()
}

/// What all parts must have in common, and which part each is.
trait IsPart {
    fn shard(&self) -> Shard;
    fn run(&self) -> String;
}

impl IsPart for VerifyReport {
    fn shard(&self) -> Shard {
        self.shard
    }

    fn run(&self) -> String {
        format!("{} cases of seed {}", self.cases, self.seed)
    }
}

impl IsPart for ConformanceReport {
    fn shard(&self) -> Shard {
        self.shard
    }

    fn run(&self) -> String {
        let Self { implementation, version, cases, seed, .. } = self;
        let releases = self.releases.join(", ");
        format!("{implementation} {version}, {releases}, {cases} cases of seed {seed}")
    }
}

/// All parts of one run in their order, or what is wrong with them.
fn in_order<T: IsPart>(mut parts: Vec<Part<T>>) -> Result<Vec<T>, Failure> {
    parts.sort_by_key(|(_, report)| report.shard());
    let Some((_, first)) = parts.first() else { return Ok(Vec::new()) };
    let (run, of) = (first.run(), first.shard().of);
    for (place, (path, report)) in (0..).zip(&parts) {
        let shard = report.shard();
        let problem = if report.run() != run {
            format!("is of another run: {}, and an earlier one is of {run}", report.run())
        } else if shard.of != of {
            format!("is part {shard}, and an earlier one is one of {of}")
        } else if shard.number < place {
            format!("is part {shard}, which is there twice")
        } else if shard.number > place {
            format!("is part {shard}, but part {place}/{of} is missing")
        } else {
            continue;
        };
        return Err(Failure::at(path.display(), problem));
    }
    if parts.len() < of as usize {
        return Err(Failure::new(format!("part {}/{of} is missing", parts.len())));
    }
    Ok(parts.into_iter().map(|(_, report)| report).collect())
}

fn merge_verify(parts: Vec<Part<VerifyReport>>) -> Result<(VerifyReport, u8), Failure> {
    let mut reports = in_order(parts)?.into_iter();
    let Some(VerifyReport { seed, cases, mut invariants, .. }) = reports.next() else {
        return Err(Failure::new("no report is given"));
    };
    for report in reports {
        let known = invariants.iter().map(|it| &it.invariant);
        if !known.eq(report.invariants.iter().map(|it| &it.invariant)) {
            return Err(Failure::new("the parts are of programs with other invariants"));
        }
        // An invariant is not asked again once it was violated.
        let open = invariants.iter_mut().zip(report.invariants);
        for (sum, more) in open.filter(|(sum, _)| sum.failure.is_none()) {
            sum.cases += more.cases;
            sum.failure = more.failure;
        }
    }
    let report = VerifyReport::new(seed, cases, Shard::WHOLE, invariants);
    let code = if report.violated == 0 { DONE } else { REFUSED };
    Ok((report, code))
}

fn merge_conformance(
    parts: Vec<Part<ConformanceReport>>,
) -> Result<(ConformanceReport, u8), Failure> {
    let mut reports = in_order(parts)?.into_iter();
    let Some(mut sum) = reports.next() else { return Err(Failure::new("no report is given")) };
    let mut codes = BTreeSet::from([sum.exit_code]);
    for report in reports {
        sum.answers += report.answers;
        sum.right += report.right;
        sum.wrong += report.wrong;
        sum.wrong_as_expected += report.wrong_as_expected;
        sum.not_checked.extend(report.not_checked);
        sum.evaluated += report.evaluated;
        sum.complete &= report.complete;
        sum.counterexamples.extend(report.counterexamples);
        sum.crashes.extend(report.crashes);
        // A known failure that one part met was met.
        sum.expected_to_fail_but_passes
            .retain(|id| report.expected_to_fail_but_passes.contains(id));
        codes.insert(report.exit_code);
    }
    let mut not_checked: BTreeMap<String, u64> = BTreeMap::new();
    for NotCheckedReport { reason, answers } in sum.not_checked {
        *not_checked.entry(reason).or_default() += answers;
    }
    let not_checked = not_checked.into_iter();
    sum.not_checked =
        not_checked.map(|(reason, answers)| NotCheckedReport { reason, answers }).collect();
    if !sum.expected_to_fail_but_passes.is_empty() {
        codes.insert(REFUSED);
    }
    // The worst one comes first.
    let worst = [CRASHED, REFUSED, UNREADABLE].into_iter().find(|code| codes.contains(code));
    sum.exit_code = worst.unwrap_or(DONE);
    sum.shard = Shard::WHOLE;
    let code = sum.exit_code;
    Ok((sum, code))
}

fn merge_suites(texts: &[Part<String>], out: &mut impl Write) -> Result<u8, Failure> {
    let mut merged: Vec<TestSuite> = Vec::new();
    for (path, text) in texts {
        let report = Suites::deserialize_from_str(text).map_err(|error| {
            Failure::at(
                path.display(),
                format!("{error}; the reports of conformance run --junit are expected"),
            )
        })?;
        for suite in report.test_suites {
            let place = merged.iter().position(|other| other.name == suite.name);
            let place = place.unwrap_or_else(|| {
                merged.push(TestSuite::new(suite.name.clone()));
                merged.len() - 1
            });
            for case in suite.test_cases {
                if merged[place].test_cases.iter().any(|other| other.name == case.name) {
                    let problem = format!("{} is in an earlier report as well", case.name.as_str());
                    return Err(Failure::at(path.display(), problem));
                }
                merged[place].add_test_case(case);
            }
        }
    }
    let is_good = merged.iter().all(|suite| suite.failures + suite.errors == 0);
    let mut suites = Suites::new(SUITES);
    suites.add_test_suites(merged);
    let text = suites.to_string().map_err(Failure::new)?;
    out.write_all(text.as_bytes())?;
    Ok(if is_good { DONE } else { REFUSED })
}
