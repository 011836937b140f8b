//! `cargo xtask demo`: shows genuine and forged deliveries.

use crate::pkg;
use crate::run::{copy_all, program, root, run, step};
use crate::tools::{install_tarball, npm_directory};
use crate::{Failure, no_arguments};

pub(crate) fn run_command(arguments: &[String]) -> Result<(), Failure> {
    no_arguments("demo", arguments)?;
    let package = pkg::build()?;
    let project = npm_directory().join("demo");
    install_tarball(&project, &package.tarball)?;
    copy_all(&root().join("examples/demo"), &project)?;
    step("starting the servers");
    println!();
    run(program("node").current_dir(&project).arg("demo.mjs"))
        .map_err(|_| "the demo failed: see above for what was expected and what was found".to_owned())?;
    println!("\nWhat next: README.md mounts it in your framework, in Rust and JavaScript.");
    println!("docs/README.md lists every page: adapters, stores, the command line, tests.");
    println!("cargo xtask www opens the playground: why a delivery verifies, or does not.");
    Ok(())
}
