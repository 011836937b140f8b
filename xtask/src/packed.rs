//! The tests of the packed package: installed from its tarball into a project of its own, as users
//! install it, and run in each runtime.

use core::slice::from_ref;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failure;
use crate::pkg::Package;
use crate::run::{
    cargo, copy, copy_all, fresh, once, program, root, run as run_program, run_quietly, step, target,
};
use crate::tools::{self, WASM_TARGET, chromium, install_tarball, npm_directory, npm_program, with_path};

/// Files of `tests/packed`, and what is said while they run.
const SUITES: [(&str, &str); 8] = [
    ("node.mjs", "Node, import"),
    ("node.cjs", "Node, require"),
    ("workerd.mjs", "Cloudflare Workers, in workerd"),
    ("browser.mjs", "loading the module, by the entry for browsers"),
    ("memory.mjs", "memory"),
    ("interop.mjs", "interop with svix and standardwebhooks from npm"),
    ("readme.mjs", "the code of the README"),
    ("types.mjs", "type declarations, under each way to resolve packages"),
];

/// What needs a browser or Redis, which not everybody has at hand.
const BROWSER_SUITES: [(&str, &str); 2] = [("chromium.mjs", "Chromium"), ("examples.mjs", "the examples")];

/// The suite in every runtime, interop, types, and what two checkers of packages say.
pub(crate) fn run(package: &Package, quick: bool) -> Result<(), Failure> {
    let project = prepare(package)?;
    let mut failed = Vec::new();
    for (file, what) in SUITES.into_iter().chain(BROWSER_SUITES.into_iter().filter(|_| !quick)) {
        step(&format!("packed package: {what}"));
        // What fails in one runtime only says more than what fails first.
        if run_program(&mut suite(&project, file, !quick)?).is_err() {
            failed.push(file);
        }
    }
    if !failed.is_empty() {
        let failed = failed.join(", ");
        return Err(format!("tests of the packed package failed: {failed} (of tests/packed)"));
    }
    step("packed package: publint and attw");
    run_quietly(npm_program("publint").arg("--strict").arg(&package.directory))?;
    let mut attw = npm_program("attw");
    // The other entry points are a wasm module and package.json, which have no types.
    run_quietly(attw.arg(&package.tarball).args(["--no-definitely-typed", "--entrypoints", "."])).map(drop)
}

/// The answers to the cases in a directory, in every runtime.
pub(crate) fn differential(package: &Package, cases: &Path) -> Result<(), Failure> {
    let project = prepare(package)?;
    step("packed package: native, Node, workerd and Chromium agree");
    run_program(suite(&project, "differential.mjs", true)?.arg(cases))
}

/// The example of a Worker in Rust. It is sent what the packed package signs.
pub(crate) fn rust_worker(package: &Package) -> Result<(), Failure> {
    let project = prepare(package)?;
    step("a Worker in Rust, in workerd");
    let (manifest, directory) =
        (root().join("examples/worker-rust/Cargo.toml"), target().join("worker-rust"));
    run_program(cargo().args(["fmt", "--check", "--manifest-path"]).arg(&manifest))?;
    let mut build = cargo();
    build.args(["build", "--quiet", "--locked", "--release", "--target", WASM_TARGET, "--manifest-path"]);
    run_program(build.arg(&manifest).arg("--target-dir").arg(&directory))?;
    // Its lock names the same wasm-bindgen as ours.
    let mut bind = program("wasm-bindgen");
    let pkg = directory.join("pkg");
    with_path(&mut bind, tools::wasm_bindgen()?).args([
        "--target",
        "module",
        "--no-typescript",
        "--out-name",
        "worker",
    ]);
    bind.arg("--out-dir").arg(&pkg);
    run_program(bind.arg(directory.join(WASM_TARGET).join("release/worker_rust_example.wasm")))?;
    run_program(suite(&project, "worker-rust.mjs", false)?.arg(&pkg))
}

/// A file of `tests/packed` in Node, which reports.
fn suite(project: &Path, file: &str, browser: bool) -> Result<Command, Failure> {
    let mut node = program("node");
    node.current_dir(project).arg("--test-reporter=./tests/packed/reporter.mjs");
    if browser {
        node.env("CHROME_BIN", chromium()?);
    }
    node.arg(format!("tests/packed/{file}"));
    Ok(node)
}

/// Interop with the libraries of `PyPI`.
pub(crate) fn python(package: &Package) -> Result<(), Failure> {
    let project = prepare(package)?;
    let python = virtual_environment()?;
    step("packed package: interop with svix, standardwebhooks and agentmail from PyPI");
    let mut test = program(python);
    test.current_dir(&project).args(["-m", "unittest", "discover", "--start-directory", "tests/interop"]);
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

/// A project of npm that has the package, the tests and the fixtures, and nothing of the repository.
fn prepare(package: &Package) -> Result<PathBuf, Failure> {
    let project = npm_directory().join("packed");
    install_tarball(&project, &package.tarball)?;
    let tests = project.join("tests");
    fresh(&tests)?;
    for directory in ["packed", "interop", "fixtures"] {
        copy_all(&root().join("tests").join(directory), &tests.join(directory))?;
    }
    fresh(&project.join("examples"))?;
    copy_all(&root().join("examples"), &project.join("examples"))?;
    copy(&root().join("README.md"), &project.join("README.md"))?;
    Ok(project)
}
