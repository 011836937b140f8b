//! The tests of the packed package: installed from its tarball into a project of its own, as users
//! install it, and run in each runtime.

use core::slice::from_ref;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::pkg::Package;
use crate::run::{
    copy, copy_all, fresh, once, program, root, run as run_program, run_quietly, step, target, write,
};
use crate::tools::{
    self, chromium, install_tarball, npm_directory, npm_program, runtimes, runtimes_directory,
};
use crate::{Failure, no_arguments};

/// A file of `tests/packed`, and what is said while it runs.
type Suite = (&'static str, &'static str);

/// With `--quick` too.
const RUNTIMES: [Suite; 2] =
    [("runtimes/node.mjs", "Node"), ("runtimes/workerd.mjs", "Cloudflare Workers, in workerd")];

/// What has to be installed for it, or takes longer.
const MORE_RUNTIMES: [Suite; 11] = [
    ("runtimes/deno.mjs", "Deno"),
    ("runtimes/bun.mjs", "Bun"),
    ("runtimes/jest/run.mjs", "Jest"),
    ("runtimes/vitest/run.mjs", "Vitest"),
    ("runtimes/chromium.mjs", "Chromium, without a bundler"),
    ("bundlers/esbuild/run.mjs", "esbuild"),
    ("bundlers/vite/run.mjs", "Vite"),
    ("bundlers/webpack/run.mjs", "webpack"),
    ("bundlers/rollup/run.mjs", "Rollup"),
    ("bundlers/wrangler/run.mjs", "wrangler"),
    ("bundlers/next/run.mjs", "Next.js, its edge runtime and Node"),
];

/// What is the same in every runtime, or in Node alone.
const SUITES: [Suite; 5] = [
    ("entries.mjs", "loading the module"),
    ("memory.mjs", "memory"),
    ("interop.mjs", "interop with svix and standardwebhooks from npm"),
    ("readme.mjs", "the code of the README"),
    ("types.mjs", "type declarations, under each way to resolve packages"),
];

/// The suite in every runtime, interop, types, and what two checkers of packages say.
pub(crate) fn run(package: &Package, quick: bool) -> Result<(), Failure> {
    write(&rows(), "")?;
    let light = Project::new(package, &npm_directory(), "node".into())?;
    let mut failed = Vec::new();
    if quick {
        failed.extend(light.run_all(&RUNTIMES));
    } else {
        let all = Project::new(package, &runtimes_directory(), runtimes()?)?;
        failed.extend(all.run_all(&RUNTIMES));
        failed.extend(all.run_all(&MORE_RUNTIMES));
    }
    failed.extend(light.run_all(&SUITES));
    if !failed.is_empty() {
        matrix("print")?;
        let failed = failed.join(", ");
        return Err(format!("tests of the packed package failed: {failed} (of tests/packed)"));
    }
    step("packed package: publint and attw");
    run_quietly(npm_program("publint").arg("--strict").arg(&package.directory))?;
    let mut attw = npm_program("attw");
    // The other entry points are a wasm module and package.json, which have no types.
    let entries = ["--no-definitely-typed", "--entrypoints", ".", "./inline"];
    run_quietly(attw.arg(&package.tarball).args(entries)).map(drop)
}

/// The answers to the cases in a directory, in every runtime.
pub(crate) fn differential(package: &Package, cases: &Path) -> Result<(), Failure> {
    chromium()?;
    let project = Project::new(package, &npm_directory(), "node".into())?;
    step("packed package: native, Node, workerd and Chromium agree");
    run_program(project.suite("differential.mjs").arg(cases))
}

/// Where the runners write down what ran.
fn rows() -> PathBuf {
    target().join("xtask/matrix.jsonl")
}

/// `cargo xtask matrix`.
pub(crate) fn matrix_command(arguments: &[String]) -> Result<(), Failure> {
    no_arguments("matrix", arguments)?;
    matrix("write")
}

/// Prints what ran where. A table in the README that says otherwise is refused by `check`, and changed by `write`.
pub(crate) fn matrix(what: &str) -> Result<(), Failure> {
    if !rows().exists() {
        return Err("there is no matrix yet: cargo xtask test makes it".to_owned());
    }
    step("what ran where");
    let mut node = program("node");
    run_program(node.arg("tests/packed/matrix.mjs").arg(rows()).args(["README.md", what]))
}

/// A project of npm that has the package, the tests and the fixtures, and nothing of the repository.
struct Project {
    directory: PathBuf,
    /// What runs its files.
    node: PathBuf,
}

impl Project {
    /// Below a directory that has the npm packages which the tests use.
    fn new(package: &Package, packages: &Path, node: PathBuf) -> Result<Self, Failure> {
        let directory = packages.join("packed");
        install_tarball(&directory, &package.tarball)?;
        let tests = directory.join("tests");
        fresh(&tests)?;
        for name in ["packed", "interop", "fixtures"] {
            copy_all(&root().join("tests").join(name), &tests.join(name))?;
        }
        copy(&root().join("README.md"), &directory.join("README.md"))?;
        Ok(Self { directory, node })
    }

    /// A file of `tests/packed`, which reports.
    fn suite(&self, file: &str) -> Command {
        let mut node = program(&self.node);
        node.current_dir(&self.directory).arg("--test-reporter=./tests/packed/reporter.mjs");
        node.env("MATRIX", rows()).envs(chromium().ok().map(|path| ("CHROME_BIN", path)));
        node.arg(format!("tests/packed/{file}"));
        node
    }

    /// Runs files, and gives those that failed: what fails in one runtime only says more than what fails first.
    fn run_all(&self, suites: &[Suite]) -> Vec<&'static str> {
        let mut failed = Vec::new();
        for (file, what) in suites {
            step(&format!("packed package: {what}"));
            if run_program(&mut self.suite(file)).is_err() {
                failed.push(*file);
            }
        }
        failed
    }
}

/// Interop with the libraries of `PyPI`.
pub(crate) fn python(package: &Package) -> Result<(), Failure> {
    let project = Project::new(package, &npm_directory(), "node".into())?;
    let python = virtual_environment()?;
    step("packed package: interop with svix, standardwebhooks and agentmail from PyPI");
    let mut test = program(python);
    test.current_dir(&project.directory).args([
        "-m",
        "unittest",
        "discover",
        "--start-directory",
        "tests/interop",
    ]);
    run_program(&mut test)
}

/// A Python that has the libraries.
fn virtual_environment() -> Result<PathBuf, Failure> {
    let requirements = root().join("tests/interop/requirements.txt");
    let directory = target().join("python");
    let python = directory.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    once(&python, from_ref(&requirements), || {
        tools::python()?;
        step("installing Python packages (once)");
        fresh(&directory)?;
        run_quietly(program("python3").args(["-m", "venv"]).arg(&directory))
            .map_err(|_| "python3 -m venv failed: Debian and Ubuntu have it in python3-venv".to_owned())?;
        let mut pip = program(&python);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
        run_quietly(pip.arg(&requirements))
            .map(drop)
            .map_err(|_| "pip install failed: connect to the network and try again".to_owned())
    })?;
    Ok(python)
}
