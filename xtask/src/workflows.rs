//! What `.github/workflows` says, judged by GitHub's own parser, by rules of ours, and by zizmor.

use crate::Failure;
use crate::run::{program, run, run_quietly, step, target};
use crate::tools::{self, npm_directory, npm_program};

/// The rules, in JavaScript, with GitHub's parser. It is written for bundlers.
pub(crate) fn rules() -> Result<(), Failure> {
    tools::npm_packages()?;
    step("the workflows of GitHub");
    let bundled = target().join("xtask/workflows.test.cjs");
    let mut bundle = npm_program("esbuild");
    bundle.args(["tests/workflows.mjs", "--bundle", "--platform=node", "--log-level=warning"]);
    bundle.arg(format!("--outfile={}", bundled.display()));
    run_quietly(bundle.env("NODE_PATH", npm_directory().join("node_modules")))?;
    run(program("node").arg("--test-reporter=./tests/packed/lib/reporter.mjs").arg(bundled))
}

/// What is known to go wrong in workflows. `--offline`: it asks GitHub nothing.
pub(crate) fn audit() -> Result<(), Failure> {
    let python = tools::python_packages()?;
    step("the workflows of GitHub: zizmor");
    let mut zizmor = program(python.with_file_name("zizmor"));
    run_quietly(zizmor.args(["--offline", "--no-config", "--persona", "pedantic", ".github"])).map(drop)
}
