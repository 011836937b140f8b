//! What npm and its users read in package.json. That its entries are there, of the right kind, and with their types first,
//! publint and attw say.

use std::path::Path;

use serde_json::{Value, json};

use super::{NAME, VERSION};
use crate::Failure;
use crate::run::read;

/// What loads the module when it is imported: a bundler must not leave it out. Everything else it may, if nothing of it is
/// used.
const SIDE_EFFECTS: [&str; 4] = ["./node.cjs", "./workerd.js", "./edge-light.js", "./inline.js"];

/// Whether the manifest of the package in `directory` is whole.
pub(super) fn is_whole(directory: &Path) -> Result<(), Failure> {
    let text = read(&directory.join("package.json"))?;
    let manifest: Value = serde_json::from_str(&text).map_err(|error| format!("package.json: {error}"))?;
    match faults(&manifest).as_slice() {
        [] => Ok(()),
        faults => Err(format!("package.json: {}", faults.join("; "))),
    }
}

fn faults(manifest: &Value) -> Vec<String> {
    let repository = env!("CARGO_PKG_REPOSITORY");
    let expected = [
        ("/name", json!(NAME)),
        ("/version", json!(VERSION)),
        ("/license", json!(env!("CARGO_PKG_LICENSE"))),
        ("/repository/url", json!(format!("git+{repository}.git"))),
        ("/homepage", json!(format!("{repository}#readme"))),
        ("/bugs/url", json!(format!("{repository}/issues"))),
        ("/sideEffects", json!(SIDE_EFFECTS)),
        ("/engines", json!({ "node": ">=20" })),
        ("/publishConfig", json!({ "access": "public", "provenance": true })),
    ];
    let mut faults = Vec::new();
    for (field, value) in expected {
        if manifest.pointer(field) != Some(&value) {
            faults.push(format!("{field} is not {value}"));
        }
    }
    for field in ["keywords", "description", "author"] {
        if !manifest
            .get(field)
            .is_some_and(|value| value.as_array().map_or(value.is_string(), |all| all.len() > 4))
        {
            faults.push(format!("{field} is missing"));
        }
    }
    // Nobody asks for money here, nothing runs when it is installed, and nothing comes with it.
    for field in ["funding", "scripts", "dependencies", "optionalDependencies", "private"] {
        if manifest.get(field).is_some() {
            faults.push(format!("{field} has no place here"));
        }
    }
    faults
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;
    use crate::run::root;

    #[test]
    fn a_manifest_is_whole() {
        let text = read(&root().join("pkg-templates/package.json")).unwrap();
        let whole: Value = serde_json::from_str(&text.replace("0.0.0", VERSION)).unwrap();
        assert_eq!(faults(&whole), [""; 0]);
        for (field, value) in [
            ("version", json!("0.0.0")),
            ("repository", json!("agentmail-webhooks/agentmail-webhooks")),
            ("sideEffects", json!(false)),
            ("keywords", json!(["one"])),
            ("funding", json!("https://example.com")),
            ("scripts", json!({ "postinstall": "node steal.js" })),
        ] {
            let mut broken = whole.clone();
            broken.as_object_mut().unwrap().insert(field.to_owned(), value);
            assert_eq!(faults(&broken).len(), 1, "{field}");
        }
    }
}
