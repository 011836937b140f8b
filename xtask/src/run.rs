//! Running programs, and not running them again when nothing has changed.

use core::time::Duration;
use std::collections::hash_map::DefaultHasher;
use std::ffi::OsStr;
use std::fs;
use std::hash::Hasher as _;
use std::io::{self, BufRead as _, BufReader, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{OnceLock, mpsc};
use std::thread;
use std::time::Instant;

use crate::Failure;

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}

/// The directory of generated files.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |directory| root().join(directory))
}

/// Prints what is being done, with the time since the command began.
pub(crate) fn step(what: &str) {
    static BEGIN: OnceLock<Instant> = OnceLock::new();
    let seconds = BEGIN.get_or_init(Instant::now).elapsed().as_secs();
    let what = format!("· {:>2}:{:02} {what}", seconds / 60, seconds % 60);
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if plain || !io::stdout().is_terminal() {
        println!("{what}");
    } else {
        println!("\x1b[1m{what}\x1b[0m");
    }
}

/// A program to be run in the root of the repository.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root()).stdin(Stdio::null());
    command
}

/// The cargo that runs this.
pub(crate) fn cargo() -> Command {
    program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs a program whose output is for the person to read.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let status = while_telling(|| command.status()).map_err(|error| cannot_start(command, &error))?;
    if status.success() { Ok(()) } else { Err(format!("{} failed ({status})", line(command))) }
}

/// Runs a program whose output matters only if it fails.
pub(crate) fn run_quietly(command: &mut Command) -> Result<String, Failure> {
    let output = while_telling(|| command.output()).map_err(|error| cannot_start(command, &error))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    eprint!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Err(format!("{} failed ({})", line(command), output.status))
}

/// Runs a program, and prints a label before each line of its output.
pub(crate) fn run_labelled(command: &mut Command, label: &str) -> Result<(), Failure> {
    let failed = |error| cannot_start(command, &error);
    let (output, input) = io::pipe().map_err(failed)?;
    let errors = input.try_clone().map_err(failed)?;
    let mut child =
        command.stdout(input).stderr(errors).spawn().map_err(|error| cannot_start(command, &error))?;
    // The pipe ends once no process has it any more.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    for text in BufReader::new(output).split(b'\n').map_while(Result::ok) {
        println!("{label:<8}{}", String::from_utf8_lossy(&text));
    }
    let status = child.wait().map_err(|error| cannot_start(command, &error))?;
    if status.success() { Ok(()) } else { Err(format!("{} failed ({status})", line(command))) }
}

/// Prints a line with the elapsed time every ten seconds while `work` is done: nobody has to guess whether it hangs.
fn while_telling<T>(work: impl FnOnce() -> T) -> T {
    const INTERVAL: Duration = Duration::from_secs(10);
    let start = Instant::now();
    let (done, is_done) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            while is_done.recv_timeout(INTERVAL) == Err(mpsc::RecvTimeoutError::Timeout) {
                println!("  … {} s", start.elapsed().as_secs());
            }
        });
        let result = work();
        drop(done);
        result
    })
}

/// The standard output of a program, if it runs and succeeds.
pub(crate) fn ask(command: &mut Command) -> Option<String> {
    let output = while_telling(|| command.stderr(Stdio::null()).output()).ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

fn cannot_start(command: &Command, error: &io::Error) -> Failure {
    format!("{} cannot be started: {error}", command.get_program().to_string_lossy())
}

/// For a file operation on `path`.
pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> Failure + '_ {
    move |error| format!("{}: {error}", path.display())
}

pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(at(path))
}

pub(crate) fn write(path: &Path, contents: impl AsRef<[u8]>) -> Result<(), Failure> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(at(parent))?;
    }
    fs::write(path, contents).map_err(at(path))
}

pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    let contents = fs::read(from).map_err(at(from))?;
    write(to, contents)
}

/// An empty directory.
pub(crate) fn fresh(path: &Path) -> Result<(), Failure> {
    if path.exists() {
        fs::remove_dir_all(path).map_err(at(path))?;
    }
    fs::create_dir_all(path).map_err(at(path))
}

/// All files below `directory`, sorted.
pub(crate) fn files(directory: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).map_err(at(directory))? {
        let path = entry.map_err(at(directory))?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Copies all files below a directory.
pub(crate) fn copy_all(from: &Path, to: &Path) -> Result<(), Failure> {
    for path in files(from)? {
        copy(&path, &to.join(path.strip_prefix(from).unwrap_or(&path)))?;
    }
    Ok(())
}

/// Does something unless it was done before with these inputs, and `output` is still there.
pub(crate) fn once(
    output: &Path,
    inputs: &[PathBuf],
    make: impl FnOnce() -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut hasher = DefaultHasher::new();
    for input in inputs {
        hasher.write(&fs::read(input).map_err(at(input))?);
        hasher.write_u8(0);
    }
    let fingerprint = format!("{:016x}", hasher.finish());
    let name = output.strip_prefix(root()).unwrap_or(output).to_string_lossy().replace(['/', '\\'], "-");
    let stamp = target().join("xtask").join(name);
    if output.exists() && fs::read_to_string(&stamp).is_ok_and(|last| last == fingerprint) {
        return Ok(());
    }
    make()?;
    write(&stamp, fingerprint)
}
