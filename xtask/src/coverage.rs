//! `cargo xtask coverage`: the coverage of `src/` by the native tests. For information only.

use crate::run::{cargo, run, step};
use crate::tools::{crate_binary, with_path};
use crate::{Failure, no_arguments};

pub(crate) fn run_command(arguments: &[String]) -> Result<(), Failure> {
    no_arguments("coverage", arguments)?;
    let tool = crate_binary("cargo-llvm-cov", "0.9.1")?;
    // Doctests need nightly for it, and src/wasm/ runs in wasm only.
    step("the native tests, without doctests, and what of src/ they run");
    let mut coverage = cargo();
    // It asks rustup for the tools of LLVM, without a question.
    coverage.env("CARGO_LLVM_COV_SETUP", "yes");
    with_path(&mut coverage, [tool]).args(["llvm-cov", "--quiet", "--package", "agentmail-webhooks"]);
    coverage.args(["--features", "axum,testing", "--all-targets", "--summary-only", "--show-missing-lines"]);
    run(coverage.args(["--ignore-filename-regex", "(^|/)tests/"]))
}
