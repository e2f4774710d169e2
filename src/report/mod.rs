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

mod after;
pub mod age_axis;
mod audit;
mod audit_page;
mod audit_question;
mod batch;
pub mod calendar;
mod check;
mod compare;
mod compose;
mod conformance;
mod context;
pub mod csv;
mod diagnostic;
mod expiry;
mod explain;
mod files;
mod forecast;
mod forecast_conclusion;
mod forecast_words;
mod format;
mod goals;
pub mod html;
mod job;
mod log;
mod loss;
mod next_backup;
mod pairs;
#[cfg(feature = "database")]
mod past;
mod plan;
mod plan_html;
mod plan_svg;
mod rules;
mod schedule;
mod schedule_question;
mod schema;
pub mod svg;
mod timeline;
mod verify;
mod versions;

pub use after::{AfterJob, AfterJobsReport, AfterReport, AfterRun, WhyReport, WhyVersion};
pub use audit::{
    AuditFinding, AuditLine, AuditReport, AuditedJob, AuditedLayer, AuditedOption, Status,
};
pub use audit_page::{HEADINGS as AUDIT_HEADINGS, audit_page};
pub use audit_question::AuditQuestion;
pub use batch::BatchReport;
pub use check::{CheckQuestion, CheckReport, LayerReport, ServerReport};
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
pub use diagnostic::{Diagnostic, ErrorReport, Notice, Place, blockers, what_follows};
pub use expiry::{ExpiryReport, ExpiryVersion};
pub use explain::ExplainReport;
pub use files::{FileAgeReport, FilePeriod, FileReport, FileVersionReport, FilesReport};
pub use forecast::{ForecastQuestion, ForecastReport, FrameReport, RecoverabilityReport};
pub use forecast_conclusion::SuggestionReport;
pub use forecast_words::FRAME_HEADINGS;
pub use format::write_json;
pub use goals::{GoalTexts, Goals};
pub use job::{
    JobUse, caveat_of_a_short_schedule, caveat_of_no_options, caveat_of_the_defaults,
    caveat_of_the_repeat,
};
pub use log::{LogDeletion, LogReport, LogRunReport};
pub use loss::{LossReport, LossSummary, LostReport};
pub use next_backup::{NextBackup, NextBackupReport, NextDecision, PeriodReport};
pub use pairs::PairReport;
#[cfg(feature = "database")]
pub use past::PastQuestion;
pub use plan::{AreaReport, PlanReport, PlanSummary, PolicyReason, VersionDecision};
pub use rules::{OptionReport, rule_name};
pub use schedule::{Planned, ScheduleReport};
pub use schedule_question::{Period, ScheduleQuestion, span_text};
pub use schema::{NAMES, schema};
pub use timeline::{TimelineReport, TimelineVersion};
pub use verify::{FailureReport, InvariantReport, VerifyReport};
pub use versions::VersionReport;
