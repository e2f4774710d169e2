//! One build with all mutants, in a copy of the tree.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::deferral::Deferral;
use crate::mutant::{Mutant, Verdict, Verdicts};
use crate::schema::Schema;

/// What a match lacks without an arm, it lacks in every build.
const NOT_EXHAUSTIVE: &str = "E0004";

/// Build the tests with every mutant that compiles, and return the test programs.
pub fn build(folder: &Path, mutants: &[Mutant], verdicts: &Verdicts) -> Result<Vec<PathBuf>> {
    for mutant in mutants.iter().filter(|mutant| mutant.returns_opaque()) {
        verdicts.add(mutant, Verdict::Inexpressible)?;
    }
    let tree = folder.join("tree");
    loop {
        let schemata = write(&tree, mutants, verdicts)?;
        let messages = compile(&tree, &folder.join("build"))?;
        let errors: Vec<_> = messages.iter().filter(|message| is_error(message)).collect();
        let mut switched_off = 0;
        for error in &errors {
            let (mut verdict, numbers) = culprits(&schemata, &places(error));
            if error["message"]["code"]["code"] == NOT_EXHAUSTIVE {
                verdict = Verdict::Unviable;
            }
            for number in numbers {
                if verdicts.of(&mutants[number - 1]).is_none() {
                    verdicts.add(&mutants[number - 1], verdict)?;
                    switched_off += 1;
                }
            }
        }
        println!("{} errors, {switched_off} mutants switched off", errors.len());
        match errors.first() {
            None => return Ok(programs(&messages)),
            Some(error) if switched_off == 0 => bail!("{}", error["message"]["rendered"]),
            Some(_) => (),
        }
    }
}

/// The mutants that do not compile: the one whose code is wrong, or else all that share the code.
fn culprits(schemata: &Schemata, places: &[(String, usize)]) -> (Verdict, Vec<usize>) {
    let places = || places.iter().filter_map(|(file, at)| Some((schemata.get(file)?, *at)));
    if let Some(number) = places().find_map(|(schema, at)| schema.mutant_at(at)) {
        return (Verdict::Unviable, vec![number]);
    }
    let mut around = places().map(|(schema, at)| schema.mutants_around(at).to_vec());
    (Verdict::Inexpressible, around.find(|numbers| !numbers.is_empty()).unwrap_or_default())
}

type Schemata = HashMap<String, Schema>;

/// Write the tree.
fn write(tree: &Path, all: &[Mutant], verdicts: &Verdicts) -> Result<Schemata> {
    let mut mutants_in: HashMap<&str, Vec<_>> = HashMap::new();
    for (number, mutant) in (1..).zip(all) {
        let off = [Some(Verdict::Unviable), Some(Verdict::Inexpressible)];
        let is_on = !off.contains(&verdicts.of(mutant));
        mutants_in.entry(&mutant.file).or_default().extend(is_on.then_some((number, mutant)));
    }
    let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git").args(list).output()?;
    ensure!(output.status.success(), "git ls-files: {}", String::from_utf8_lossy(&output.stderr));
    let (names, mut schemata) = (String::from_utf8(output.stdout)?, HashMap::new());
    // Listed, but deleted.
    let files = names.split_terminator('\0').filter(|name| Path::new(name).is_file());
    let is_compiled = |name: &&str| {
        name.ends_with(".rs") && (name.starts_with("src/") || name.starts_with("proptests/"))
    };
    let sources: Vec<_> = files.clone().filter(is_compiled).collect();
    let sources = sources.into_iter().map(|name| Ok((name, fs::read_to_string(name)?)));
    let sources = sources.collect::<Result<Vec<_>>>()?;
    let deferral = Deferral::new(&sources, all)?;
    for name in files {
        let mut content = fs::read(name)?;
        if let Some(mutants) = mutants_in.get(name) {
            let source = String::from_utf8(content)?;
            let schema = Schema::new(name, &source, mutants, &deferral);
            let schema = schema.with_context(|| name.to_owned())?;
            for number in &schema.left {
                verdicts.add(&all[number - 1], Verdict::Inexpressible)?;
            }
            content = schema.text.clone().into_bytes();
            schemata.insert(name.to_owned(), schema);
        }
        if name == "src/lib.rs" {
            content.extend(b"\n#[doc(hidden)]\npub mod mutation;\n");
        }
        put(&tree.join(name), &content)?;
        fs::set_permissions(tree.join(name), fs::metadata(name)?.permissions())?;
    }
    put(&tree.join("src/mutation.rs"), include_bytes!("../inserted.rs"))?;
    Ok(schemata)
}

/// Write a file. One that has this content already is not touched, so that little is built again.
fn put(file: &Path, content: &[u8]) -> Result<()> {
    if !fs::read(file).is_ok_and(|old| old == content) {
        fs::create_dir_all(file.parent().context("a folder")?)?;
        fs::write(file, content)?;
    }
    Ok(())
}

/// Compile the tests, and return Cargo's messages.
fn compile(tree: &Path, target: &Path) -> Result<Vec<Value>> {
    let output = Command::new("cargo")
        .args(["test", "--no-run", "--lib", "--bins", "--test=proptests", "--profile=schema"])
        .arg("--message-format=json")
        .current_dir(tree)
        .env("CARGO_TARGET_DIR", target)
        // A mutant may be odd.
        .env("RUSTFLAGS", "--cap-lints=allow")
        .stderr(Stdio::inherit())
        .output()?;
    let lines = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let messages = lines.map(serde_json::from_slice).collect::<Result<Vec<Value>, _>>()?;
    let failed_without = !output.status.success() && !messages.iter().any(is_error);
    ensure!(!failed_without, "cargo test --no-run failed");
    Ok(messages)
}

fn is_error(message: &Value) -> bool {
    // The last error counts the others, and has no place.
    let has_place = message["message"]["spans"].as_array().is_some_and(|spans| !spans.is_empty());
    message["message"]["level"] == "error" && has_place
}

/// Where an error is, the most important place first.
fn places(error: &Value) -> Vec<(String, usize)> {
    let spans = error["message"]["spans"].as_array().into_iter().flatten();
    let mut spans: Vec<&Value> = spans.collect();
    spans.sort_by_key(|span| span["is_primary"] != true);
    let place = |mut span: &Value| {
        // What a macro wrote is where the macro is called.
        while span["expansion"].is_object() {
            span = &span["expansion"]["span"];
        }
        Some((span["file_name"].as_str()?.to_owned(), span["byte_start"].as_u64()? as usize))
    };
    spans.into_iter().filter_map(place).collect()
}

fn programs(messages: &[Value]) -> Vec<PathBuf> {
    let tests = messages.iter().filter(|message| message["profile"]["test"] == true);
    let paths = tests.filter_map(|message| message["executable"].as_str());
    paths.map(PathBuf::from).collect()
}
