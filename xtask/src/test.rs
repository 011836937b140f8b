//! `cargo xtask test`: every test, from the formatting to the packed package.

use std::thread;

use crate::pkg::Package;
use crate::run::{cargo, program, run, run_labelled, step};
use crate::tools::{self, WASM_TARGET};
use crate::{Failure, bench, checks, demo, differential, events, fuzz, packed, pkg, publish, www};

/// A target without an operating system or an allocator.
const BARE_TARGET: &str = "thumbv7em-none-eabihf";

pub(crate) fn run_command(arguments: &[String]) -> Result<(), Failure> {
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => all(),
        ["--quick"] => quick(),
        ["crate"] => of_the_crate(&pkg::build()?),
        ["package"] => of_the_package(&pkg::build()?),
        _ => Err("usage: cargo xtask test [--quick | crate | package]".to_owned()),
    }
}

fn quick() -> Result<(), Failure> {
    tools::node()?;
    native(true)?;
    // It needs nothing but Python: it is left out only where there is none.
    if tools::python().is_ok() {
        fixtures_in_python()?;
    }
    let package = pkg::build()?;
    println!("{}", pkg::sizes(&package)?);
    packed::run(&package, true)?;
    packed::matrix("print")?;
    step("all quick tests passed");
    Ok(())
}

/// Both halves at once: the package's wait for servers and browsers while the crate's compile.
fn all() -> Result<(), Failure> {
    tools::node()?;
    // Now, and not after the minutes that come before it is needed.
    tools::chromium()?;
    tools::redis_server()?;
    tools::postgres()?;
    bench::budgets::ready()?;
    let package = pkg::build()?;
    println!("{}", pkg::sizes(&package)?);
    let this = std::env::current_exe().map_err(|error| format!("this program has no path: {error}"))?;
    let half = |name| run_labelled(program(&this).args(["test", name]), name);
    let (of_crate, of_package) = thread::scope(|scope| {
        let of_crate = scope.spawn(|| half("crate"));
        let of_package = half("package");
        (of_crate.join().unwrap_or_else(|_| Err("it panicked".to_owned())), of_package)
    });
    of_crate.and(of_package)?;
    step("all tests passed");
    Ok(())
}

/// Uses no npm project, so that it runs beside those of the package.
fn of_the_crate(package: &Package) -> Result<(), Failure> {
    lint()?;
    events::check()?;
    native(false)?;
    fixtures_in_python()?;
    wasm()?;
    bench::budgets::check(package)?;
    bench::migration()?;
    publish::dry_run(package)?;
    checks::run_all()?;
    checks::rust_examples()?;
    fuzz::smoke()
}

fn of_the_package(package: &Package) -> Result<(), Failure> {
    packed::run(package, false)?;
    packed::rust_worker(package)?;
    packed::python(package)?;
    www::test(package)?;
    checks::workflows()?;
    differential::run_command(&[])?;
    demo::run_command(&[])?;
    packed::matrix("check")
}

fn lint() -> Result<(), Failure> {
    tools::rust_component("rustfmt")?;
    tools::rust_component("clippy")?;
    tools::rust_target(WASM_TARGET)?;
    step("rustfmt");
    run(cargo().args(["fmt", "--all", "--check"]))?;
    bench::lint()?;
    step("clippy");
    let clippy = ["clippy", "--quiet", "--all-targets"];
    let deny = ["--", "--deny", "warnings"];
    run(cargo()
        .args(clippy)
        .args(["--workspace", "--features", "axum,postgres,redis,schema,testing,wasm"])
        .args(deny))?;
    let binding = ["--target", WASM_TARGET, "--no-default-features", "--features", "wasm,explain"];
    run(cargo().args(clippy).args(binding).args(deny))?;
    step("rustdoc");
    let doc = [
        "doc",
        "--quiet",
        "--no-deps",
        "--package",
        "agentmail-webhooks",
        "--features",
        "axum,postgres,redis,testing",
    ];
    run(cargo().args(doc).env("RUSTDOCFLAGS", "--deny warnings"))
}

fn native(quick: bool) -> Result<(), Failure> {
    step("native tests, and the binding natively");
    let test = ["test", "--quiet", "--features"];
    if quick {
        let package = ["axum,testing,wasm", "--package", "agentmail-webhooks", "--lib", "--tests"];
        return run(cargo().args(test).args(package));
    }
    // Those of `postgres` and `redis` start a server.
    run(cargo().args(test).args(["axum,postgres,redis,testing,wasm", "--workspace"]))?;
    step(&format!("no operating system: {BARE_TARGET}"));
    tools::rust_target(BARE_TARGET)?;
    let build = ["build", "--quiet", "--lib", "--target", BARE_TARGET, "--no-default-features"];
    run(cargo().args(build))?;
    run(cargo().args(build).args(["--features", "alloc"]))
}

/// The fixtures, judged by an implementation that shares nothing with ours: those of signing, then those of events.
fn fixtures_in_python() -> Result<(), Failure> {
    tools::python()?;
    step("the fixtures, in Python alone");
    run(crate::run::program("python3").arg("tests/fixtures/runner.py"))?;
    run(crate::run::program("python3").arg("tests/fixtures/oracle.py"))
}

/// The fixtures through the binding, before it is packed: as `wasm-pack test --node` runs them, which would have to be compiled
/// too.
fn wasm() -> Result<(), Failure> {
    let runner = tools::wasm_bindgen_test_runner()?;
    step("the binding, in Node");
    let mut test = cargo();
    // No `--quiet`: the runner does not know it.
    test.args([
        "test",
        "--target",
        WASM_TARGET,
        "--no-default-features",
        "--features",
        "wasm,explain",
        "--test",
        "wasm",
    ]);
    run(test.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner))
}
