//! `cargo xtask demo`: the main job, before a person's eyes.

use crate::Failure;
use crate::pkg;
use crate::run::{copy_all, program, root, run, step};
use crate::tools::{install_tarball, npm_directory};

pub(crate) fn run_command(_: &[String]) -> Result<(), Failure> {
    let package = pkg::build()?;
    let project = npm_directory().join("demo");
    install_tarball(&project, &package.tarball)?;
    copy_all(&root().join("examples/demo"), &project)?;
    step("starting the servers");
    println!();
    run(program("node").current_dir(&project).arg("demo.mjs"))
        .map_err(|_| "the demo failed: see above for what was expected and what was found".to_owned())
}
