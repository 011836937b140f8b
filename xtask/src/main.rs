//! The commands of this project: `cargo xtask` lists them.

#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc, reason = "a program, which has std")]

mod bench;
mod bindgen;
mod checks;
mod coverage;
mod demo;
mod differential;
mod events;
mod fuzz;
mod llms;
mod mutants;
mod packed;
mod pkg;
mod publish;
mod release;
mod run;
mod schema;
mod test;
mod tools;
mod typescript;
mod www;

use std::process::ExitCode;

/// Why a command stopped, in one line that says what to do.
type Failure = String;

struct Command {
    name: &'static str,
    does: &'static str,
    run: fn(&[String]) -> Result<(), Failure>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "demo",
        does: "the main job: genuine and forged deliveries, sent over HTTP to Express and to Cloudflare Workers",
        run: demo::run_command,
    },
    Command {
        name: "test",
        does: "every test: native, wasm, the packed package in every runtime; --quick leaves out the slow ones",
        run: test::run_command,
    },
    Command {
        name: "differential",
        does: "random payloads: the same answers natively, in Node, workerd and Chromium; --seed <number> repeats a run",
        run: differential::run_command,
    },
    Command {
        name: "pkg",
        does: "builds the npm package into pkg/, ready for npm pack",
        run: pkg::run_command,
    },
    Command {
        name: "publish",
        does: "--dry-run: what a release would upload, checked and left in target/publish; .ci/publish uploads it",
        run: publish::run_command,
    },
    Command {
        name: "release",
        does: "writes a version, and today, wherever they stand: <version>",
        run: release::run_command,
    },
    Command {
        name: "www",
        does: "builds and serves the playground, at port 8788 or --port <number>; --build, --test and --screenshots do only that",
        run: www::run_command,
    },
    Command {
        name: "matrix",
        does: "which runtimes ran the tests last, also as the table in docs/works-in.md, which it writes",
        run: packed::matrix_command,
    },
    Command {
        name: "events",
        does: "writes the tables of docs/events.md, docs/event.schema.json and llms.txt, from the definitions of the events",
        run: events::run_command,
    },
    Command {
        name: "fuzz",
        does: "fuzzes with the fixtures as corpus, 10 minutes a target: [--seconds N] [verify parse damaged headers addresses]",
        run: fuzz::run_command,
    },
    Command {
        name: "bench",
        does: "times beside the peers, as tables of ratios; --quick for a short run",
        run: bench::run_command,
    },
    Command {
        name: "budgets",
        does: "checks sizes and counted instructions against benches/budgets.json; --write makes today's the budgets",
        run: bench::budgets::run_command,
    },
    Command {
        name: "coverage",
        does: "how much of src/ the native tests run, for each file",
        run: coverage::run_command,
    },
    Command {
        name: "mutants",
        does: "changes the code in small ways and sees whether a test fails; takes files (by hand: takes an hour)",
        run: mutants::run_command,
    },
    Command {
        name: "timing",
        does: "tests statistically whether verification takes constant time; takes a number of samples (by hand)",
        run: checks::timing,
    },
    Command {
        name: "audit",
        does: "asks RustSec's database about the dependencies (by hand: needs GitHub)",
        run: checks::audit,
    },
];

fn no_arguments(command: &str, arguments: &[String]) -> Result<(), Failure> {
    match arguments {
        [] => Ok(()),
        [first, ..] => {
            Err(format!("{first} means nothing to cargo xtask {command}, which takes no arguments"))
        }
    }
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next();
    let rest: Vec<String> = arguments.collect();
    let Some(command) = COMMANDS.iter().find(|command| Some(command.name) == name.as_deref()) else {
        println!("cargo xtask <command>\n");
        for Command { name, does, .. } in COMMANDS {
            println!("  {name:<13} {does}");
        }
        return match name.as_deref() {
            None | Some("help" | "--help" | "-h") => ExitCode::SUCCESS,
            Some(name) => {
                eprintln!("\nxtask: there is no command {name}");
                ExitCode::FAILURE
            }
        };
    };
    if matches!(rest.first().map(String::as_str), Some("--help" | "-h")) {
        println!("cargo xtask {}: {}", command.name, command.does);
        return ExitCode::SUCCESS;
    }
    match (command.run)(&rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}
