//! `cargo xtask fuzz`: the targets of `fuzz/`, from a corpus that is made of the fixtures.
//!
//! Without cargo-fuzz, which would have to be compiled, and wants nightly for its sanitizers: the library
//! forbids `unsafe`, so there is little for them to find. Coverage is all that libFuzzer needs, and stable
//! can instrument for it. `cargo fuzz` works on the same directory.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use agentmail_webhooks::{EVENT_SCHEMAS, OBJECT_SCHEMAS};
use serde_json::Value;

use crate::Failure;
use crate::run::{ask, at, cargo, files, fresh, program, read, root, run, step, target, write};

const TARGETS: [&str; 4] = ["verify", "parse", "headers", "addresses"];
const DEFAULT_SECONDS: u64 = 600;
/// Longest input: of what is longer, nothing is new.
const MAX_LENGTH: usize = 8192;

/// As cargo-fuzz passes them, but for the sanitizer.
const RUSTFLAGS: [&str; 7] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
];

pub(crate) fn run_command(arguments: &[String]) -> Result<(), Failure> {
    const USAGE: &str = "cargo xtask fuzz [--seconds N] [verify] [parse] [headers] [addresses]";
    let (mut seconds, mut chosen) = (DEFAULT_SECONDS, Vec::new());
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        if argument == "--seconds" {
            let number = arguments.next().and_then(|number| number.parse().ok());
            seconds = number.ok_or_else(|| format!("--seconds needs a number: {USAGE}"))?;
        } else {
            let known = TARGETS.into_iter().find(|target| target == argument);
            chosen.push(known.ok_or_else(|| format!("{argument} means nothing here: {USAGE}"))?);
        }
    }
    if chosen.is_empty() {
        chosen.extend(TARGETS);
    }
    let programs = build()?;
    seed()?;
    let mut table = format!(
        "\n  {:<10} {:>12} {:>9} {:>7} {:>8} {:>7}\n",
        "target", "executions", "a second", "edges", "features", "corpus"
    );
    for name in chosen {
        step(&format!("fuzzing {name} for {seconds} s"));
        // What is found is kept, and the next run starts from it.
        let corpus = directory().join("corpus").join(name);
        fs::create_dir_all(&corpus).map_err(at(&corpus))?;
        let found = fuzz(&programs, name, &corpus, &[format!("-max_total_time={seconds}")])?;
        let _ = writeln!(
            table,
            "  {name:<10} {:>12} {:>9} {:>7} {:>8} {:>7}",
            found.executions, found.a_second, found.edges, found.features, found.corpus
        );
    }
    println!("{table}");
    Ok(())
}

/// The same executions every time, for `cargo xtask test`.
pub(crate) fn smoke() -> Result<(), Failure> {
    let programs = build()?;
    seed()?;
    for name in TARGETS {
        let corpus = directory().join("smoke").join(name);
        fresh(&corpus)?;
        let found = fuzz(&programs, name, &corpus, &["-runs=50000".to_owned(), "-seed=1".to_owned()])?;
        step(&format!("fuzzed {name}: {} executions, {} edges", found.executions, found.edges));
    }
    Ok(())
}

fn directory() -> PathBuf {
    target().join("fuzz")
}

/// Builds the targets, and says where they are.
fn build() -> Result<PathBuf, Failure> {
    let compiler = std::env::var_os("CXX").unwrap_or_else(|| "c++".into());
    ask(program(compiler).arg("--version")).ok_or(
        "libFuzzer needs a C++ compiler, and c++ was not found: install g++ or clang with your package manager",
    )?;
    let rustc = ask(program("rustc").arg("-vV")).unwrap_or_default();
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.ok_or("rustc was not found: install it from https://rustup.rs")?;
    step("building the fuzz targets");
    let manifest = root().join("fuzz/Cargo.toml");
    run(cargo().args(["fmt", "--check", "--manifest-path"]).arg(&manifest))?;
    let mut build = cargo();
    build.args(["build", "--quiet", "--locked", "--release", "--bins", "--manifest-path"]).arg(&manifest);
    // With a target, build scripts are not instrumented.
    build.args(["--target", host, "--target-dir"]).arg(directory().join("build"));
    run(build.env("CARGO_ENCODED_RUSTFLAGS", RUSTFLAGS.join("\u{1f}")))?;
    Ok(directory().join("build").join(host).join("release"))
}

/// What libFuzzer tells at the end.
struct Found {
    executions: String,
    a_second: String,
    edges: String,
    features: String,
    corpus: String,
}

fn fuzz(programs: &Path, name: &str, corpus: &Path, limit: &[String]) -> Result<Found, Failure> {
    let artifacts = directory().join("artifacts");
    fs::create_dir_all(&artifacts).map_err(at(&artifacts))?;
    let mut fuzzer = program(programs.join(name));
    fuzzer.args(limit).arg(corpus).arg(directory().join("seeds").join(name));
    fuzzer.args(["-print_final_stats=1", "-timeout=10", "-rss_limit_mb=2048", "-reload=0"]);
    fuzzer.arg(format!("-max_len={MAX_LENGTH}"));
    fuzzer.arg(format!("-dict={}", directory().join("dictionary").display()));
    fuzzer.arg(format!("-artifact_prefix={}/{name}-", artifacts.display()));
    let output = fuzzer.output().map_err(|error| format!("{name} cannot be started: {error}"))?;
    let told = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        eprintln!("{told}");
        return Err(format!(
            "fuzzing {name} found the input above. Run it alone: {} <input>; make it smaller: \
             add -minimize_crash=1 -max_total_time=60. Then make it a fixture.",
            programs.join(name).display()
        ));
    }
    let statistic =
        |key: &str| told.lines().rev().find_map(|line| Some(line.strip_prefix(key)?.trim().to_owned()));
    let last = told.lines().rev().find(|line| line.contains(" cov: ")).unwrap_or_default();
    let words: Vec<_> = last.split_whitespace().collect();
    let after = |key: &str| {
        words.windows(2).find_map(|pair| (pair.first()? == &key).then(|| pair.last().copied())?)
    };
    let word = |key: &str| after(key).unwrap_or("?").to_owned();
    Ok(Found {
        executions: statistic("stat::number_of_executed_units:").unwrap_or_default(),
        a_second: statistic("stat::average_exec_per_sec:").unwrap_or_default(),
        edges: word("cov:"),
        features: word("ft:"),
        corpus: word("corp:"),
    })
}

/// Writes the seeds and the dictionary.
fn seed() -> Result<(), Failure> {
    let seeds = directory().join("seeds");
    fresh(&seeds)?;
    let mut addresses = BTreeSet::new();
    for path in files(&root().join("tests/fixtures"))? {
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let file: Value =
            serde_json::from_str(&read(&path)?).map_err(|error| format!("{}: {error}", path.display()))?;
        for case in file.get("cases").and_then(Value::as_array).into_iter().flatten() {
            let (Some(id), Some(payload)) = (case["id"].as_str(), payload(case)) else { continue };
            if payload.len() > MAX_LENGTH {
                continue;
            }
            if let Ok(json) = serde_json::from_slice(&payload) {
                find_addresses(&json, &mut addresses);
            }
            // The format is told in fuzz/src/lib.rs.
            for (suffix, signed_again) in [("", false), ("-signed", true)] {
                let Some(head) = request_head(case, signed_again) else { continue };
                let request = [head.as_bytes(), &payload].concat();
                for name in ["verify", "headers"] {
                    write(&seeds.join(name).join(format!("{id}{suffix}")), &request)?;
                }
            }
            write(&seeds.join("parse").join(id), payload)?;
        }
    }
    for (number, address) in addresses.iter().enumerate() {
        write(&seeds.join("addresses").join(number.to_string()), address)?;
    }
    write(&directory().join("dictionary"), dictionary())
}

fn payload(case: &Value) -> Option<Vec<u8>> {
    if let Some(digits) = case["payload_hex"].as_str() {
        let digits: Vec<_> = digits.chars().collect();
        let pairs =
            digits.chunks(2).map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).ok());
        return pairs.collect();
    }
    Some(case["payload"].as_str()?.into())
}

/// Everything before the payload.
fn request_head(case: &Value, signed_again: bool) -> Option<String> {
    let now = case["now"].as_u64()?;
    let mut head = format!("{now} {}\n", case["tolerance"].as_u64().unwrap_or(300));
    for secret in case["secrets"].as_array()? {
        let _ = writeln!(head, "{} {}", secret["scheme"].as_str()?, secret["secret"].as_str()?);
    }
    for pair in case["headers"].as_array()? {
        let (name, value) = (pair[0].as_str()?, pair[1].as_str()?);
        let value = if signed_again { sign_again(name, value) } else { value.to_owned() };
        let _ = write!(head, "\n{name}: {value}");
    }
    Some(head + "\n\n")
}

/// The signature, if this is one, as what stands for the right one.
fn sign_again(name: &str, value: &str) -> String {
    match name.to_ascii_lowercase().as_str() {
        "svix-signature" | "webhook-signature" => {
            let entry = |entry: &str| {
                if entry.starts_with("v1,") { "v1,{standard}".to_owned() } else { entry.to_owned() }
            };
            value.split(' ').map(entry).collect::<Vec<_>>().join(" ")
        }
        "x-agentmail-signature" if value.starts_with("v1=") => "v1={timestamped}".to_owned(),
        "x-agentmail-signature" if value.starts_with("sha256=") => "sha256={body}".to_owned(),
        "x-agentmail-signature" => "{body}".to_owned(),
        _ => value.to_owned(),
    }
}

fn find_addresses(json: &Value, found: &mut BTreeSet<String>) {
    match json {
        Value::String(text) if text.contains(['@', '<', '>', '"']) => drop(found.insert(text.clone())),
        Value::Array(list) => list.iter().for_each(|item| find_addresses(item, found)),
        Value::Object(object) => object.values().for_each(|member| find_addresses(member, found)),
        _ => {}
    }
}

/// Words that matter, in the form of libFuzzer.
fn dictionary() -> String {
    let fields = OBJECT_SCHEMAS.iter().flat_map(|object| object.fields).map(|field| field.name);
    let names = fields.chain(["event_type", "type", "from_", "name", "email", "extra"]);
    let types = EVENT_SCHEMAS.iter().map(|event| event.name).chain(["event"]);
    let mut words: BTreeSet<String> = names.map(|name| format!("\"{name}\":")).collect();
    words.extend(types.map(|name| format!("\"{name}\"")));
    words.extend(
        ["null", "{}", "[]", "\\ud800", "{standard}", "{timestamped}", "{body}", "v1,", "v1=", "sha256="]
            .map(str::to_owned),
    );
    for prefix in ["svix", "webhook"] {
        words.extend(["id", "timestamp", "signature"].map(|part| format!("{prefix}-{part}: ")));
    }
    words.extend(["timestamp: ", "signature: ", "unsigned: 1"].map(|part| format!("x-agentmail-{part}")));
    words.iter().fold(String::new(), |lines, word| {
        lines + "\"" + &word.replace('\\', "\\\\").replace('"', "\\\"") + "\"\n"
    })
}
