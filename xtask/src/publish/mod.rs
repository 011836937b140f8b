//! `cargo xtask publish`: the crate and the npm package, to the registries, as they were tested.

mod changelog;
mod contents;
mod manifest;
pub(crate) mod release;
mod version;

use std::fs;
use std::path::{Path, PathBuf};

use crate::Failure;
use crate::pkg::{self, Package};
use crate::run::{at, cargo, copy, fresh, program, root, run, run_quietly, step, target};
use crate::tools::{install_tarball, npm_directory};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const NAME: &str = "agentmail-webhooks";
const USAGE: &str = "cargo xtask publish (--dry-run [--tag <tag>] | crate --tag <tag> | npm --tag <tag>)";

pub(crate) fn run_command(arguments: &[String]) -> Result<(), Failure> {
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["--dry-run"] => dry_run(&pkg::build()?),
        ["--dry-run", "--tag", tag] => {
            version::is_tagged(tag)?;
            dry_run(&pkg::build()?)
        }
        ["crate", "--tag", tag] => version::is_tagged(tag).and_then(|()| publish_crate()),
        ["npm", "--tag", tag] => version::is_tagged(tag).and_then(|()| publish_npm()),
        _ => Err(format!("usage: {USAGE}")),
    }
}

/// What is published: the dry run leaves it here, the release workflow takes it from here.
fn directory() -> PathBuf {
    target().join("publish")
}

fn crate_file() -> String {
    format!("{NAME}-{VERSION}.crate")
}

fn tarball() -> String {
    format!("{NAME}-{VERSION}.tgz")
}

/// Everything but the upload.
pub(crate) fn dry_run(package: &Package) -> Result<(), Failure> {
    step("publishing, as a dry run: one version everywhere");
    version::agrees()?;
    fresh(&directory())?;
    dry_run_of_crate()?;
    dry_run_of_npm(package)?;
    println!("  {} has both packages", directory().display());
    Ok(())
}

fn dry_run_of_crate() -> Result<(), Failure> {
    step("publishing, as a dry run: the crate");
    let dirty = changes()?;
    if !dirty.is_empty() {
        println!("  with --allow-dirty, for what is not committed:\n{dirty}");
    }
    let allowed = if dirty.is_empty() { &[][..] } else { &["--allow-dirty"] };
    contents::of_crate(&run_quietly(package_crate().arg("--list").args(allowed))?)?;
    // Cargo tells of each test that is left out. What matters is whether what is packed compiles.
    run_quietly(package_crate().args(allowed))?;
    let packed = target().join("package");
    contents::tells_no_path(&packed.join(format!("{NAME}-{VERSION}")))?;
    copy(&packed.join(crate_file()), &directory().join(crate_file()))?;
    let publish = ["publish", "--dry-run", "--no-verify", "--locked", "--package", NAME];
    run_quietly(cargo().args(publish).args(allowed)).map(drop)
}

fn dry_run_of_npm(package: &Package) -> Result<(), Failure> {
    step("publishing, as a dry run: the npm package");
    is_as_meant(&package.tarball)?;
    copy(&package.tarball, &directory().join(tarball()))?;
    // With `--force` it does not ask what is published already: that must not fail the tests of the code after it.
    run_quietly(npm_publish().args(["--dry-run", "--force"])).map(drop)
}

/// Uploads the crate, if it is byte for byte the one that was tested.
fn publish_crate() -> Result<(), Failure> {
    let tested = directory().join(crate_file());
    let tested = fs::read(&tested).map_err(at(&tested))?;
    run_quietly(package_crate().arg("--no-verify"))?;
    let packed = target().join("package").join(crate_file());
    if fs::read(&packed).map_err(at(&packed))? != tested {
        return Err(format!("{} is not what was tested", packed.display()));
    }
    step(&format!("publishing {NAME} {VERSION} to crates.io"));
    run(cargo().args(["publish", "--no-verify", "--locked", "--package", NAME]))
}

/// Uploads the tarball that was tested. Who it is from npm learns from the workflow, and writes into its provenance.
fn publish_npm() -> Result<(), Failure> {
    is_as_meant(&directory().join(tarball()))?;
    step(&format!("publishing {NAME} {VERSION} to npm"));
    run(&mut npm_publish())
}

/// The files of the tarball, and what npm is told of it.
fn is_as_meant(tarball: &Path) -> Result<(), Failure> {
    let project = npm_directory().join("publish");
    install_tarball(&project, tarball)?;
    let installed = project.join("node_modules").join(NAME);
    contents::of_tarball(&installed)?;
    contents::tells_no_path(&installed)?;
    manifest::is_whole(&installed)
}

fn package_crate() -> std::process::Command {
    let mut command = cargo();
    command.args(["package", "--locked", "--package", NAME]);
    command
}

fn npm_publish() -> std::process::Command {
    // What is no release is not what people get who ask for none.
    let tag = if VERSION.contains('-') { "next" } else { "latest" };
    let mut command = program("npm");
    command.arg("publish").arg(directory().join(tarball())).args(["--tag", tag]);
    command
}

/// What is not committed.
fn changes() -> Result<String, Failure> {
    run_quietly(program("git").current_dir(root()).args(["status", "--porcelain"]))
}
