//! The tools that the commands need: found, or installed where cargo, rustup or npm own them.

use core::slice::from_ref;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failure;
use crate::run::{ask, at, cargo, copy, fresh, once, program, read, root, run_quietly, step, target, write};

pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Makes sure that rustc can build for `name`.
pub(crate) fn rust_target(name: &str) -> Result<(), Failure> {
    let libraries = ask(program("rustc").args(["--print", "target-libdir", "--target", name]));
    if libraries.is_some_and(|path| fs::read_dir(path).is_ok_and(|mut files| files.next().is_some())) {
        return Ok(());
    }
    step(&format!("adding the Rust target {name}"));
    rustup(&["target", "add", name])
}

/// Runs rustup, which owns what it installs.
fn rustup(arguments: &[&str]) -> Result<(), Failure> {
    let line = format!("rustup {}", arguments.join(" "));
    let output = program("rustup").args(arguments).output().map_err(|_| {
        format!("{line} is needed and rustup was not found: install it from https://rustup.rs")
    })?;
    if output.status.success() {
        return Ok(());
    }
    let told = String::from_utf8_lossy(&output.stderr);
    let last = told.lines().last().unwrap_or_default().trim();
    Err(format!("{line} failed: connect to the network and run it again ({last})"))
}

/// Makes sure that cargo has a subcommand that rustup brings.
pub(crate) fn rust_component(name: &str) -> Result<(), Failure> {
    let program_name = if name == "clippy" { "cargo-clippy" } else { name };
    if ask(program(program_name).arg("--version")).is_some() {
        return Ok(());
    }
    step(&format!("adding the Rust component {name}"));
    rustup(&["component", "add", name])
}

/// Makes sure that rustup has a toolchain with these components.
pub(crate) fn toolchain(name: &str, components: &[&str]) -> Result<(), Failure> {
    let installed = ask(program("rustup").args(["component", "list", "--installed", "--toolchain", name]));
    let Some(installed) = installed else {
        step(&format!("adding the Rust toolchain {name}"));
        let install = ["toolchain", "install", name, "--profile", "minimal", "--no-self-update"];
        let components = components.iter().flat_map(|component| ["--component", component]);
        return rustup(&install.into_iter().chain(components).collect::<Vec<_>>());
    };
    let is_missing = |component: &&str| !installed.lines().any(|line| line.starts_with(component));
    let missing: Vec<_> = components.iter().copied().filter(is_missing).collect();
    if missing.is_empty() {
        return Ok(());
    }
    step(&format!("adding to the Rust toolchain {name}: {}", missing.join(", ")));
    rustup(&[&["component", "add", "--toolchain", name], missing.as_slice()].concat())
}

/// Makes sure that there is a Node to run, of a version that the package supports.
pub(crate) fn node() -> Result<(), Failure> {
    const GET: &str = "install Node 20 or later from https://nodejs.org or your package manager";
    let version =
        ask(program("node").arg("--version")).ok_or_else(|| format!("node was not found: {GET}"))?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    if major.is_none_or(|major: u32| major < 20) {
        return Err(format!("node is {version}: {GET}"));
    }
    ask(program("npm").arg("--version")).map(drop).ok_or_else(|| {
        "npm was not found: it comes with Node; your package manager may have it apart".to_owned()
    })
}

/// Makes sure that there is a Python to run.
pub(crate) fn python() -> Result<(), Failure> {
    const GET: &str = "install Python 3.10 or later from https://python.org or your package manager";
    let version = "import sys; sys.exit(sys.version_info < (3, 10))";
    let found = ask(program("python3").args(["-c", version]));
    found.map(drop).ok_or_else(|| format!("python3 was not found, or is older than 3.10: {GET}"))
}

/// A Python that has the packages of `xtask/python`.
pub(crate) fn python_packages() -> Result<PathBuf, Failure> {
    let requirements = root().join("xtask/python/requirements.txt");
    let directory = target().join("python");
    let python = directory.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    once(&python, from_ref(&requirements), || {
        self::python()?;
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

/// A Chromium, or what is made of it: the one that `CHROME_BIN` names, or one on the path.
pub(crate) fn chromium() -> Result<PathBuf, Failure> {
    const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    const MAC: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
    const GET: &str = "install chromium from your package manager or Chrome from https://google.com/chrome, \
        or set CHROME_BIN to the path of one; cargo xtask test --quick needs none";
    if let Some(path) = std::env::var_os("CHROME_BIN").filter(|path| !path.is_empty()).map(PathBuf::from) {
        let found = path.is_file();
        return found.then_some(path).ok_or_else(|| format!("CHROME_BIN is not the path of a file: {GET}"));
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let directories: Vec<_> = std::env::split_paths(&path).collect();
    let on_path = NAMES.iter().flat_map(|name| directories.iter().map(move |directory| directory.join(name)));
    let found = on_path.chain([PathBuf::from(MAC)]).find(|path| path.is_file());
    found.ok_or_else(|| format!("Chromium was not found: {GET}"))
}

/// Makes sure that there is a Redis to start.
pub(crate) fn redis_server() -> Result<(), Failure> {
    ask(program("redis-server").arg("--version")).map(drop).ok_or_else(|| {
        "redis-server was not found: install redis from your package manager (Debian, Ubuntu: redis-server); \
         cargo xtask test --quick needs none"
            .to_owned()
    })
}

/// Makes sure that there is a `PostgreSQL` to start. On Debian it is not on the path.
pub(crate) fn postgres() -> Result<(), Failure> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian = versions.map(|version| version.path().join("bin/postgres"));
    let found = debian.any(|path| path.exists()) || ask(program("postgres").arg("--version")).is_some();
    found.then_some(()).ok_or_else(|| {
        "postgres was not found: install PostgreSQL from your package manager (Debian, Ubuntu: postgresql); \
         cargo xtask test --quick needs none"
            .to_owned()
    })
}

/// Makes sure that there is a Valgrind to count instructions with.
pub(crate) fn valgrind() -> Result<(), Failure> {
    ask(program("valgrind").arg("--version")).map(drop).ok_or_else(|| {
        "valgrind was not found: install it from your package manager; cargo xtask test --quick needs none".to_owned()
    })
}

/// The version of rustc: "1.95.0".
pub(crate) fn rustc_version() -> Result<String, Failure> {
    let told = ask(program("rustc").arg("--version"));
    let version = told.as_deref().and_then(|told| told.split_whitespace().nth(1));
    version
        .map(str::to_owned)
        .ok_or_else(|| "rustc was not found: install it from https://rustup.rs".to_owned())
}

/// Returns the path of the sources of Rust's library, if they are installed, and its path in builds without them.
pub(crate) fn rust_sources() -> Result<(PathBuf, String), Failure> {
    let rustc = |arguments: &[&str]| {
        ask(program("rustc").args(arguments))
            .ok_or_else(|| "rustc was not found: install it from https://rustup.rs".to_owned())
    };
    let (sysroot, version) = (rustc(&["--print", "sysroot"])?, rustc(&["--verbose", "--version"])?);
    let commit = version.lines().find_map(|line| line.strip_prefix("commit-hash: ")).unwrap_or_default();
    Ok((Path::new(&sysroot).join("lib/rustlib/src/rust"), format!("/rustc/{commit}")))
}

/// The version of a package in Cargo.lock.
fn locked_version(name: &str) -> Result<String, Failure> {
    let lock = read(&root().join("Cargo.lock"))?;
    let entry = lock.split("[[package]]").find(|entry| entry.contains(&format!("name = \"{name}\"\n")));
    let version = entry.and_then(|entry| entry.split("version = \"").nth(1)?.split('"').next());
    version.map(str::to_owned).ok_or_else(|| format!("Cargo.lock has no {name}"))
}

/// The directory of a program from crates.io, installed into `target/tools` unless it is there.
pub(crate) fn crate_binary(name: &str, version: &str) -> Result<PathBuf, Failure> {
    let directory = target().join("tools").join(format!("{name}-{version}"));
    if directory.join("bin").exists() {
        return Ok(directory.join("bin"));
    }
    step(&format!("installing {name} {version} (once, for some minutes)"));
    let install = |locked: &[&str]| {
        let mut command = cargo();
        command.args(["install", name, "--version", &format!("={version}"), "--quiet"]);
        // To compile a tool takes longer than all that it does here: unoptimised.
        command.args(["--debug", "--root"]);
        // Its own target directory would be lost and built again for each tool.
        command.arg(&directory).args(locked).env("CARGO_TARGET_DIR", target().join("tools").join("build"));
        ask(&mut command)
    };
    // A registry mirror may not have every version that the lock of the tool names.
    install(&["--locked"]).or_else(|| install(&[])).ok_or_else(|| {
        format!("{name} {version} could not be installed: connect to the network and run cargo install {name} --version {version}")
    })?;
    Ok(directory.join("bin"))
}

/// wasm-bindgen's runner of tests, at the version in Cargo.lock.
pub(crate) fn wasm_bindgen_test_runner() -> Result<PathBuf, Failure> {
    let directory = crate_binary("wasm-bindgen-cli", &locked_version("wasm-bindgen")?)?;
    Ok(directory.join("wasm-bindgen-test-runner"))
}

/// Puts directories before those where programs are looked for.
pub(crate) fn with_path(
    command: &mut Command,
    directories: impl IntoIterator<Item = PathBuf>,
) -> &mut Command {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = directories.into_iter().chain(std::env::split_paths(&path));
    // Directories with a colon in their names cannot be on a path: nothing is lost with them.
    command.env("PATH", std::env::join_paths(all).unwrap_or(path))
}

/// The directory in which the npm packages of the tools and tests are installed, and scratch projects find them.
pub(crate) fn npm_directory() -> PathBuf {
    target().join("npm")
}

/// The directory of the runtimes and bundlers in which the packed package is tested.
pub(crate) fn runtimes_directory() -> PathBuf {
    npm_directory().join("runtimes")
}

/// Installs the npm packages of `xtask/npm`.
pub(crate) fn npm_packages() -> Result<(), Failure> {
    npm_ci(&root().join("xtask/npm"), &npm_directory(), "installing npm packages")
}

/// Installs the npm packages of `xtask/npm/runtimes`, and gives the Node that runs what they are tested with.
pub(crate) fn runtimes() -> Result<PathBuf, Failure> {
    let directory = runtimes_directory();
    let said = "installing runtimes and bundlers from npm (once, 1.5 GB)";
    npm_ci(&root().join("xtask/npm/runtimes"), &directory, said)?;
    // Node's names of platforms and architectures.
    let system = std::env::consts::OS.replace("macos", "darwin");
    let processor = std::env::consts::ARCH.replace("x86_64", "x64").replace("aarch64", "arm64");
    let node = directory.join(format!("node_modules/node-24-{system}-{processor}/bin/node"));
    let missing = "npm has no Node 24 for this machine: cargo xtask test --quick needs none";
    if node.exists() { Ok(node) } else { Err(missing.to_owned()) }
}

/// Installs the packages of a lock file, unless they are there.
pub(crate) fn npm_ci(from: &Path, to: &Path, said: &str) -> Result<(), Failure> {
    node()?;
    let inputs = ["package.json", "package-lock.json"].map(|name| from.join(name));
    once(&to.join("node_modules"), &inputs, || {
        step(said);
        for input in &inputs {
            copy(input, &to.join(input.file_name().unwrap_or_default()))?;
        }
        npm(&["ci", "--ignore-scripts"], to)
            .map_err(|_| "npm ci failed: connect to the network and try again".to_owned())
    })
}

/// Runs npm in a directory.
pub(crate) fn npm(arguments: &[&str], directory: &Path) -> Result<(), Failure> {
    fs::create_dir_all(directory).map_err(at(directory))?;
    run_quietly(
        program("npm")
            .args(arguments)
            .args(["--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(directory),
    )
    .map(drop)
}

/// Creates an npm project that has only one package, installed from its tarball as users install it. If the tarball has
/// changed, the directory is emptied first.
pub(crate) fn install_tarball(project: &Path, tarball: &Path) -> Result<(), Failure> {
    once(&project.join("node_modules"), &[tarball.to_owned()], || {
        let name = tarball.file_name().unwrap_or_default().to_string_lossy();
        step(&format!("installing {name} into a scratch project"));
        fresh(project)?;
        write(&project.join("package.json"), "{ \"private\": true, \"type\": \"module\" }\n")?;
        // It has no dependencies: there is nothing to ask the network for.
        npm(&["install", "--offline", "--no-package-lock", &tarball.to_string_lossy()], project)
    })
}

/// A program of an npm package.
pub(crate) fn npm_program(name: &str) -> Command {
    program(npm_directory().join("node_modules/.bin").join(name))
}
