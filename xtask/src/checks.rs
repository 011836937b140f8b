//! Checks with other tools: Miri, every combination of features, the oldest supported dependencies and Rust, and, by
//! hand, the rules of `deny.toml` for dependencies.

use std::process::Command;

use crate::Failure;
use crate::run::{cargo, program, read, root, run, run_quietly, step, target};
use crate::tools::{self, WASM_TARGET, crate_binary, rust_target, toolchain, with_path};

const NIGHTLY: &str = "nightly";

/// Every check that needs more than a registry of crates and rustup.
pub(crate) fn run_all() -> Result<(), Failure> {
    features()?;
    documentation()?;
    minimum_rust()?;
    minimum_dependencies()?;
    miri()
}

/// `cargo xtask audit`: licences, sources, duplicates and known vulnerabilities of all dependencies, those of the tests and
/// of xtask included. By hand and in a workflow of its own: only a change of Cargo.lock changes the answer, or what the
/// world has learnt since.
pub(crate) fn audit(arguments: &[String]) -> Result<(), Failure> {
    crate::no_arguments("audit", arguments)?;
    let tool = crate_binary("cargo-deny", "0.20.2")?;
    let check = |what: &[&str]| {
        let deny = ["deny", "--log-level", "warn", "--all-features", "check", "--hide-inclusion-graph"];
        run(with_path(&mut cargo(), [tool.clone()]).args(deny).args(what))
    };
    step("cargo deny: licences, sources, duplicates");
    check(&["bans", "licenses", "sources"])?;
    step("cargo deny: vulnerabilities, by the database of RustSec (from GitHub)");
    check(&["advisories"])
}

/// `cargo xtask timing`: tests that the time of a verification is independent of the correct signature.
pub(crate) fn timing(arguments: &[String]) -> Result<(), Failure> {
    step("timing of signature comparison (leave the machine alone for some minutes)");
    let bench = ["bench", "--quiet", "--package", "agentmail-webhooks", "--bench", "timing", "--"];
    run(cargo().args(bench).args(arguments))
}

/// Each feature, and each pair of those of the core, natively and for wasm. The others are modules of their own beside it.
/// Clippy finds what `cargo check` finds, and denies warnings without building the dependencies once more.
fn features() -> Result<(), Failure> {
    const CORE: &str = "alloc,explain,http,schema,std,wasm";
    let tool = crate_binary("cargo-hack", "0.6.46")?;
    rust_target(WASM_TARGET)?;
    // In wasm, there are no connections to databases. `module` is for what has nothing beside it: `cargo xtask pkg`.
    for (platform, others) in
        [(&[][..], "axum,postgres,redis,testing"), (&["--target", WASM_TARGET], "axum,testing")]
    {
        step(&["cargo hack: every feature, and pairs of the core's", &platform.join(" ")].join(" "));
        let hack = |features: &[&str]| {
            let library = ["--package", "agentmail-webhooks", "--lib"];
            let mut hack = cargo();
            with_path(&mut hack, [tool.clone()]).args(["hack", "clippy", "--quiet"]).args(features);
            run(hack.args(library).args(platform).args(["--", "--deny", "warnings"]))
        };
        hack(&["--feature-powerset", "--depth", "2", "--include-features", CORE])?;
        hack(&["--each-feature", "--exclude-all-features", "--include-features", others])?;
    }
    Ok(())
}

/// rustdoc with fewer features, and as docs.rs runs it.
fn documentation() -> Result<(), Failure> {
    toolchain(NIGHTLY, &[])?;
    let document = |mut cargo: Command, features: &[&str], flags: &str| {
        step(&format!("rustdoc {} {flags}", features.join(" ")));
        cargo.args(["doc", "--quiet", "--no-deps", "--lib", "--package", "agentmail-webhooks"]);
        run(cargo.args(features).env("RUSTDOCFLAGS", format!("--deny warnings {flags}")))
    };
    document(cargo(), &["--no-default-features"], "")?;
    document(cargo(), &["--no-default-features", "--features", "alloc"], "")?;
    document(cargo(), &[], "")?;
    document(cargo_of(NIGHTLY), &["--features", "axum,postgres,redis,testing"], "--cfg docsrs")
}

/// The `rust-version` of Cargo.toml, with the dependencies of Cargo.lock.
fn minimum_rust() -> Result<(), Failure> {
    let manifest = read(&root().join("Cargo.toml"))?;
    let version = manifest.split("\nrust-version = \"").nth(1).and_then(|rest| rest.split('"').next());
    let version = version.ok_or("Cargo.toml has no rust-version")?;
    toolchain(version, &[])?;
    step(&format!("Rust {version}, the oldest that Cargo.toml claims"));
    let check = ["check", "--quiet", "--locked", "--package", "agentmail-webhooks", "--lib"];
    run(cargo_of(version).args(check).args(["--features", "axum,postgres,redis,testing"]))
}

/// The oldest versions that Cargo.toml allows, of what the crate depends on itself.
fn minimum_dependencies() -> Result<(), Failure> {
    toolchain(NIGHTLY, &[])?;
    step("native tests with the oldest dependencies that Cargo.toml claims");
    let lock = target().join("minimum/Cargo.lock");
    let lock = format!("resolver.lockfile-path='{}'", lock.display());
    let config = ["--config", lock.as_str()];
    let mut resolve = cargo_of(NIGHTLY);
    run(resolve.args(["generate-lockfile", "--quiet", "-Zdirect-minimal-versions"]).args(config))?;
    let test = ["test", "--quiet", "--locked", "--package", "agentmail-webhooks", "--tests"];
    run(cargo_of(NIGHTLY).args(test).args(["--features", "axum,postgres,redis,testing"]).args(config))
}

/// The core forbids `unsafe`, so what Miri can find is in the dependencies as we use them: in the SHA-256, the
/// constant-time comparison and the wiping of keys, in base64 and hex, in the JSON reader, in `HeaderMap`.
fn miri() -> Result<(), Failure> {
    toolchain(NIGHTLY, &["miri", "rust-src"])?;
    step("Miri: a sample of the fixtures, and the interface");
    let miri = ["miri", "test", "--quiet", "--package", "agentmail-webhooks", "--features", "http"];
    run(cargo_of(NIGHTLY).args(miri).args([
        "--test",
        "conformance",
        "--test",
        "interface",
        "--",
        "--nocapture",
    ]))
}

/// The cargo of a toolchain that rustup has.
fn cargo_of(toolchain: &str) -> Command {
    let mut command = program("rustup");
    command.args(["run", toolchain, "cargo"]);
    command
}

/// The examples in Rust that are workspaces of their own. They share what they compile.
pub(crate) fn rust_examples() -> Result<(), Failure> {
    for name in ["actix", "lambda-rust"] {
        step(&format!("examples/{name}"));
        let manifest = root().join("examples").join(name).join("Cargo.toml");
        run(cargo().args(["fmt", "--check", "--manifest-path"]).arg(&manifest))?;
        let mut test = cargo();
        test.args(["test", "--quiet", "--locked", "--manifest-path"]).arg(&manifest);
        run(test.arg("--target-dir").arg(target().join("examples")))?;
    }
    Ok(())
}

/// Asks zizmor what is known to go wrong in workflows of GitHub. `--offline`: it asks GitHub nothing.
pub(crate) fn workflows() -> Result<(), Failure> {
    let python = tools::python_packages()?;
    step("the workflows of GitHub: zizmor");
    let mut zizmor = program(python.with_file_name("zizmor"));
    run_quietly(zizmor.args(["--offline", "--no-config", "--persona", "pedantic", ".github"])).map(drop)
}
