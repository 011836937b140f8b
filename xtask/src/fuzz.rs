//! `cargo xtask fuzz`: the targets of `fuzz/` by cargo-fuzz, from the fixtures.

use std::fs;
use std::path::PathBuf;

use crate::Failure;
use crate::run::{ask, at, cargo, fresh, program, root, run, run_quietly, step, target};
use crate::tools::{crate_binary, with_path};

const TARGETS: [&str; 5] = ["verify", "parse", "damaged", "headers", "addresses"];
const DEFAULT_SECONDS: u64 = 600;

pub(crate) fn run_command(arguments: &[String]) -> Result<(), Failure> {
    const USAGE: &str = "cargo xtask fuzz [--seconds N] [verify] [parse] [damaged] [headers] [addresses]";
    let (mut seconds, mut chosen) = (DEFAULT_SECONDS, Vec::new());
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        if argument == "--seconds" {
            let number = arguments.next().and_then(|number| number.parse().ok());
            seconds = number.ok_or_else(|| format!("--seconds needs a number: {USAGE}"))?;
        } else {
            let known = TARGETS.into_iter().find(|target| target == argument);
            chosen.push(known.ok_or_else(|| format!("{argument} means nothing here: {USAGE}"))?);
        }
    }
    if chosen.is_empty() {
        chosen.extend(TARGETS);
    }
    // Findings are kept, and the next run starts from them.
    fuzz(&chosen, "corpus", &[&format!("-max_total_time={seconds}")])
}

/// Runs the same executions every time, for `cargo xtask test`.
pub(crate) fn smoke() -> Result<(), Failure> {
    fresh(&directory().join("smoke"))?;
    fuzz(&TARGETS, "smoke", &["-runs=50000", "-seed=1", "-verbosity=0"])
}

fn directory() -> PathBuf {
    target().join("fuzz")
}

fn fuzz(targets: &[&str], corpus: &str, limits: &[&str]) -> Result<(), Failure> {
    ask(program(std::env::var_os("CXX").unwrap_or_else(|| "c++".into())).arg("--version")).ok_or(
        "libFuzzer needs a C++ compiler, and c++ was not found: install g++ or clang with your package manager",
    )?;
    let tool = crate_binary("cargo-fuzz", "0.13.2")?;
    let seeds = directory().join("seeds");
    fresh(&seeds)?;
    run_quietly(program("node").arg("fuzz/seeds.mjs").arg(&seeds))?;
    run(cargo().args(["fmt", "--check", "--manifest-path", "fuzz/Cargo.toml"]))?;
    for name in targets {
        let corpus = directory().join(corpus).join(name);
        fs::create_dir_all(&corpus).map_err(at(&corpus))?;
        step(&format!("fuzzing {name}"));
        let mut fuzz = cargo();
        with_path(&mut fuzz, [tool.clone()]).current_dir(root().join("fuzz"));
        // Without a sanitizer stable Rust is enough, and the library forbids the `unsafe` that they look for.
        fuzz.args(["fuzz", "run", "--sanitizer", "none", "--target-dir"]).arg(directory().join("build"));
        fuzz.args([name]).arg(&corpus).arg(seeds.join(name)).arg("--").args(limits);
        fuzz.args([
            "-max_len=8192",
            "-timeout=10",
            "-rss_limit_mb=2048",
            "-reload=0",
            "-print_final_stats=1",
        ]);
        fuzz.arg(format!("-dict={}", seeds.join("dictionary").display()));
        run(&mut fuzz).map_err(|failure| format!("{failure}. Make the input above a fixture"))?;
    }
    Ok(())
}
