//! The direction of the modules: each names only those before it, and no circle of files.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]
#![allow(clippy::arithmetic_side_effects, clippy::string_slice, reason = "a test")]

extern crate alloc;

use alloc::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The modules of `src/`, in order. A module may name those before it.
const ORDER: [&str; 13] = [
    "decimal",
    "scheme",
    "error",
    "signature",
    "wire",
    "event",
    "webhook",
    "explain",
    "store",
    "axum",
    "wasm",
    "testing",
    "documentation",
];

/// Pairs that the order would allow: what reads payloads knows nothing of signatures, and the reverse.
const APART: [(&str, &str); 1] = [("wire", "signature")];

/// Files that name each other: a schema has functions over what it describes, and what is read and written has a
/// schema.
const TOGETHER: [&str; 3] = ["wire/encode", "wire/schema", "wire/target"];

#[test]
fn a_module_names_only_those_before_it() {
    let exported = exported();
    let place = |module: &str| ORDER.iter().position(|name| *name == module);
    let mut wrong = Vec::new();
    for (file, names) in named() {
        let module = &file[0];
        let Some(here) = place(module) else { panic!("{module} is not in ORDER") };
        for path in names {
            // Items that the root re-exports count as items of their module.
            let all = exported.get("*").filter(|_| place(&path[0]).is_none());
            let name = exported.get(&path[0]).or(all).unwrap_or(&path[0]);
            let is_before = place(name).is_some_and(|there| there <= here);
            if !is_before || APART.contains(&(module, name)) {
                wrong.push(format!("{} names {}", file.join("/"), path.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_circle_of_files() {
    let named = named();
    // Each file with the files that it names; `mod.rs` stands for its folder and is left out.
    let edges = |file: &Vec<String>| -> Vec<Vec<String>> {
        let paths = named.get(file).into_iter().flatten();
        let files = paths.filter_map(|path| {
            (1..=path.len()).rev().map(|end| path[..end].to_vec()).find(|path| named.contains_key(path))
        });
        let is_together = |file: &[String]| TOGETHER.contains(&file.join("/").as_str());
        let is_known = |other: &[String]| is_folder(other) || is_together(file) && is_together(other);
        files.filter(|other| other != file && !is_known(other)).collect()
    };
    for start in named.keys().filter(|file| !is_folder(file)) {
        let mut reached = BTreeSet::new();
        let mut next = edges(start);
        while let Some(file) = next.pop() {
            assert!(file != *start, "{} names itself by way of {reached:?}", start.join("/"));
            if reached.insert(file.clone()) {
                next.extend(edges(&file));
            }
        }
    }
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn is_folder(file: &[String]) -> bool {
    source().join(file.join("/")).is_dir()
}

/// The items that `lib.rs` re-exports, with the module of each.
fn exported() -> BTreeMap<String, String> {
    let text = fs::read_to_string(source().join("lib.rs")).unwrap();
    let mut items = BTreeMap::new();
    for line in code(&text).split("pub use ").skip(1) {
        let (path, _) = line.split_once(';').unwrap();
        let (module, names) = path.split_once("::").unwrap();
        let names = names.split(|character: char| !character.is_alphanumeric() && !"_*".contains(character));
        items.extend(names.filter(|name| !name.is_empty()).map(|name| (name.to_owned(), module.to_owned())));
    }
    items
}

/// Every file of `src/` as a path of modules, with the paths from the root that it names.
fn named() -> BTreeMap<Vec<String>, Vec<Vec<String>>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![source()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let relative = path.strip_prefix(source()).unwrap().with_extension("");
            let mut file: Vec<_> = relative.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
            file.retain(|part| part != "mod");
            if path.extension().is_some_and(|extension| extension == "rs") && file != ["lib"] {
                let names = names(&code(&fs::read_to_string(&path).unwrap()), &file);
                found.insert(file, names);
            }
        }
    }
    found
}

/// The paths from the root that the text of a file names, by `crate::` or by `super::`.
fn names(text: &str, file: &[String]) -> Vec<Vec<String>> {
    // Paths in a macro count for its users.
    let text = &text.replace("$crate::", "");
    let mut found: Vec<_> = text.split("crate::").skip(1).flat_map(tree).collect();
    let mut rest = text.as_str();
    while let Some((_, after)) = rest.split_once("super::") {
        rest = after;
        let mut above = 1;
        while let Some(after) = rest.strip_prefix("super::") {
            rest = after;
            above += 1;
        }
        let folder = &file[..file.len().saturating_sub(above)];
        found.extend(tree(rest).iter().map(|path| [folder, path].concat()));
    }
    found
}

/// The paths of the `use` tree that a text begins with: `a::{b, c::d}` has two.
fn tree(text: &str) -> Vec<Vec<String>> {
    if let Some(group) = text.strip_prefix('{') {
        return members(group).iter().flat_map(|member| tree(member.trim_start())).collect();
    }
    let end = text.find(|character: char| !character.is_alphanumeric() && character != '_');
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    if name.is_empty() {
        return Vec::new();
    }
    match rest.strip_prefix("::").map(tree) {
        Some(below) if !below.is_empty() => {
            below.into_iter().map(|path| [vec![name.to_owned()], path].concat()).collect()
        }
        _ => vec![vec![name.to_owned()]],
    }
}

/// Splits a group at its commas, up to its end.
fn members(group: &str) -> Vec<&str> {
    let (mut depth, mut begin, mut found) = (0, 0, Vec::new());
    for (index, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                found.push(&group[begin..index]);
                begin = index + 1;
                if character == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    found
}

/// A text without comments.
fn code(text: &str) -> String {
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn paths_of_a_text() {
    let file = ["wire", "json", "number"].map(str::to_owned);
    let text =
        "use crate::{error::Error, wire::{self, raw::Raw}}; use super::super::decode; super::write(crate::x)";
    let found: Vec<_> = names(text, &file).iter().map(|path| path.join("::")).collect();
    assert_eq!(
        found,
        ["error::Error", "wire::self", "wire::raw::Raw", "x", "wire::decode", "wire::json::write"]
    );
}
