//! Answers of Duplicati's own code, and whether an implementation gives the same.
//!
//! [`vector`] is the format of the files: one case a line, with what each release answers. [`replay`] asks this crate's own
//! implementation every case of a file and tells the differences; it reads a stream, so a file may have any size.
//!
//! This room does not know the terminal.

pub mod replay;
pub mod vector;
