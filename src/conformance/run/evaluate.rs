//! A share of the cases, each asked with everything that follows from it: the related cases of
//! metamorphic relations, and its timeline.

use std::sync::atomic::Ordering;

use super::child::Child;
use super::questions::Question;
use super::report::{RunReport, Violated};
use super::shared::Shared;
use crate::conformance::protocol::Ask;
use crate::invariants::ALL;
use crate::testing::Evaluation;

/// How many violations are kept.
const MAX_VIOLATED: usize = 200;

/// Asks one case after the other, until none is left or the run is to halt.
pub(super) fn evaluate(shared: &Shared, report: &mut RunReport) {
    let child = Child::new(shared.program, shared.hello);
    while !shared.is_over() {
        let Some((id, case)) = shared.next_case() else { return };
        let evaluation = Evaluation::new(&child, case);
        for invariant in ALL {
            let Some(Err(violation)) = evaluation.check(invariant) else { continue };
            if shared.config.known.contains(invariant.id) {
                report.known_met.insert(invariant.id.to_owned());
                continue;
            }
            // What was violated once is said once.
            let is_new = report.violated.iter().all(|known| known.invariant.id != invariant.id);
            if is_new && report.violated.len() < MAX_VIOLATED {
                let (id, case) = (id.clone(), evaluation.case().clone());
                report.violated.push(Violated { id, case, invariant, violation });
                shared.progress.wrong.fetch_add(1, Ordering::Relaxed);
            }
        }
        report.evaluated += 1;
        shared.progress.answered.fetch_add(1, Ordering::Relaxed);
        if let Some(crash) = child.take_crash() {
            let (case, ask) = (evaluation.case().clone(), Ask::Plan);
            let question = Question { id, ask, case, is_vector: false, expected: None };
            report.crashes.push((Some(question), crash));
            shared.count_crash();
        }
        if !report.violated.is_empty() && !shared.config.keep_going {
            shared.halt.store(true, Ordering::Relaxed);
        }
    }
}
