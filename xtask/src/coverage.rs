//! `cargo xtask coverage`: what of `src/` the native tests run. To be looked at, not to be passed.

use crate::run::{cargo, run, step};
use crate::tools::{self, with_path};
use crate::{Failure, no_arguments};

pub(crate) fn run_command(arguments: &[String]) -> Result<(), Failure> {
    no_arguments("coverage", arguments)?;
    tools::llvm_tools()?;
    let tool = tools::cargo_llvm_cov()?;
    // Doctests need nightly for it, and src/wasm/ runs in wasm only.
    step("the native tests, without doctests, and what of src/ they run");
    let mut coverage = cargo();
    with_path(&mut coverage, tool).args(["llvm-cov", "--quiet", "--package", "agentmail-webhooks"]);
    coverage.args(["--features", "axum,testing", "--all-targets", "--summary-only", "--show-missing-lines"]);
    run(coverage.args(["--ignore-filename-regex", "(^|/)tests/"]))
}
