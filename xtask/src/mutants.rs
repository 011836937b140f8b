//! `cargo xtask mutants`: changes the code in small ways and sees whether a test fails.

use crate::Failure;
use crate::run::{cargo, fresh, read, step, target};
use crate::tools::{crate_binary, with_path};

/// What decides on authenticity, what reads a payload, and what decides whether a handler runs.
const FILES: &[&str] = &[
    "src/scheme.rs",
    "src/signature/*.rs",
    "src/event/*.rs",
    "src/axum.rs",
    "src/store/memory.rs",
    "src/store/once.rs",
];

/// The fast tests, natively. What these do not notice, no runtime would: all run the same fixtures. As arguments of
/// cargo, so that no other test is built either.
const TESTS: [&[&str]; 2] = [
    &[
        "--features=axum",
        "--cargo-arg=--test=axum_extractor",
        "--cargo-arg=--test=once",
        "--cargo-arg=--test=store_memory",
        "--cargo-arg=--test=conformance",
        "--cargo-arg=--test=interface",
        "--cargo-arg=--test=interop",
        "--cargo-arg=--test=limits",
    ],
    // The code that is there only without an allocator.
    &["--no-default-features", "--cargo-arg=--test=interface"],
];

pub(crate) fn run_command(arguments: &[String]) -> Result<(), Failure> {
    let tool = crate_binary("cargo-mutants", "27.1.0")?;
    let files: Vec<_> = match arguments {
        [] => FILES.into(),
        files => files.iter().map(String::as_str).collect(),
    };
    let output = target().join("mutants");
    fresh(&output)?;
    let mut lists = Vec::new();
    for tests in TESTS {
        step(&format!("cargo mutants {}", tests.join(" ")));
        let mut mutants = cargo();
        with_path(&mut mutants, [tool.clone()]).args(["mutants", "--package", "agentmail-webhooks"]);
        // Long enough for a machine that is busy; a loop without end costs it once.
        mutants.args(["--timeout", "120", "--jobs", "2"]);
        // `--iterate` leaves out what the tests before have caught.
        mutants.arg("--output").arg(&output).args(["--iterate", "--no-shuffle", "--colors=never"]);
        mutants.args(files.iter().flat_map(|file| ["--file", file])).args(tests);
        let status = mutants.status().map_err(|error| format!("cargo mutants cannot be started: {error}"))?;
        // 2: some were missed; 3: some took too long. Both are looked at when all tests have run.
        if !matches!(status.code(), Some(0 | 2 | 3)) {
            return Err(format!("cargo mutants failed ({status})"));
        }
        let list = |name: &str| read(&output.join("mutants.out").join(name));
        lists.push([list("caught.txt")?, list("unviable.txt")?, list("timeout.txt")?, list("missed.txt")?]);
    }
    let Some([.., timeouts, missed]) = lists.last() else { return Ok(()) };
    let count = |index: usize| {
        lists.iter().filter_map(|list| list.get(index)).map(|text| text.lines().count()).sum::<usize>()
    };
    let (caught, unviable) = (count(0), count(1));
    step(&format!(
        "{caught} mutants caught, {} missed, {unviable} that do not compile, {} that took too long",
        missed.lines().count(),
        timeouts.lines().count()
    ));
    print!("{missed}{timeouts}");
    if missed.is_empty() && timeouts.is_empty() { Ok(()) } else { Err("mutants survived".to_owned()) }
}
