//! The files of the packages: those that are meant to be there, and in them no path of the machine that made them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::NAME;
use crate::Failure;
use crate::run::{at, files, root};

/// The files of the npm package, one in a line.
const TARBALL: &str = include_str!("npm-files.txt");
const TARBALL_FILE: &str = "xtask/src/publish/npm-files.txt";

/// The other files of the crate. Cargo writes three of them.
const CRATE: [&str; 9] = [
    ".cargo_vcs_info.json",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "Cargo.toml.orig",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "SECURITY.md",
];

/// What the crate has whole.
const WHOLE: [&str; 2] = ["src", "docs"];

/// Where people have their homes.
const HOMES: [&str; 3] = ["/home/", "/Users/", "\\Users\\"];

/// Those above, as `cargo package --list` tells them.
pub(super) fn of_crate(list: &str) -> Result<(), Failure> {
    let root = root();
    let mut expected: BTreeSet<_> = CRATE.map(str::to_owned).into();
    for whole in WHOLE {
        expected.extend(files(&root.join(whole))?.iter().map(|path| relative(path, &root)));
    }
    same(&expected, &list.lines().map(|line| line.replace('\\', "/")).collect(), "the crate", file!())
}

/// The files of the list, as npm installed them.
pub(super) fn of_tarball(installed: &Path) -> Result<(), Failure> {
    let found = files(installed)?.iter().map(|path| relative(path, installed)).collect();
    same(&TARBALL.lines().map(str::to_owned).collect(), &found, "the tarball", TARBALL_FILE)
}

fn same(
    expected: &BTreeSet<String>,
    found: &BTreeSet<String>,
    package: &str,
    listed: &str,
) -> Result<(), Failure> {
    let added = found.difference(expected).map(|file| format!("{file} is new in {package}"));
    let lost = expected.difference(found).map(|file| format!("{file} is not in {package}"));
    let differences: Vec<_> = added.chain(lost).collect();
    if differences.is_empty() {
        return Ok(());
    }
    Err(format!("{}: if that is meant, {listed} has the list", differences.join(", ")))
}

fn relative(path: &Path, directory: &Path) -> String {
    path.strip_prefix(directory).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// Whether the files of a package tell nothing of this machine.
pub(super) fn tells_no_path(directory: &Path) -> Result<(), Failure> {
    let cargo = std::env::var_os("CARGO_HOME").map(Into::into);
    let here = [Some(root()), std::env::home_dir(), cargo];
    let here = here.iter().flatten().map(|path| format!("{}/", path.display()));
    let paths: Vec<_> = here.chain(HOMES.map(str::to_owned)).filter(|path| path != "/").collect();
    for file in files(directory)? {
        let bytes = fs::read(&file).map_err(at(&file))?;
        if let Some(path) = paths.iter().find(|path| contains(&bytes, path.as_bytes())) {
            return Err(format!(
                "{} of {NAME} has a path of this machine: {path}…",
                relative(&file, directory)
            ));
        }
    }
    Ok(())
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;
    use crate::run::{fresh, target, write};

    #[test]
    fn what_is_not_listed_is_told() {
        let list = WHOLE.iter().flat_map(|whole| files(&root().join(whole)).unwrap());
        let list: Vec<_> = list.map(|path| relative(&path, &root())).collect();
        let whole = format!("{}\n{}", list.join("\n"), CRATE.join("\n"));
        of_crate(&whole).unwrap();
        assert!(of_crate(&format!("{whole}\ntests/wasm.rs")).unwrap_err().contains("tests/wasm.rs is new"));
        let less = whole.replace("LICENSE-MIT\n", "");
        assert!(of_crate(&less).unwrap_err().contains("LICENSE-MIT is not in the crate"));
    }

    #[test]
    fn paths_are_found_in_any_bytes() {
        let directory = target().join("xtask/paths");
        fresh(&directory).unwrap();
        write(&directory.join("a.wasm"), b"\0asm\xff/usr/lib/x").unwrap();
        tells_no_path(&directory).unwrap();
        for path in [format!("{}/src/lib.rs", root().display()), "/home/jane/x".to_owned()] {
            write(&directory.join("a.wasm"), [b"\0asm\xff", path.as_bytes()].concat()).unwrap();
            assert!(tells_no_path(&directory).unwrap_err().starts_with("a.wasm of"), "{path}");
        }
    }
}
