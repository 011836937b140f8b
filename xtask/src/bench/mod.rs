//! `cargo xtask bench`: this library beside its peers, as times and as ratios.
//!
//! Each section leaves a file of JSON below `target/bench`; `benches/node/report.mjs` makes tables and the page of
//! them.

pub(crate) mod budgets;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Failure;
use crate::bindgen::{Form, bind};
use crate::pkg::{self, Package};
use crate::run::{
    at, cargo, copy, copy_all, files, once, program, root, run, run_quietly, step, target, write,
};
use crate::tools::{self, WASM_TARGET, install_tarball};

const USAGE: &str = "cargo xtask bench [--quick] [native] [node] [runtimes] [start] [memory] [page]";
const SECTIONS: [&str; 6] = ["native", "node", "runtimes", "start", "memory", "page"];
/// The sections with targets, which need no other runtimes.
const QUICK_SECTIONS: [&str; 2] = ["native", "node"];
/// The sections of `--quick`.
const QUICK_SIZES: [&str; 3] = ["1k", "16k", "1024k"];

struct Options {
    quick: bool,
    sections: Vec<&'static str>,
}

impl Options {
    fn of(arguments: &[String]) -> Result<Self, Failure> {
        let mut options = Self { quick: false, sections: Vec::new() };
        for argument in arguments {
            if argument == "--quick" {
                options.quick = true;
            } else {
                let section = SECTIONS.into_iter().find(|section| section == argument);
                options.sections.push(section.ok_or_else(|| format!("{argument} means nothing: {USAGE}"))?);
            }
        }
        if options.sections.is_empty() {
            options.sections.extend(if options.quick { &QUICK_SECTIONS[..] } else { &SECTIONS });
        }
        if options.quick && options.sections.contains(&"page") {
            return Err("the page is not made of a quick run".to_owned());
        }
        Ok(options)
    }

    fn rounds(&self) -> &'static str {
        if self.quick { "16" } else { "60" }
    }

    /// Returns the number of rounds for sections whose rounds take longer or are many.
    fn few_rounds(&self) -> &'static str {
        if self.quick { "4" } else { "20" }
    }

    fn deliveries(&self) -> &'static str {
        if self.quick { "50000" } else { "1000000" }
    }

    /// The directory of the results. A quick run has its own, so that it does not replace those of a whole one.
    fn results(&self) -> PathBuf {
        directory().join(if self.quick { "quick" } else { "results" })
    }

    /// The payloads that are measured.
    fn bodies(&self, all: &[PathBuf]) -> Vec<PathBuf> {
        if self.quick { quick_bodies(all) } else { all.to_vec() }
    }
}

fn quick_bodies(all: &[PathBuf]) -> Vec<PathBuf> {
    all.iter().filter(|path| QUICK_SIZES.contains(&size(path))).cloned().collect()
}

/// Returns the size of a payload by the name of its file: "16k".
fn size(body: &Path) -> &str {
    let name = body.file_stem().and_then(OsStr::to_str).unwrap_or_default();
    name.rsplit_once('-').map_or(name, |(_, size)| size)
}

pub(crate) fn run_command(arguments: &[String]) -> Result<(), Failure> {
    let options = Options::of(arguments)?;
    let all_bodies = bodies()?;
    let chosen = options.bodies(&all_bodies);
    let mut page = None;
    for section in &options.sections {
        let found = match *section {
            "native" => native(&chosen, options.rounds())?,
            "node" => node(&chosen, options.rounds())?,
            "runtimes" => runtimes(&quick_bodies(&all_bodies), options.few_rounds())?,
            "start" => start(options.few_rounds())?,
            "memory" => memory(options.deliveries())?,
            _ => {
                page = Some(root().join("benches"));
                write(&options.results().join("budgets.json"), budgets::show()?)?;
                write(&options.results().join("machine.json"), machine()?)?;
                continue;
            }
        };
        write(&options.results().join(section).with_extension("json"), found)?;
    }
    run(Scripts::new()?.node("report.mjs").arg(options.results()).args(page))
}

fn directory() -> PathBuf {
    target().join("bench")
}

/// Copies the scripts of `benches/node` to the npm packages that they use.
struct Scripts {
    directory: PathBuf,
}

impl Scripts {
    fn new() -> Result<Self, Failure> {
        let packages = directory().join("node");
        tools::npm_ci(&root().join("benches/node"), &packages, "installing npm packages: the peers")?;
        copy_scripts(&packages)?;
        Ok(Self { directory: packages })
    }

    /// With the package of this library, as users install it.
    fn with(mut self, package: &Package) -> Result<Self, Failure> {
        self.directory.push("app");
        install_tarball(&self.directory, &package.tarball)?;
        copy_scripts(&self.directory)?;
        Ok(self)
    }

    fn node(&self, script: &str) -> Command {
        let mut node = program("node");
        node.arg("--expose-gc").arg(self.directory.join(script));
        node
    }
}

/// The payloads, which are made if they are not there.
fn bodies() -> Result<Vec<PathBuf>, Failure> {
    tools::node()?;
    let bodies = directory().join("bodies");
    let inputs = ["bodies.mjs", "words.mjs"].map(|name| root().join("benches/node").join(name));
    // They need no packages, so they are made by the scripts of the repository.
    once(&bodies, &inputs, || {
        run_quietly(program("node").arg("benches/node/bodies.mjs").arg(&bodies)).map(drop)
    })?;
    let mut paths = files(&bodies)?;
    // They are named by kind and size: "ascii-16k.json". The small ones first, which take least.
    paths.sort_by_key(|path| size(path).trim_end_matches('k').parse().unwrap_or(0_u32));
    Ok(paths)
}

fn copy_scripts(to: &Path) -> Result<(), Failure> {
    for path in files(&root().join("benches/node"))? {
        if path.extension().is_some_and(|extension| extension == "mjs") {
            copy(&path, &to.join(path.file_name().unwrap_or_default()))?;
        }
    }
    Ok(())
}

/// Checks the formatting of the peers, which are not in the workspace, for `cargo xtask test`.
pub(crate) fn lint() -> Result<(), Failure> {
    for name in ["native", "naive-wasm"] {
        let manifest = format!("benches/{name}/Cargo.toml");
        run(cargo().args(["fmt", "--check", "--manifest-path", &manifest]))?;
    }
    Ok(())
}

fn native(bodies: &[PathBuf], rounds: &str) -> Result<String, Failure> {
    step("native: building the peers");
    let bench = build_native("bench", &["--release"])?;
    step("native: measuring");
    output(program(bench).arg(rounds).args(bodies))
}

/// Builds a program of `benches/native`.
fn build_native(name: &str, options: &[&str]) -> Result<PathBuf, Failure> {
    let (mut build, directory) = (cargo(), directory().join("native"));
    build.args(["build", "--locked", "--manifest-path", "benches/native/Cargo.toml", "--bin", name]);
    run(build.args(options).arg("--target-dir").arg(&directory))?;
    let profile = if options.contains(&"--release") { "release" } else { "debug" };
    Ok(directory.join(profile).join(name))
}

/// Runs the Rust of `docs/migration.md`, which needs the crates of others that are peers here.
pub(crate) fn migration() -> Result<(), Failure> {
    step("migration from the crate svix");
    run(&mut program(build_native("migration", &[])?))
}

fn node(bodies: &[PathBuf], rounds: &str) -> Result<String, Failure> {
    let scripts = app()?;
    step("Node: measuring");
    output(scripts.node("run.mjs").arg(rounds).args(bodies))
}

/// Other versions of Node, Deno, Bun and workerd.
fn runtimes(bodies: &[PathBuf], rounds: &str) -> Result<String, Failure> {
    tools::runtimes()?;
    let scripts = app()?;
    step("other runtimes: measuring");
    output(scripts.node("runtimes.mjs").arg(tools::runtimes_directory()).arg(rounds).args(bodies))
}

fn start(rounds: &str) -> Result<String, Failure> {
    let scripts = app()?;
    step("start and size");
    output(scripts.node("start.mjs").arg(rounds))
}

fn memory(deliveries: &str) -> Result<String, Failure> {
    let scripts = app()?;
    step(&format!("memory: {deliveries} deliveries"));
    output(scripts.node("memory.mjs").arg(deliveries))
}

fn machine() -> Result<String, Failure> {
    let lock = root().join("benches/native/Cargo.lock");
    output(Scripts::new()?.node("machine.mjs").arg(tools::rustc_version()?).arg(lock))
}

/// All scripts, the package, and the naive module.
fn app() -> Result<Scripts, Failure> {
    let scripts = Scripts::new()?.with(&pkg::build()?)?;
    copy_all(&naive_wasm()?, &scripts.directory.join("naive-wasm"))?;
    Ok(scripts)
}

/// A wasm module as one would make it first, with the instructions for SIMD that every runtime has.
fn naive_wasm() -> Result<PathBuf, Failure> {
    tools::rust_target(WASM_TARGET)?;
    step("building the naive wasm module");
    let directory = directory().join("naive-wasm");
    let mut build = cargo();
    build.args(["build", "--quiet", "--locked", "--release", "--target", WASM_TARGET]);
    build
        .args(["--manifest-path", "benches/naive-wasm/Cargo.toml", "--target-dir"])
        .arg(&directory)
        .env("RUSTFLAGS", "-Ctarget-feature=+simd128");
    run(&mut build)?;
    let bound = directory.join("bound");
    bind(&directory.join(WASM_TARGET).join("release/naive_wasm.wasm"), &bound, Form::Node, None)?;
    // The project that it is copied into has ES modules.
    write(&bound.join("package.json"), "{ \"type\": \"commonjs\" }\n")?;
    Ok(bound)
}

/// Returns the standard output of a program. Its standard error is shown.
fn output(command: &mut Command) -> Result<String, Failure> {
    let child = command.stderr(Stdio::inherit()).output();
    let found = child.map_err(at(Path::new(command.get_program())))?;
    if !found.status.success() {
        let name = command.get_program().to_string_lossy().into_owned();
        return Err(format!("{name} failed ({}): see above", found.status));
    }
    Ok(String::from_utf8_lossy(&found.stdout).into_owned())
}
