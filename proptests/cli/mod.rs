//! The command, as a child process.

mod bad_input;
mod check;
mod compare;
mod compose;
mod docs;
mod expiry;
mod explain;
mod forecast;
mod job;
mod memory;
mod narrow;
mod options;
mod plan;
pub mod sample_database;
mod schema;
mod texts;
mod verdicts;
mod verify;
mod vocabulary;
mod years;
