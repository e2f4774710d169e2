//! The JSON Schema of each answer.

use schemars::{Schema, schema_for};

use super::{
    CheckReport, CompareReport, ComposeReport, ExpiryReport, ExplainReport, ForecastReport,
    PlanReport,
};

/// The names of the answers, which are those of the commands that give them.
pub const NAMES: [&str; 7] =
    ["check", "explain", "plan", "forecast", "expiry", "compose", "compare"];

/// The JSON Schema of the answer of this name, if it is one of [`NAMES`].
///
/// ```
/// use duplicati_retention::report::schema;
/// let schema = schema("plan").unwrap();
/// assert!(schema.pointer("/properties/versions").is_some());
/// ```
pub fn schema(name: &str) -> Option<Schema> {
    Some(match name {
        "check" => schema_for!(CheckReport),
        "explain" => schema_for!(ExplainReport),
        "plan" => schema_for!(PlanReport),
        "forecast" => schema_for!(ForecastReport),
        "expiry" => schema_for!(ExpiryReport),
        "compose" => schema_for!(ComposeReport),
        "compare" => schema_for!(CompareReport),
        _ => return None,
    })
}
