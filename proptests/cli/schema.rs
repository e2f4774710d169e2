//! The JSON Schema of each answer: real answers keep to it, and docs/json.md has every field.
//!
//! After a change that is meant: `UPDATE_DOCS=1 cargo test every_field`.

use std::collections::BTreeMap;
use std::{env, fs};

use duplicati_retention::report;
use serde_json::Value;

use crate::support::{real_database, root, run};

const NOW: [&str; 4] = ["--now", "2026-11-23T10:00:00Z", "--time-zone", "Europe/Berlin"];
const JOB: [&str; 2] = ["--job", "samples/job.json"];
const TIMES: [&str; 2] = ["--times", "samples/times.txt"];
const DAILY: [&str; 4] = ["--every", "1D", "--for", "60D"];

fn schema(name: &str) -> Value {
    report::schema(name).expect("it has a schema").to_value()
}

/// What a schema refers to, or itself.
fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => root.pointer(&reference[1..]).expect("the reference leads somewhere"),
        None => schema,
    }
}

/// Why a value is not what a schema allows, as far as the schemas of the answers go.
fn misfit(root: &Value, schema: &Value, value: &Value) -> Option<String> {
    let schema = resolved(root, schema);
    if let Some(choices) = schema["anyOf"].as_array() {
        let mut misfits = choices.iter().map(|choice| misfit(root, choice, value));
        return misfits
            .find(Option::is_none)
            .unwrap_or(Some(format!("{value} is none of several")));
    }
    if let Some(values) = schema["enum"].as_array() {
        return (!values.contains(value)).then(|| format!("{value} is not in {values:?}"));
    }
    let has_type = |name: &Value| match name.as_str().expect("the name of a type") {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_u64(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("no answer has a {other}"),
    };
    let names =
        schema["type"].as_array().map_or(std::slice::from_ref(&schema["type"]), Vec::as_slice);
    if !names.iter().any(has_type) {
        return Some(format!("{value} is not {names:?}"));
    }
    let bounds = [("minItems", 0), ("maxItems", usize::MAX)]
        .map(|(bound, default)| schema[bound].as_u64().map_or(default, |bound| bound as usize));
    if let Some(list) = value.as_array() {
        if !(bounds[0]..=bounds[1]).contains(&list.len()) {
            return Some(format!("{} elements are not {bounds:?}", list.len()));
        }
        return list.iter().find_map(|element| misfit(root, &schema["items"], element));
    }
    let fields = value.as_object()?;
    let described = schema["properties"].as_object().expect("an object has properties");
    let required = schema["required"].as_array().into_iter().flatten();
    let missing = required.filter_map(Value::as_str).find(|name| !fields.contains_key(*name));
    if let Some(name) = missing {
        return Some(format!("{name} is missing"));
    }
    fields.iter().find_map(|(name, field)| match described.get(name) {
        Some(schema) => misfit(root, schema, field).map(|misfit| format!("{name}: {misfit}")),
        None => Some(format!("{name} is not in the schema")),
    })
}

#[test]
fn every_answer_in_json_keeps_to_its_schema() {
    let (_folder, loss) = real_database("loss-before");
    let loss = loss.to_str().expect("a path");
    let (_past, past) = real_database("smart-berlin");
    let past = past.to_str().expect("a path");
    let mut asked = BTreeMap::<&str, usize>::new();
    for args in [
        &["check", "12M:1M,"][..],
        &["check", "7D:1D:1h,x"],
        &["check", JOB[0], JOB[1]],
        &[&["explain", "1W:1D,U:1W"][..], &NOW].concat(),
        &[&["explain"], &JOB[..], &NOW].concat(),
        &["explain", "--log", "samples/duplicati.log", "--time-zone", "Europe/Berlin"],
        &[&["plan", "7D:1D,28D:U"], &TIMES[..], &NOW].concat(),
        &[&["plan", "1D:1D", "--keep-time", "3D"], &TIMES[..], &NOW, &["--version", "0-9"]]
            .concat(),
        &[&["plan", "", "--times", "-", "--allow-empty", "--keep-versions", "1"], &NOW[..]]
            .concat(),
        &[&["plan", "1W:1D,4W:1W,12M:1M", "--database", "samples/photos.sqlite"], &NOW[..]]
            .concat(),
        &[&["forecast", "7D:1D,U:1W", "--miss", "5%", "--runs", "3"], &DAILY[..], &NOW].concat(),
        &[&["forecast", "", "--miss", "100%", "--within", "1D"], &DAILY[..], &NOW].concat(),
        &[&["forecast", "--from", "samples/times.txt"], &JOB[..], &NOW].concat(),
        &[&["expiry", "7D:1D"], &TIMES[..], &DAILY, &NOW, &["--days", "mon,tue"]].concat(),
        &[&["loss", "3D:1D", "--database", loss], &NOW[..]].concat(),
        &[&["loss", "--free", "--database", loss], &NOW[..]].concat(),
        &["audit", "--after", past],
        &["audit", "--after", "samples/Duplicati"],
        &["why", "2026-03-1", "--database", past],
        &[&["audit", "samples/Duplicati"], &NOW[..]].concat(),
        &[&["compose", "--daily", "20D", "--yearly", "forever"], &DAILY[..], &NOW].concat(),
        &[&["compose", "--weekly", "6M"], &JOB[..], &NOW].concat(),
        &[&["compare", "7D:1D", "U:U"], &NOW[..]].concat(),
        &[&["compare", "1D:1D"], &JOB[..], &TIMES, &NOW].concat(),
        &["verify", "--cases", "1"],
        &[&["compare", "12M:1M", "--release", "2.1", "--release", "2.3.0"], &DAILY[..], &NOW]
            .concat(),
    ] {
        let answer = run(&[args, &["--json"]].concat());
        let value: Value = serde_json::from_str(&answer.stdout).expect(&answer.stderr);
        let name = match args[0] {
            _ if args.contains(&"--after") && args.contains(&past) => "after",
            _ if args.contains(&"--after") => "after-jobs",
            _ if args.contains(&"--log") => "explain-log",
            name => name,
        };
        let schema = schema(name);
        assert_eq!(misfit(&schema, &schema, &value), None, "{args:?}");
        // The check itself: a field less, a field more, a field of another type.
        let fields = value.as_object().expect("an answer is an object");
        for name in fields.keys() {
            let mut less = fields.clone();
            less.remove(name);
            let mut other = fields.clone();
            other[name] = serde_json::json!({ "other": true });
            let mut more = fields.clone();
            more.insert(format!("{name}_more"), Value::Null);
            for wrong in [less, other, more] {
                assert!(misfit(&schema, &schema, &wrong.into()).is_some(), "{args:?}: {name}");
            }
        }
        *asked.entry(name).or_default() += 1;
    }
    let error = run(&["plan", "7D:1d", "--times", "samples/times.txt", "--json"]).stderr;
    let (schema, value) = (schema("error"), serde_json::from_str(&error).expect("it is JSON"));
    assert_eq!(misfit(&schema, &schema, &value), None);
    let mut names = report::NAMES.iter().filter(|name| !["conformance", "error"].contains(name));
    assert!(names.all(|name| asked.contains_key(name)), "{asked:?}");
}

/// `conformance run` writes its answer into a file.
#[test]
fn the_report_of_a_conformance_run_keeps_to_its_schema() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("report.json").display().to_string();
    for implementation in ["mutant:OutsideKept", "mutant:BoundExclusive", "engine"] {
        let command = [env!("CARGO_BIN_EXE_duplicati-retention"), "conformance", "serve", "--with"];
        let options = ["conformance", "run", "--cases", "40", "--json", &file, "--"];
        run(&[&options[..], &command, &[implementation]].concat());
        let text = fs::read_to_string(&file).expect("a report");
        let value: Value = serde_json::from_str(&text).expect("JSON");
        let schema = schema("conformance");
        assert_eq!(misfit(&schema, &schema, &value), None, "{implementation}");
        assert_eq!(value["counterexamples"] != serde_json::json!([]), implementation != "engine");
    }
}

#[test]
fn the_command_prints_the_schemas() {
    let names = run(&["schema"]).stdout;
    assert_eq!(names.lines().collect::<Vec<_>>(), report::NAMES);
    for name in report::NAMES {
        let printed: Value = serde_json::from_str(&run(&["schema", name]).stdout).unwrap();
        assert_eq!(printed, schema(name));
    }
    assert_eq!(run(&["schema", "man"]).code, 2);
}

/// A type in words; a type with fields is a link to its table.
fn type_in_words(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = part_name(reference.rsplit('/').next().unwrap());
        return format!("[{name}](#{})", name.to_lowercase());
    }
    if let Some([one, null]) = schema["anyOf"].as_array().map(Vec::as_slice) {
        assert_eq!(null["type"], "null");
        return type_in_words(one) + " or null";
    }
    if schema["enum"].is_array() {
        return "string".into();
    }
    let format = schema["format"].as_str().unwrap_or_default();
    match &schema["type"] {
        Value::String(name) if name == "array" => {
            let many =
                schema["minItems"].as_u64().map_or("list of".into(), |many| many.to_string());
            format!("{many} {}", type_in_words(&schema["items"]))
        }
        Value::String(name) if format == "date-time" && name == "string" => "UTC time".into(),
        Value::String(name) => name.replace("integer", "number"),
        Value::Array(names) => {
            let name = names[0].as_str().unwrap().replace("integer", "number");
            format!("{} or null", if format == "date-time" { "UTC time" } else { &name })
        }
        other => panic!("{other} is not a type"),
    }
}

/// What a type is called in the document.
fn part_name(name: &str) -> String {
    name.replace("Report", "").split('_').next().unwrap_or_default().to_owned()
}

fn table(schema: &Value) -> String {
    let mut table = String::from("| field | type | meaning |\n| --- | --- | --- |\n");
    for (name, field) in schema["properties"].as_object().expect("a type has fields") {
        let meaning = field["description"].as_str().expect(name).replace('\n', " ");
        table += &format!("| `{name}` | {} | {meaning} |\n", type_in_words(field));
    }
    table
}

/// The document with a table for each answer and for each part of several answers; the rest of it
/// is written by hand.
fn with_tables(document: &str) -> String {
    let mut parts = BTreeMap::new();
    let mut sections: Vec<(String, String)> = Vec::new();
    for name in report::NAMES {
        let schema = schema(name);
        sections.push((format!("## `{name} --json`"), table(&schema)));
        for (part, schema) in schema["$defs"].as_object().into_iter().flatten() {
            parts.insert(format!("### {}", part_name(part)), table(schema));
        }
    }
    sections.extend(parts);
    let mut document = document.to_owned();
    for (heading, table) in &sections {
        let start = document.find(&format!("{heading}\n")).unwrap_or_else(|| {
            document += &format!("\n{heading}\n\n| field |\n");
            document.len() - heading.len() - 12
        });
        let start = start + document[start..].find("| field |").expect("a table");
        let end = document[start..].find("\n\n").map_or(document.len(), |end| start + end + 1);
        document.replace_range(start..end, table);
    }
    let mut heading = "";
    for line in document.lines() {
        if line.starts_with('#') {
            heading = line;
        }
        let is_known = || sections.iter().any(|(known, _)| known == heading);
        assert!(!line.starts_with("| field |") || is_known(), "{heading} is not in any answer");
    }
    document
}

#[test]
fn docs_json_has_every_field_of_every_answer_and_no_other() {
    let path = root().join("docs/json.md");
    let document = fs::read_to_string(&path).expect("docs/json.md");
    let expected = with_tables(&document);
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &expected).expect("docs/json.md is written");
    }
    assert!(document == expected, "docs/json.md does not have the fields that the answers have");
}
