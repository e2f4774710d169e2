//! What exists only in the versions that would be deleted?

use schemars::JsonSchema;
use serde::Serialize;

use super::context::Context;
use super::diagnostic::Notice;
use super::versions::VersionReport;
use crate::advice::{bytes, count};

/// What would be lost with the versions that a plan deletes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LossReport {
    /// The text of the policy; `null` if free versions were asked for
    pub policy: Option<String>,
    /// What the answer depends on.
    #[serde(flatten)]
    pub context: Context,
    /// Why Duplicati would refuse to run or would fail, as in the answer of `plan`
    pub blockers: Vec<Notice>,
    /// What you must not miss, as in the answer of `plan`
    pub dangers: Vec<Notice>,
    /// What the source could not tell
    pub caveats: Vec<String>,
    /// How many versions there are
    pub versions: usize,
    /// How many of them would be deleted; `null` if free versions were asked for
    pub deleted: Option<usize>,
    /// What is lost, in all; `null` if free versions were asked for
    pub summary: Option<LossSummary>,
    /// The pattern that the listed paths have; `null` for all
    pub path: Option<String>,
    /// The largest of the lost files and contents, the largest first
    pub lost: Vec<LostReport>,
    /// How many more have such a path
    pub not_listed: u64,
    /// Versions that can be deleted together without losing a content; `null` if they were not
    /// asked for
    pub free: Option<Vec<VersionReport>>,
}

/// What is lost, in all.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LossSummary {
    /// How many paths of files no version has afterwards
    pub files: u64,
    /// How many contents no version has afterwards, of files whose path a version still has
    pub contents: u64,
    /// The size of all contents that no version has afterwards, each once
    pub bytes: u64,
    /// How many blocks no version needs afterwards
    pub freed_blocks: u64,
    /// Their size before compression
    pub freed_bytes: u64,
}

impl LossSummary {
    /// What is lost with some versions, which have this name in the sentence.
    pub fn sentence(&self, versions: &str) -> String {
        let freed = match self.freed_bytes {
            0 => "nothing is freed".to_owned(),
            freed => format!("some {} are freed, before compression", bytes(freed)),
        };
        let lost = match (self.files, self.contents) {
            (0, 0) => {
                return format!(
                    "Every file and every content in {versions} is in another version, too; \
                     {freed}."
                );
            }
            (files, 0) => count(files, "file"),
            (0, contents) => format!("{} of files that stay", count(contents, "content")),
            (files, contents) => {
                format!(
                    "{} and {} of other files",
                    count(files, "file"),
                    count(contents, "content")
                )
            }
        };
        let exist = if self.files + self.contents == 1 { "exists" } else { "exist" };
        let size = bytes(self.bytes);
        format!("{lost} {exist} only in {versions}, {size} in all; {freed}.")
    }
}

/// A file, or one of its contents, that no version has afterwards.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct LostReport {
    /// The size of the content
    pub bytes: u64,
    /// The path of the file
    pub path: String,
    /// The hash of the content in base64, as Duplicati stores it
    pub hash: String,
    /// Whether a version still has a file with this path
    pub path_remains: bool,
    /// Whether a version still has this content, as another file
    pub content_remains: bool,
}

impl LostReport {
    /// What is lost, in a few words.
    pub fn what(&self) -> &'static str {
        match (self.path_remains, self.content_remains) {
            (false, false) => "the file",
            (false, true) => "the name; another file has the content",
            (true, _) => "this content",
        }
    }
}
