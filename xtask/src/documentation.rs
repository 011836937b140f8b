//! Checks that no link in the documentation of the crate is lost on docs.rs. `missing_docs` and rustdoc's own lints see to
//! the rest.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use crate::Failure;
use crate::checks::{NIGHTLY, cargo_of};
use crate::run::{cargo, read, run, step, target};
use crate::tools::toolchain;

const LIBRARY: [&str; 3] = ["--package", "agentmail-webhooks", "--lib"];

pub(crate) fn check() -> Result<(), Failure> {
    step("rustdoc with fewer features");
    for features in [&["--no-default-features"][..], &["--no-default-features", "--features", "alloc"], &[]] {
        let mut doc = cargo();
        doc.args(["doc", "--quiet", "--no-deps"]).args(LIBRARY).args(features);
        run(doc.env("RUSTDOCFLAGS", "--deny warnings"))?;
    }
    toolchain(NIGHTLY, &[])?;
    step("rustdoc as docs.rs runs it");
    let mut rustdoc = cargo_of(NIGHTLY);
    rustdoc.args(["rustdoc", "--quiet"]).args(LIBRARY).args(["--features", "axum,redis,testing", "--"]);
    rustdoc.args(["--cfg", "docsrs", "--deny", "warnings", "-Zunstable-options", "--output-format", "json"]);
    run(&mut rustdoc)?;
    let documentation = read(&target().join("doc/agentmail_webhooks.json"))?;
    let documentation = serde_json::from_str(&documentation)
        .map_err(|error| format!("rustdoc's JSON is not as xtask/src/documentation.rs knows it: {error}"))?;
    let faults = faults(&documentation);
    for fault in &faults {
        println!("{fault}");
    }
    if faults.is_empty() { Ok(()) } else { Err(format!("faults in the documentation: {}", faults.len())) }
}

/// What rustdoc knows of the crate.
#[derive(Deserialize)]
struct Documentation {
    index: HashMap<String, Item>,
}

#[derive(Deserialize)]
struct Item {
    crate_id: u64,
    name: Option<String>,
    span: Option<Span>,
    docs: Option<String>,
    /// The items that its documentation has links to.
    links: HashMap<String, Value>,
}

#[derive(Deserialize)]
struct Span {
    filename: String,
    begin: (usize, usize),
}

/// What is wrong, each with its place.
fn faults(Documentation { index }: &Documentation) -> Vec<String> {
    let mut faults = Vec::new();
    for item in index.values().filter(|item| item.crate_id == 0) {
        let docs = item.docs.as_deref().unwrap_or_default();
        let lost = links(docs).filter(|link| !is_elsewhere(link) && !item.links.contains_key(*link));
        faults
            .extend(lost.map(|link| format!("{} has a link to {link}, which docs.rs has not", place(item))));
    }
    faults.sort();
    faults
}

fn place(Item { name, span, .. }: &Item) -> String {
    let name = name.as_deref().unwrap_or("an item");
    match span {
        Some(Span { filename, begin: (line, _) }) => format!("{filename}:{line}: {name}"),
        None => name.to_owned(),
    }
}

/// Where the inline links lead to, outside of blocks of code.
fn links(docs: &str) -> impl Iterator<Item = &str> {
    let text = docs.split("```").step_by(2);
    text.flat_map(|text| text.split("](").skip(1)).filter_map(|rest| rest.split(')').next())
}

/// On another site, or under another heading of the page.
fn is_elsewhere(link: &str) -> bool {
    link.starts_with("https://") || link.starts_with('#')
}
