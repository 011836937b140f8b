//! One version. It is set in Cargo.toml; everything else follows, or is compared with it.

use super::{NAME, VERSION, changelog};
use crate::Failure;
use crate::run::{program, read, root, run_quietly};

/// The lock files that name the crate, of this workspace and of those beside it.
pub(super) const LOCKS: [&str; 4] =
    ["Cargo.lock", "benches/native/Cargo.lock", "examples/worker-rust/Cargo.lock", "fuzz/Cargo.lock"];

/// What may stand between the name and a version.
const BEFORE_VERSION: [&str; 6] = ["-", "@", "@^", " = \"", " = { version = \"", "\": \"^"];

/// Whether all that names the version names this one.
pub(super) fn agrees() -> Result<(), Failure> {
    let mut wrong = Vec::new();
    let entry = format!("name = \"{NAME}\"\nversion = \"{VERSION}\"\n");
    for lock in LOCKS {
        if !read(&root().join(lock))?.contains(&entry) {
            wrong.push(format!("{lock} has no {NAME} {VERSION}"));
        }
    }
    for manifest in examples()? {
        if !read(&root().join(&manifest))?.contains(&requirement(VERSION)) {
            wrong.push(format!("{manifest} asks for another version"));
        }
    }
    for document in tracked("*.md")?.into_iter().filter(|path| path != changelog::FILE) {
        if let Some(named) = version_in(&read(&root().join(&document))?) {
            wrong.push(format!("{document} names a version, which nobody keeps right: {named}"));
        }
    }
    wrong.extend(changelog::fault(&changelog::read()?, VERSION));
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!("the version is {VERSION}, and cargo xtask release <version> sets it: {}", wrong.join("; ")))
}

/// Whether a tag of git is for this version, and the version ready.
pub(super) fn is_tagged(tag: &str) -> Result<(), Failure> {
    agrees()?;
    if tag != format!("v{VERSION}") {
        return Err(format!("the tag {tag} is not v{VERSION}, the version of Cargo.toml"));
    }
    changelog::is_released(&changelog::read()?, VERSION)
}

/// The examples that ask npm for the package.
pub(super) fn examples() -> Result<Vec<String>, Failure> {
    tracked("examples/*/package.json")
}

/// How they ask for it.
pub(super) fn requirement(version: &str) -> String {
    format!("\"{NAME}\": \"^{version}\"")
}

fn tracked(pattern: &str) -> Result<Vec<String>, Failure> {
    let found = run_quietly(program("git").args(["ls-files", pattern]))?;
    Ok(found.lines().map(str::to_owned).collect())
}

/// The first version that a text names: "agentmail-webhooks-0.1.0".
fn version_in(text: &str) -> Option<String> {
    text.split(NAME).skip(1).find_map(|rest| {
        let version = BEFORE_VERSION.iter().find_map(|before| rest.strip_prefix(before))?;
        let length = version.find(|letter: char| !letter.is_ascii_digit() && letter != '.');
        let (version, _) = version.split_at(length.unwrap_or(version.len()));
        let version = version.trim_end_matches('.');
        (!version.is_empty()).then(|| format!("{NAME} {version}"))
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn everything_names_one_version() {
        agrees().unwrap();
    }

    #[test]
    fn a_version_in_a_document_is_found() {
        for text in [
            "npm install agentmail-webhooks-0.1.0.tgz",
            "npx agentmail-webhooks@0.1.0",
            "agentmail-webhooks = \"0.1.0\"",
            "agentmail-webhooks; agentmail-webhooks = { version = \"0.1.0\" }",
        ] {
            assert_eq!(version_in(text).as_deref(), Some("agentmail-webhooks 0.1.0"), "{text}");
        }
        for text in
            ["agentmail-webhooks", "agentmail-webhooks-*.tgz", "cargo add agentmail-webhooks@latest 0.1.0"]
        {
            assert_eq!(version_in(text), None, "{text}");
        }
    }

    #[test]
    fn a_tag_of_another_version_is_refused() {
        assert!(is_tagged("v0.0.1").unwrap_err().contains("is not v"));
    }
}
