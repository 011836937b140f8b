//! `cargo xtask mutants`: makes small changes to the code and checks that a test fails. `.cargo/mutants.toml`
//! configures the changes.

use crate::Failure;
use crate::run::{cargo, fresh, run, step, target};
use crate::tools::{crate_binary, with_path};

/// The fast tests, natively: all runtimes run the same fixtures. As arguments of cargo, so that no other is built.
const TESTS: [&str; 8] = [
    "--features=axum",
    "--cargo-arg=--test=axum_extractor",
    "--cargo-arg=--test=once",
    "--cargo-arg=--test=store_memory",
    "--cargo-arg=--test=conformance",
    "--cargo-arg=--test=interface",
    "--cargo-arg=--test=interop",
    "--cargo-arg=--test=limits",
];
/// The code that is there only without an allocator.
const TESTS_WITHOUT_ALLOCATOR: [&str; 2] = ["--no-default-features", "--cargo-arg=--test=interface"];

pub(crate) fn run_command(files: &[String]) -> Result<(), Failure> {
    let tool = crate_binary("cargo-mutants", "27.1.0")?;
    let output = target().join("mutants");
    fresh(&output)?;
    let mutants = |tests: &[&str]| {
        step(&format!("cargo mutants {}", tests.join(" ")));
        let mut mutants = cargo();
        with_path(&mut mutants, [tool.clone()]).args(["mutants", "--package", "agentmail-webhooks"]);
        // `--iterate` leaves out what the tests before have caught.
        mutants
            .args(["--timeout", "120", "--jobs", "2", "--iterate", "--no-shuffle", "--output"])
            .arg(&output);
        run(mutants.args(files.iter().flat_map(|file| ["--file", file])).args(tests))
    };
    // Mutants that survive the first run may be caught by the second.
    mutants(&TESTS).or_else(|_| mutants(&TESTS_WITHOUT_ALLOCATOR))
}
