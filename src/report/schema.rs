//! The JSON Schema of each answer.

use schemars::{JsonSchema, Schema, generate::SchemaSettings};

use super::after::{AfterJobsReport, AfterReport, WhyReport};
use super::audit::AuditReport;
use super::check::CheckReport;
use super::compare::CompareReport;
use super::compose::ComposeReport;
use super::conformance::ConformanceReport;
use super::diagnostic::ErrorReport;
use super::expiry::ExpiryReport;
use super::explain::ExplainReport;
use super::forecast::ForecastReport;
use super::log::LogReport;
use super::loss::LossReport;
use super::plan::PlanReport;
use super::verify::VerifyReport;

/// The names of the answers, which are those of the commands that give them; `explain-log` is that
/// of `explain --log`, `after` that of `audit --after` for one job, `after-jobs` for several, and
/// `error` that of a command that cannot answer.
pub const NAMES: [&str; 16] = [
    "check",
    "explain",
    "explain-log",
    "plan",
    "forecast",
    "expiry",
    "compose",
    "compare",
    "loss",
    "audit",
    "after",
    "after-jobs",
    "why",
    "verify",
    "conformance",
    "error",
];

/// The JSON Schema of the answer of this name, if it is one of [`NAMES`].
pub fn schema(name: &str) -> Option<Schema> {
    Some(match name {
        "check" => of::<CheckReport>(),
        "explain" => of::<ExplainReport>(),
        "explain-log" => of::<LogReport>(),
        "plan" => of::<PlanReport>(),
        "forecast" => of::<ForecastReport>(),
        "expiry" => of::<ExpiryReport>(),
        "compose" => of::<ComposeReport>(),
        "compare" => of::<CompareReport>(),
        "loss" => of::<LossReport>(),
        "audit" => of::<AuditReport>(),
        "after" => of::<AfterReport>(),
        "after-jobs" => of::<AfterJobsReport>(),
        "why" => of::<WhyReport>(),
        "verify" => of::<VerifyReport>(),
        "conformance" => of::<ConformanceReport>(),
        "error" => of::<ErrorReport>(),
        _ => return None,
    })
}

/// The schema of what is written, in which a field without a value is `null`.
fn of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}
