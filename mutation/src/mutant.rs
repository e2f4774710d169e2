//! The mutants that `cargo mutants` lists, and what became of each.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use syn::spanned::Spanned;

/// How a mutant changes the code; cargo-mutants' own words.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Hash)]
pub enum Genre {
    FnValue,
    BinaryOperator,
    UnaryOperator,
    MatchArm,
    MatchArmGuard,
    StructField,
}

/// Lines and columns count from 1.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

impl Position {
    /// Where code begins.
    pub fn start(code: &impl Spanned) -> Self {
        let start = code.span().start();
        Self { line: start.line, column: start.column + 1 }
    }

    pub fn end(code: &impl Spanned) -> Self {
        let end = code.span().end();
        Self { line: end.line, column: end.column + 1 }
    }
}

#[derive(Deserialize)]
pub struct Span {
    pub start: Position,
    pub end: Position,
}

#[derive(Deserialize)]
pub struct Function {
    pub return_type: String,
}

#[derive(Deserialize)]
pub struct Mutant {
    pub file: String,
    pub name: String,
    pub genre: Genre,
    pub replacement: String,
    pub span: Span,
    pub function: Option<Function>,
}

impl Mutant {
    fn is_in(&self, path: &str) -> bool {
        Path::new(&self.file).starts_with(path)
    }

    /// Whether it returns from a function of an opaque type. That stands for a single type, so two
    /// returns cannot differ. An iterator can be boxed, unless it must be cloned.
    pub fn returns_opaque(&self) -> bool {
        let is_opaque = |function: &Function| {
            let rest = function.return_type.replacen("-> impl Iterator", "", 1);
            rest.contains("impl ") || rest.ends_with("Clone")
        };
        self.genre == Genre::FnValue && self.function.as_ref().is_some_and(is_opaque)
    }

    /// The module that is counted: `src/report` for `src/report/plan.rs`.
    pub fn module(&self) -> &str {
        self.file.match_indices('/').nth(1).map_or(&self.file, |(at, _)| &self.file[..at])
    }
}

/// The mutants in these files or folders, by default in all that are configured. A mutant's number is
/// its place here, from 1.
pub fn list(paths: &[String]) -> Result<Vec<Mutant>> {
    let output = Command::new("cargo").args(["mutants", "--list", "--json"]).output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "cargo mutants --list: {text}");
    let mut mutants: Vec<Mutant> =
        serde_json::from_slice(&output.stdout).context("what cargo mutants lists")?;
    let is_asked = |path: &String| mutants.iter().any(|mutant| mutant.is_in(path));
    if let Some(path) = paths.iter().find(|path| !is_asked(path)) {
        bail!("cargo mutants lists nothing in {path}");
    }
    mutants.retain(|mutant| paths.is_empty() || paths.iter().any(|path| mutant.is_in(path)));
    Ok(mutants)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    Caught,
    /// A test caught it by running longer than it may.
    Timeout,
    Missed,
    Unreached,
    /// The mutant does not compile.
    Unviable,
    /// The mutant does not compile beside the others, and needs a build of its own.
    Inexpressible,
}

impl Verdict {
    pub const ALL: [Self; 6] = [
        Self::Caught,
        Self::Timeout,
        Self::Missed,
        Self::Unreached,
        Self::Unviable,
        Self::Inexpressible,
    ];

    fn file(self) -> String {
        format!("{self:?}.txt").to_lowercase()
    }
}

/// The verdicts so far, a file for each kind, so that a run can be continued.
pub struct Verdicts {
    folder: PathBuf,
    known: Mutex<HashMap<String, Verdict>>,
}

impl Verdicts {
    pub fn read(folder: PathBuf) -> Self {
        let texts =
            Verdict::ALL.map(|verdict| (verdict, fs::read_to_string(folder.join(verdict.file()))));
        let mut known = HashMap::new();
        for (verdict, text) in texts {
            known.extend(
                text.iter().flat_map(|text| text.lines()).map(|name| (name.into(), verdict)),
            );
        }
        Self { folder, known: Mutex::new(known) }
    }

    pub fn of(&self, mutant: &Mutant) -> Option<Verdict> {
        self.known.lock().unwrap().get(&mutant.name).copied()
    }

    pub fn add(&self, mutant: &Mutant, verdict: Verdict) -> Result<()> {
        let mut known = self.known.lock().unwrap();
        if known.insert(mutant.name.clone(), verdict) != Some(verdict) {
            let path = self.folder.join(verdict.file());
            let mut file = OpenOptions::new().create(true).append(true).open(path)?;
            writeln!(file, "{}", mutant.name)?;
        }
        Ok(())
    }

    /// Forget which of these no test caught.
    pub fn forget_survivors(&self, mutants: &[Mutant]) -> Result<()> {
        let mut known = self.known.lock().unwrap();
        for verdict in [Verdict::Missed, Verdict::Unreached] {
            for mutant in mutants {
                if known.get(&mutant.name) == Some(&verdict) {
                    known.remove(&mutant.name);
                }
            }
            let left = known.iter().filter(|(_, known)| **known == verdict);
            let text: String = left.map(|(name, _)| format!("{name}\n")).collect();
            fs::write(self.folder.join(verdict.file()), text)?;
        }
        Ok(())
    }
}
