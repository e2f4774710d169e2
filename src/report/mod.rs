//! The answers, one type for each question: [`CheckReport`], [`ExplainReport`], [`PlanReport`],
//! [`ForecastReport`], [`ExpiryReport`], [`ComposeReport`], [`CompareReport`], [`VerifyReport`]
//! and [`ConformanceReport`].
//!
//! What `--json` prints, what the text shows and what a page draws is such a value and nothing
//! else. Each is made from plain inputs, serializes with serde and has a JSON [`schema()`]. A
//! question without an answer is a [`Diagnostic`]: what is wrong, where, and what to write instead.
//! [`svg`], [`html`], [`csv`] and [`age_axis`] draw.
//!
//! This module does not know terminals, browsers or files, and reads no clock.
//!
//! Start with [`ExplainReport`], the shortest, and [`Context`]; `format.rs` says how times and
//! spans look in JSON.

pub mod age_axis;
mod check;
mod compare;
mod compose;
mod conformance;
mod context;
pub mod csv;
mod diagnostic;
mod expiry;
mod explain;
mod forecast;
mod forecast_words;
mod format;
pub mod html;
mod job;
mod pairs;
mod plan;
mod schedule;
mod schedule_question;
mod schema;
pub mod svg;
mod timeline;
mod verify;
mod versions;

pub use check::{CheckReport, ServerReport, WebPageReport};
pub use compare::{
    AgeRangeReport, CompareReport, ComparedSide, DeletedVersion, NowReport, OutcomeReport,
    SideReport, YearsReport, YearsSideReport,
};
pub use compose::{ComposeReport, CoverageReport, GoalReport, NamedGoal};
pub use conformance::{
    ConformanceReport, CounterexampleReport, CrashReport, LikenessReport, NotCheckedReport,
    ViolationReport,
};
pub use context::{Context, Moment};
pub use diagnostic::{Diagnostic, Notice, Place};
pub use expiry::{ExpiryReport, ExpiryVersion};
pub use explain::ExplainReport;
pub use forecast::{
    ForecastQuestion, ForecastReport, FrameReport, RecoverabilityReport, SuggestionReport,
};
pub use forecast_words::FRAME_HEADINGS;
pub use format::write_json;
pub use job::{JobUse, caveat_of_no_options, caveat_of_the_policy_alone, caveat_of_the_repeat};
pub use pairs::PairReport;
pub use plan::{AreaReport, PlanReport, PlanSummary, PolicyReason, VersionDecision};
pub use schedule::{Planned, ScheduleReport};
pub use schedule_question::{Period, ScheduleQuestion, span_text};
pub use schema::{NAMES, schema};
pub use timeline::{TimelineReport, TimelineVersion};
pub use verify::{FailureReport, InvariantReport, VerifyReport};
pub use versions::VersionReport;
