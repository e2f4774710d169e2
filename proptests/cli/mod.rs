//! The command, as a child process.

mod after;
mod audit;
mod bad_input;
mod batch;
mod check;
mod compare;
mod compose;
mod docs;
mod expiry;
mod explain;
mod forecast;
mod guard;
mod job;
mod loss;
mod memory;
mod narrow;
mod options;
mod plan;
mod schema;
mod texts;
mod verdicts;
mod verify;
mod vocabulary;
mod years;
