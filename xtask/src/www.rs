//! `cargo xtask www`: the playground, a page that explains why a delivery does not verify.

use std::path::PathBuf;
use std::process::Command;

use crate::pkg::{self, Package};
use crate::run::{copy_all, fresh, program, root, run, step, target};
use crate::tools::{chromium, install_tarball, npm_directory};
use crate::{Failure, packed};

const PORT: u16 = 8788;
const USAGE: &str = "cargo xtask www [--build | --test | --screenshots | --port <number>]";

pub(crate) fn run_command(arguments: &[String]) -> Result<(), Failure> {
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] => serve(PORT),
        ["--port", port] => serve(port.parse().map_err(|_| format!("{port} is no port: {USAGE}"))?),
        ["--build"] => {
            let site = build(&pkg::build()?)?;
            println!("the page is in {}", site.display());
            Ok(())
        }
        ["--test"] => test(&pkg::build()?),
        ["--screenshots"] => screenshots(),
        _ => Err(format!("usage: {USAGE}")),
    }
}

/// The npm project with the sources of the page and the installed package.
fn project() -> PathBuf {
    npm_directory().join("www")
}

/// Assembles the page from the packed package, and gives its directory.
pub(crate) fn build(package: &Package) -> Result<PathBuf, Failure> {
    install_tarball(&project(), &package.tarball)?;
    let (sources, site) = (project().join("www"), target().join("www"));
    fresh(&sources)?;
    copy_all(&root().join("www"), &sources)?;
    step("building the page");
    run(tool("build.mjs").arg(&site))?;
    Ok(site)
}

/// Real clicks and real typing.
pub(crate) fn test(package: &Package) -> Result<(), Failure> {
    packed::playground(package, &build(package)?)
}

fn serve(port: u16) -> Result<(), Failure> {
    let site = build(&pkg::build()?)?;
    run(tool("serve.mjs").arg(site).arg(port.to_string()))
}

/// Pictures of the page, to be looked at by a person.
fn screenshots() -> Result<(), Failure> {
    let chromium = chromium()?;
    let site = build(&pkg::build()?)?;
    let directory = target().join("www-screenshots");
    step("taking screenshots");
    run(tool("screenshots.mjs").arg(site).arg(&directory).env("CHROME_BIN", chromium))?;
    println!("they are in {}", directory.display());
    Ok(())
}

/// A program of `www/tools`.
fn tool(name: &str) -> Command {
    let mut node = program("node");
    node.arg(project().join("www/tools").join(name));
    node
}
