//! `cargo xtask differential`: one library, whichever runtime it runs in. The questions and the native answers come from
//! the crate `tests/differential`.

use crate::run::{cargo, run, step, target};
use crate::{Failure, packed, pkg};

pub(crate) fn run_command(arguments: &[String]) -> Result<(), Failure> {
    if !matches!(arguments, [] | [_, _]) {
        return Err("cargo xtask differential [--seed <number>]".to_owned());
    }
    let package = pkg::build()?;
    let directory = target().join("differential");
    step("making deliveries and payloads, and the native answers");
    run(cargo().args(["run", "--quiet", "--package", "differential", "--"]).arg(&directory).args(arguments))?;
    packed::differential(&package, &directory)
}
