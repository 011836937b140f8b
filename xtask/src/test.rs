use crate::Failure;
pub(crate) fn run_command(_: &[String]) -> Result<(), Failure> { Err("later".into()) }
