//! Fresh vectors from a seed, in the format of the vector files.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::protocol::{Ask, question_line};
use super::run::{as_vector, right};
use crate::Release;
use crate::policy::web_page;
use crate::testing::CaseSeed;

/// The vector of this number of a seed: a line of a vector file, with what the mirror answers for
/// each of these releases.
///
/// Policies and histories take turns. A release whose answer is not defined is left out.
///
/// ```
/// use duplicati_retention::{Release, conformance::{generate_vector, replay, vector::Vector}};
/// let vector = Vector::parse(&generate_vector(1, 7, &Release::ALL))?;
/// assert!(replay::check(&vector).is_empty());
/// # Ok::<(), duplicati_retention::conformance::vector::VectorError>(())
/// ```
pub fn generate_vector(seed: u64, number: u64, releases: &[Release]) -> String {
    let case = CaseSeed::random(seed, number).case();
    let ask = if number.is_multiple_of(2) { Ask::Parse } else { Ask::Plan };
    let expect: BTreeMap<&str, Value> = releases
        .iter()
        .filter_map(|&release| {
            Some((release.name(), as_vector(&right(ask, &case.with_release(release))?)))
        })
        .collect();
    let id = format!("{}-{seed}-{number}", if ask == Ask::Parse { "policy" } else { "retention" });
    // The question's own fields are those of the vector.
    let question = question_line(ask, &case, &id, true);
    let mut vector: serde_json::Map<String, Value> =
        serde_json::from_str(&question).unwrap_or_default();
    vector.remove("ask");
    vector.remove("release");
    if ask == Ask::Parse {
        vector.insert("web_ui_accepts".into(), web_page::check(case.policy_text()).is_ok().into());
    }
    vector.insert("expect".into(), json!(expect));
    Value::from(vector).to_string()
}
