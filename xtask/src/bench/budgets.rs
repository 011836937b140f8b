//! `cargo xtask budgets`: the maximum size of the module, and the maximum number of instructions of the native paths.
//!
//! Times are unreliable on a shared machine; these numbers are the same on every run. Valgrind emulates a processor
//! without SHA instructions, so `verify` and `receive` are counted with SHA-256 in software.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{bodies, build_native, size};
use crate::Failure;
use crate::pkg::{self, Package, Sizes};
use crate::run::{program, read, root, run_quietly, step, write};
use crate::tools::{rustc_version, valgrind};

const FILE: &str = "benches/budgets.json";
const SIZES: [&str; 2] = ["1k", "16k"];
/// The tolerance for differences between compilers and compression libraries.
const TOLERANCE: f64 = 0.03;
/// The tolerance with another rustc than that of the budgets.
const TOLERANCE_OF_OTHERS: f64 = 0.15;
/// `true` on the platform of the budgets, where Valgrind works and instructions are counted.
const COUNTS: bool = cfg!(all(target_os = "linux", target_arch = "x86_64"));

#[derive(Default, Deserialize, Serialize)]
struct Budgets {
    /// The rustc of the numbers.
    rustc: String,
    /// The target, if it is less than the budget.
    targets: BTreeMap<String, u64>,
    bytes: BTreeMap<String, u64>,
    /// Instructions for one delivery, on `x86_64`.
    instructions: BTreeMap<String, u64>,
}

/// `cargo xtask budgets`.
pub(crate) fn run_command(arguments: &[String]) -> Result<(), Failure> {
    match arguments {
        [] => check(&pkg::build()?),
        [flag] if flag == "--write" => record(&pkg::build()?),
        [first, ..] => Err(format!("{first} means nothing here: cargo xtask budgets [--write]")),
    }
}

/// Checks that all tools for counting are installed.
pub(crate) fn ready() -> Result<(), Failure> {
    if COUNTS { valgrind() } else { Ok(()) }
}

/// Fails if anything is over its budget.
pub(crate) fn check(package: &Package) -> Result<(), Failure> {
    compare(&measure(package)?, &saved()?)
}

/// Prints the comparison, and returns the current numbers as JSON.
pub(super) fn show() -> Result<String, Failure> {
    let found = measure(&pkg::build()?)?;
    // Exceeding a budget fails the test, but not the benchmark.
    if let Err(failure) = compare(&found, &saved()?) {
        println!("  {failure}");
    }
    serde_json::to_string(&found).map_err(|error| error.to_string())
}

fn compare(found: &Budgets, budgets: &Budgets) -> Result<(), Failure> {
    let tolerance = if found.rustc == budgets.rustc { TOLERANCE } else { TOLERANCE_OF_OTHERS };
    step(&format!("budgets, with {}% of tolerance", tolerance * 100.0));
    if found.rustc != budgets.rustc {
        println!("  they are of rustc {}, and this is {}", budgets.rustc, found.rustc);
    }
    let mut over = Vec::new();
    let mut under = false;
    let instructions = found.instructions.iter().map(|(name, count)| (name, count, &budgets.instructions));
    for (name, count, budget) in
        found.bytes.iter().map(|(name, count)| (name, count, &budgets.bytes)).chain(instructions)
    {
        let Some(budget) = budget.get(name) else {
            return Err(format!("{FILE} has no {name}: cargo xtask budgets --write"));
        };
        let difference = ratio(*count, *budget) - 1.0;
        let verdict = if difference > tolerance {
            over.push(format!("{name} by {:.1}%", difference * 100.0));
            "OVER"
        } else if difference < -tolerance {
            under = true;
            "better"
        } else {
            ""
        };
        println!("  {name:<28} {count:>10}  of {budget:>10}  {:>+7.1}%  {verdict}", difference * 100.0);
        if let Some(target) = budgets.targets.get(name) {
            let times = ratio(*count, *target);
            let told =
                if times <= 1.0 { "met".to_owned() } else { format!("missed, {times:.2} times as much") };
            println!("  {:<28} {target:>10}  {told}", "  its target");
        }
    }
    if !over.is_empty() {
        return Err(format!(
            "over budget: {}. If that is what it costs, say in the commit what it buys, with the new budgets: \
             cargo xtask budgets --write",
            over.join(", ")
        ));
    }
    if under {
        println!("  what got better should stay so: cargo xtask budgets --write, and commit {FILE}");
    }
    Ok(())
}

fn record(package: &Package) -> Result<(), Failure> {
    let mut found = measure(package)?;
    // It is the first time if there are none.
    found.targets = saved().unwrap_or_default().targets;
    let json = serde_json::to_string_pretty(&found).map_err(|error| error.to_string())?;
    write(&root().join(FILE), json + "\n")?;
    step(&format!("{FILE} has today's numbers"));
    Ok(())
}

fn saved() -> Result<Budgets, Failure> {
    serde_json::from_str(&read(&root().join(FILE))?).map_err(|error| format!("{FILE}: {error}"))
}

fn measure(package: &Package) -> Result<Budgets, Failure> {
    let Sizes { wasm_gzipped, script_gzipped, .. } = pkg::measure(package)?;
    let bytes = [("wasm, gzipped", wasm_gzipped), ("JavaScript, gzipped", script_gzipped)];
    Ok(Budgets {
        rustc: rustc_version()?,
        targets: BTreeMap::new(),
        bytes: bytes.into_iter().map(|(name, count)| (name.to_owned(), count)).collect(),
        instructions: instructions()?,
    })
}

/// Counts the instructions of this library for one delivery.
fn instructions() -> Result<BTreeMap<String, u64>, Failure> {
    if !COUNTS {
        step("instructions are counted on Linux on x86_64 only");
        return Ok(BTreeMap::new());
    }
    valgrind()?;
    let bodies: Vec<PathBuf> = bodies()?.into_iter().filter(|path| SIZES.contains(&size(path))).collect();
    step("building what is counted");
    let counter = build_native("count", &["--release", "--no-default-features"])?;
    step("counting instructions with valgrind");
    let mut instructions = BTreeMap::new();
    for what in ["verify", "parse", "receive"] {
        for body in &bodies {
            let name = body.file_stem().unwrap_or_default().to_string_lossy();
            instructions.insert(format!("{what} {name}"), count(&counter, what, body)?);
        }
    }
    Ok(instructions)
}

fn count(counter: &Path, what: &str, body: &Path) -> Result<u64, Failure> {
    let mut valgrind = program("valgrind");
    // Into its standard output too, with the number of deliveries on a line of its own.
    valgrind.args([
        "--tool=callgrind",
        "--toggle-collect=counted",
        "--callgrind-out-file=/dev/null",
        "--log-fd=1",
    ]);
    let told = run_quietly(valgrind.arg(counter).arg(what).arg(body))?;
    let collected =
        told.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse::<u64>().ok());
    let deliveries = told.lines().find_map(|line| line.parse::<u64>().ok());
    let each = collected.zip(deliveries).and_then(|(all, deliveries)| all.checked_div(deliveries));
    each.filter(|count| *count > 0).ok_or_else(|| format!("valgrind tells no count: {told}"))
}

#[allow(clippy::as_conversions, clippy::cast_precision_loss, reason = "a ratio to be printed")]
fn ratio(one: u64, other: u64) -> f64 {
    one as f64 / other as f64
}
