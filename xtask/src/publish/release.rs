//! `cargo xtask release <version>`: writes a version, and the day, wherever they stand.

use super::{VERSION, changelog, version};
use crate::Failure;
use crate::run::{cargo, program, read, root, run_quietly, step, write};

pub(crate) fn run_command(arguments: &[String]) -> Result<(), Failure> {
    let [new] = arguments else {
        return Err("usage: cargo xtask release <version>, such as 1.2.3".to_owned());
    };
    if !is_version(new) {
        return Err(format!("{new} is no version, such as 1.2.3 or 1.2.3-rc.1"));
    }
    // Before anything is written.
    let dated = changelog::released(&changelog::read()?, new, &today()?)?;
    step(&format!("{VERSION} becomes {new}"));
    write(&root().join(changelog::FILE), dated)?;
    // The version of the workspace: the first that stands alone in its line.
    replace("Cargo.toml", &format!("\nversion = \"{VERSION}\"\n"), &format!("\nversion = \"{new}\"\n"))?;
    for manifest in version::examples()? {
        replace(&manifest, &version::requirement(VERSION), &version::requirement(new))?;
    }
    for lock in version::LOCKS {
        let manifest = root().join(lock).with_extension("toml");
        // Resolving writes the new version of what is here, and leaves the rest as it is.
        run_quietly(cargo().args(["metadata", "--format-version", "1", "--manifest-path"]).arg(manifest))?;
    }
    println!(
        "\nlook at it (git diff), then:\n\n  git commit -am \"Release {new}\"\n  git tag v{new}\n  git push origin HEAD v{new}"
    );
    Ok(())
}

/// Replaces what must stand once in a file.
fn replace(file: &str, from: &str, to: &str) -> Result<(), Failure> {
    let path = root().join(file);
    let text = read(&path)?;
    if text.matches(from).count() != 1 {
        return Err(format!("{file} does not have {} once", from.trim()));
    }
    write(&path, text.replace(from, to))
}

/// As 1.2.3, or as 1.2.3-rc.1.
fn is_version(text: &str) -> bool {
    let (numbers, before) = text.split_once('-').unwrap_or((text, "0"));
    let is_digit = |byte: u8| byte.is_ascii_digit();
    let is_number = |part: &str| {
        !part.is_empty() && part.bytes().all(is_digit) && (part == "0" || !part.starts_with('0'))
    };
    let is_word = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    numbers.split('.').count() == 3 && numbers.split('.').all(is_number) && before.split('.').all(is_word)
}

/// In UTC. Rust's library has no calendar.
fn today() -> Result<String, Failure> {
    let told = run_quietly(program("node").args(["-p", "new Date().toISOString().slice(0, 10)"]))?;
    Ok(told.trim().to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        for version in ["0.1.0", "1.20.300", "1.0.0-rc.1"] {
            assert!(is_version(version), "{version}");
        }
        for other in
            ["", "1", "1.2", "v1.2.3", "1.2.3.4", "01.2.3", "1.2.x", "1.2.3-", "1.2.3-rc 1", "1.2.+3"]
        {
            assert!(!is_version(other), "{other}");
        }
    }
}
