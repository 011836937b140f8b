//! CHANGELOG.md. What no version has yet is "Unreleased"; a release gives it its number and its day.

use crate::Failure;
use crate::run;

pub(super) const FILE: &str = "CHANGELOG.md";
const UNRELEASED: &str = "Unreleased";

pub(super) fn read() -> Result<String, Failure> {
    run::read(&run::root().join(FILE))
}

/// What is wrong with it for a version that may not be released yet: it tells nothing of it.
pub(super) fn fault(text: &str, version: &str) -> Option<String> {
    let (mut told, mut odd) = (false, None);
    for (heading, body) in sections(text) {
        match heading.split_once(" - ") {
            Some((number, day)) if is_day(day) => told |= number == version,
            None if heading == UNRELEASED => told |= !body.trim().is_empty(),
            _ => odd = Some(heading),
        }
    }
    match odd {
        Some(heading) => {
            Some(format!("{FILE}: \"{heading}\" is neither \"{UNRELEASED}\" nor \"0.1.0 - 2026-01-31\""))
        }
        None if told => None,
        None => Some(format!("{FILE} tells nothing of {version}")),
    }
}

/// Whether its newest section is that of a version, with the day of its release.
pub(super) fn is_released(text: &str, version: &str) -> Result<(), Failure> {
    let newest = sections(text).next().map_or("", |(heading, _)| heading);
    if newest.split_once(" - ").is_some_and(|(number, day)| number == version && is_day(day)) {
        return Ok(());
    }
    Err(format!(
        "{FILE} begins with \"{newest}\" and not with {version}: cargo xtask release {version} writes it"
    ))
}

/// The same, after the release of what was unreleased.
pub(super) fn released(text: &str, version: &str, day: &str) -> Result<String, Failure> {
    let (before, after) = text
        .split_once(&format!("\n## {UNRELEASED}\n"))
        .ok_or_else(|| format!("{FILE} has no section \"{UNRELEASED}\": there is nothing to release"))?;
    Ok(format!("{before}\n## {version} - {day}\n{after}"))
}

/// The heading of each section, and what stands below it; the newest first.
fn sections(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split("\n## ").skip(1).map(|section| section.split_once('\n').unwrap_or((section, "")))
}

/// 2026-01-31
fn is_day(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').map(|part| (part.len(), part.parse::<u16>().is_ok())).collect();
    parts == [(4, true), (2, true), (2, true)]
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    const UNRELEASED: &str = "# Changelog\n\n## Unreleased\n\n- New.\n\n## 0.1.0 - 2026-01-31\n\n- First.\n";

    #[test]
    fn a_version_is_told_of() {
        assert_eq!(fault(UNRELEASED, "0.1.0"), None);
        assert_eq!(fault(UNRELEASED, "0.2.0"), None);
        let first = UNRELEASED.replace("## Unreleased\n\n- New.\n\n", "");
        assert_eq!(fault(&first, "0.1.0"), None);
        assert_eq!(fault(&first, "0.2.0").unwrap(), "CHANGELOG.md tells nothing of 0.2.0");
        let empty = UNRELEASED.replace("- New.", "");
        assert_eq!(fault(&empty, "0.2.0").unwrap(), "CHANGELOG.md tells nothing of 0.2.0");
        for heading in ["0.1.0", "0.1.0 - soon", "unreleased", "[0.1.0] - 2026-1-31"] {
            let odd = UNRELEASED.replace("0.1.0 - 2026-01-31", heading);
            assert!(fault(&odd, "0.2.0").unwrap().contains(heading), "{heading}");
        }
    }

    #[test]
    fn a_release_has_its_day() {
        assert!(is_released(UNRELEASED, "0.1.0").unwrap_err().contains("begins with \"Unreleased\""));
        let second = released(UNRELEASED, "0.2.0", "2026-02-28").unwrap();
        assert!(second.contains("\n## 0.2.0 - 2026-02-28\n\n- New.\n\n## 0.1.0"));
        is_released(&second, "0.2.0").unwrap();
        assert!(is_released(&second, "0.1.0").is_err());
        assert!(released(&second, "0.3.0", "2026-03-31").unwrap_err().contains("nothing to release"));
    }
}
