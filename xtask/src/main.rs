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

/// The error of a command: one line that says what to do.
type Failure = String;

struct Command {
    name: &'static str,
    does: &'static str,
    run: fn(&[String]) -> Result<(), Failure>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "demo",
        does: "sends genuine and forged deliveries over HTTP to Express and to Cloudflare Workers",
        run: demo::run_command,
    },
    Command {
        name: "test",
        does: "runs every test: native, wasm, the packed package in every runtime; --quick omits the slow ones",
        run: test::run_command,
    },
    Command {
        name: "differential",
        does: "compares random payloads natively, in Node, workerd and Chromium; --seed <number> repeats a run",
        run: differential::run_command,
    },
    Command {
        name: "pkg",
        does: "builds the npm package into pkg/, ready for npm pack",
        run: pkg::run_command,
    },
    Command {
        name: "publish",
        does: "--dry-run: builds and checks a release in target/publish; .ci/publish uploads it",
        run: publish::run_command,
    },
    Command {
        name: "release",
        does: "<version>: writes the version and the date of a release into all files that contain them",
        run: release::run_command,
    },
    Command {
        name: "www",
        does: "serves the playground, at port 8788 or --port <number>; --build, --test and --screenshots do only that",
        run: www::run_command,
    },
    Command {
        name: "matrix",
        does: "prints which runtimes ran the tests last, and updates the table in docs/works-in.md",
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
        does: "measures times against other libraries, as tables of ratios; --quick for a short run",
        run: bench::run_command,
    },
    Command {
        name: "budgets",
        does: "checks sizes and counted instructions against benches/budgets.json; --write updates the budgets",
        run: bench::budgets::run_command,
    },
    Command {
        name: "coverage",
        does: "prints how much of src/ the native tests cover, for each file",
        run: coverage::run_command,
    },
    Command {
        name: "mutants",
        does: "makes small changes to the code and checks that a test fails; takes files (by hand: takes an hour)",
        run: mutants::run_command,
    },
    Command {
        name: "timing",
        does: "tests statistically whether verification takes constant time; takes a number of samples (by hand)",
        run: checks::timing,
    },
    Command {
        name: "audit",
        does: "checks licences, sources and known vulnerabilities of the dependencies (by hand: needs GitHub)",
        run: checks::audit,
    },
];

fn no_arguments(command: &str, arguments: &[String]) -> Result<(), Failure> {
    match arguments {
        [] => Ok(()),
        [first, ..] => Err(format!("cargo xtask {command} takes no arguments, but there is {first}")),
    }
}

/// Returns the command whose name is at most two letters away from `word`, or one letter from a short word.
fn nearest(word: &str) -> Option<&'static str> {
    let all = COMMANDS.iter().map(|command| (distance(word, command.name), command.name));
    let (distance, name) = all.min()?;
    (distance <= if word.len() < 4 { 1 } else { 2 }).then_some(name)
}

/// Returns the Levenshtein distance.
fn distance(from: &str, to: &str) -> usize {
    let first: Vec<usize> = (0..=to.chars().count()).collect();
    let last = from.chars().fold(first, |above, letter| {
        let mut left = above.first().map_or(0, |count| count.saturating_add(1));
        let mut row = vec![left];
        for (pair, other) in above.windows(2).zip(to.chars()) {
            let [diagonal, above] = *pair else { continue };
            let replaced = diagonal.saturating_add(usize::from(letter != other));
            left = replaced.min(above.saturating_add(1)).min(left.saturating_add(1));
            row.push(left);
        }
        row
    });
    last.last().copied().unwrap_or_default()
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
                let meant = nearest(name).map(|name| format!(": did you mean {name}?")).unwrap_or_default();
                eprintln!("\nxtask: there is no command {name}{meant}");
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

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_a_mistyped_command() {
        for (word, meant) in [
            ("tset", Some("test")),
            ("test", Some("test")),
            ("pgk", None),
            ("pk", Some("pkg")),
            ("mutant", Some("mutants")),
            ("difrential", Some("differential")),
            ("deploy", None),
        ] {
            assert_eq!(nearest(word), meant, "{word}");
        }
    }
}
