//! `cargo xtask publish --dry-run`: the crate and the npm package as a release would upload them, left in
//! `target/publish`. The upload is the release workflow's: `.ci/publish`, which compiles nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failure;
use crate::pkg::{self, Package};
use crate::release::{self, VERSION};
use crate::run::{at, cargo, copy, files, fresh, program, root, run, run_quietly, step, target};
use crate::tools::{crate_binary, install_tarball, npm_directory, with_path};

const NAME: &str = "agentmail-webhooks";

pub(crate) fn run_command(arguments: &[String]) -> Result<(), Failure> {
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["--dry-run"] => dry_run(&pkg::build()?),
        ["--dry-run", "--tag", tag] => {
            release::is_ready(tag)?;
            is_compatible()?;
            dry_run(&pkg::build()?)
        }
        _ => Err("usage: cargo xtask publish --dry-run [--tag <tag>]".to_owned()),
    }
}

/// Compares the public API with that of the last release: the version must admit every change.
fn is_compatible() -> Result<(), Failure> {
    let Some(previous) = release::previous()? else {
        step("semver: there is no release yet to compare with");
        return Ok(());
    };
    let tool = crate_binary("cargo-semver-checks", "0.47.0")?;
    step(&format!("semver: the public API since {previous}"));
    let mut checks = cargo();
    with_path(&mut checks, [tool]).args([
        "semver-checks",
        "--package",
        NAME,
        "--baseline-version",
        &previous,
    ]);
    run(&mut checks)
}

/// Does everything but the upload.
pub(crate) fn dry_run(package: &Package) -> Result<(), Failure> {
    let directory = target().join("publish");
    fresh(&directory)?;
    step("publishing, as a dry run: the crate");
    let dirty = run_quietly(program("git").args(["status", "--porcelain"]))?;
    if !dirty.is_empty() {
        println!("  with --allow-dirty, for what is not committed:\n{dirty}");
    }
    let allowed = if dirty.is_empty() { &[][..] } else { &["--allow-dirty"] };
    let cargo_with = |words: &[&str]| -> Command {
        let mut command = cargo();
        command.args(words).args(["--locked", "--package", NAME]).args(allowed);
        command
    };
    // Cargo lists each test that is left out. What matters is that what is packed compiles.
    run_quietly(&mut cargo_with(&["package"]))?;
    let packed = target().join("package").join(format!("{NAME}-{VERSION}"));
    names_no_path(&packed)?;
    let crate_file = format!("{NAME}-{VERSION}.crate");
    copy(&packed.with_file_name(&crate_file), &directory.join(&crate_file))?;
    run_quietly(&mut cargo_with(&["publish", "--dry-run", "--no-verify"]))?;

    step("publishing, as a dry run: the npm package");
    let project = npm_directory().join("publish");
    install_tarball(&project, &package.tarball)?;
    names_no_path(&project.join("node_modules").join(NAME))?;
    let tarball = directory.join(format!("{NAME}-{VERSION}.tgz"));
    copy(&package.tarball, &tarball)?;
    // With `--force`, npm does not ask which versions are published: a later release must not fail these tests.
    run_quietly(program("npm").args(["publish", "--dry-run", "--force"]).arg(&tarball))?;
    println!("  {} has both packages", directory.display());
    Ok(())
}

/// Refuses files that contain a path of this machine.
fn names_no_path(directory: &Path) -> Result<(), Failure> {
    const HOMES: [&str; 3] = ["/home/", "/Users/", "\\Users\\"];
    let cargo = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let here = [Some(root()), std::env::home_dir(), cargo];
    let here = here.iter().flatten().map(|path| format!("{}/", path.display()));
    let paths: Vec<_> = here.chain(HOMES.map(str::to_owned)).filter(|path| path != "/").collect();
    for file in files(directory)? {
        let bytes = fs::read(&file).map_err(at(&file))?;
        let is_in = |path: &&String| bytes.windows(path.len()).any(|window| window == path.as_bytes());
        if let Some(path) = paths.iter().find(is_in) {
            return Err(format!("{} has a path of this machine: {path}…", file.display()));
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;
    use crate::run::write;

    #[test]
    fn paths_are_found_in_any_bytes() {
        let directory = target().join("xtask/paths");
        fresh(&directory).unwrap();
        write(&directory.join("a.wasm"), b"\0asm\xff/usr/lib/x").unwrap();
        names_no_path(&directory).unwrap();
        for path in [format!("{}/src/lib.rs", root().display()), "/home/jane/x".to_owned()] {
            write(&directory.join("a.wasm"), [b"\0asm\xff", path.as_bytes()].concat()).unwrap();
            assert!(names_no_path(&directory).unwrap_err().contains("a.wasm has"), "{path}");
        }
    }
}
