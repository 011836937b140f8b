//! `cargo xtask release <version>`: writes a version, and the day, wherever they stand.

use crate::Failure;
use crate::run::{cargo, program, read, root, run_quietly, step, write};

pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");
const CHANGELOG: &str = "CHANGELOG.md";
const UNRELEASED: &str = "\n## Unreleased\n";

/// The workspaces whose lock files name the crate.
const WORKSPACES: [&str; 6] = [
    "Cargo.toml",
    "benches/native/Cargo.toml",
    "examples/actix/Cargo.toml",
    "examples/lambda-rust/Cargo.toml",
    "examples/worker-rust/Cargo.toml",
    "fuzz/Cargo.toml",
];

pub(crate) fn run_command(arguments: &[String]) -> Result<(), Failure> {
    let [new] = arguments else {
        return Err("usage: cargo xtask release <version>, such as 1.2.3 or 1.2.3-rc.1".to_owned());
    };
    // In UTC. Rust's library has no calendar.
    let today = run_quietly(program("node").args(["-p", "new Date().toISOString().slice(0, 10)"]))?;
    step(&format!("{VERSION} becomes {new}"));
    replace(CHANGELOG, UNRELEASED, &format!("\n## {new} - {}\n", today.trim()))?;
    // The version of the workspace: the first that stands alone in its line.
    replace("Cargo.toml", &format!("\nversion = \"{VERSION}\"\n"), &format!("\nversion = \"{new}\"\n"))?;
    for manifest in run_quietly(program("git").args(["ls-files", "examples/*/package.json"]))?.lines() {
        let requirement = |version: &str| format!("\"agentmail-webhooks\": \"^{version}\"");
        replace(manifest, &requirement(VERSION), &requirement(new))?;
    }
    for manifest in WORKSPACES {
        // Refuses what is no version, and writes it into the lock, where the rest stays as it is.
        run_quietly(cargo().args(["metadata", "--format-version", "1", "--manifest-path", manifest]))?;
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

/// Refuses a tag that is not the version, and a changelog that does not begin with it.
pub(crate) fn is_ready(tag: &str) -> Result<(), Failure> {
    if tag != format!("v{VERSION}") {
        return Err(format!("the tag {tag} is not v{VERSION}, the version of Cargo.toml"));
    }
    let changelog = read(&root().join(CHANGELOG))?;
    if released(&changelog).next() == Some(VERSION) && !changelog.contains(UNRELEASED) {
        return Ok(());
    }
    Err(format!("{CHANGELOG} does not begin with {VERSION}: cargo xtask release <version> writes it"))
}

/// The last version that was released before this one, if one was.
pub(crate) fn previous() -> Result<Option<String>, Failure> {
    let changelog = read(&root().join(CHANGELOG))?;
    Ok(released(&changelog).find(|version| *version != VERSION).map(str::to_owned))
}

/// The versions in the headings of the changelog, the newest first: "## 1.2.3 - 2026-01-31".
fn released(changelog: &str) -> impl Iterator<Item = &str> {
    changelog.lines().filter_map(|line| Some(line.strip_prefix("## ")?.split_once(" - ")?.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_the_changelog() {
        let text = "# Changelog\n\n## Unreleased\n\n- New - and more.\n\n## 0.2.0 - 2026-02-28\n\n## 0.1.0 - 2026-01-31\n";
        assert_eq!(released(text).collect::<Vec<_>>(), ["0.2.0", "0.1.0"]);
    }

    #[test]
    fn a_tag_of_another_version_is_refused() {
        assert!(is_ready("v0.0.1").is_err_and(|failure| failure.contains("is not v")));
    }
}
