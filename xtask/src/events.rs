//! `cargo xtask events`: generates the tables of `docs/events.md`, the JSON Schema and `llms.txt` from the definitions
//! of the Rust types.

use std::fmt::Write as _;

use crate::run::{read, root, step, write};
use crate::typescript::first_paragraph;
use crate::{Failure, llms, no_arguments, schema};
use agentmail_webhooks::{EVENT_SCHEMAS, EventSchema, FieldSchema, OBJECT_SCHEMAS, ObjectSchema};

const PAGE: &str = "docs/events.md";
pub(crate) const SCHEMA: &str = "docs/event.schema.json";
pub(crate) const LLMS: &str = "llms.txt";
/// The page is generated between these lines.
const BEGIN: &str = "<!-- events, made by `cargo xtask events` from src/event/ -->\n";
const END: &str = "<!-- end of events -->\n";

pub(crate) fn run_command(arguments: &[String]) -> Result<(), Failure> {
    no_arguments("events", arguments)?;
    for (path, text) in generated()? {
        write(&root().join(path), text)?;
    }
    Ok(())
}

/// Fails if a generated file is out of date.
pub(crate) fn check() -> Result<(), Failure> {
    step("what is generated from the definitions of the events");
    for (path, text) in generated()? {
        if read(&root().join(path)).ok().as_ref() != Some(&text) {
            return Err(format!("{path} is not what src/event/ defines: cargo xtask events writes it"));
        }
    }
    Ok(())
}

/// Every generated file, with its text.
fn generated() -> Result<[(&'static str, String); 3], Failure> {
    let page = read(&root().join(PAGE))?;
    Ok([(PAGE, renewed(&page)?), (SCHEMA, schema::event_schema()?), (LLMS, llms::text()?)])
}

/// Returns the page with its tables generated again.
fn renewed(page: &str) -> Result<String, Failure> {
    let parts = page.split_once(BEGIN).and_then(|(head, rest)| Some((head, rest.split_once(END)?.1)));
    let (head, tail) = parts.ok_or_else(|| format!("{PAGE} lacks the lines between which it is made"))?;
    Ok([head, BEGIN, &tables(), END, tail].concat())
}

fn tables() -> String {
    let mut text = overview();
    for schema in OBJECT_SCHEMAS.iter() {
        // Writing to a string cannot fail.
        let _ = match events_of(schema) {
            events if events.is_empty() => writeln!(text, "\n#### {}\n", schema.name),
            events => writeln!(text, "\n### {}\n", names(&events)),
        };
        let _ = writeln!(text, "{}\n\n| field | | type | |\n|---|---|---|---|", words(schema.docs, "\n"));
        for field in schema.fields {
            let (presence, ty) = place_of(field);
            let _ = writeln!(text, "| `{}` | {presence} | {ty} | {} |", field.name, words(field.docs, " "));
        }
    }
    text
}

/// Lists all events, with their fields except the id.
fn overview() -> String {
    let mut text = "| `event_type` | sent when | has |\n|---|---|---|\n".to_owned();
    for EventSchema { name, ty, docs } in EVENT_SCHEMAS {
        let objects = OBJECT_SCHEMAS.iter().filter(|schema| schema.name == *ty);
        let fields = objects.flat_map(|schema| schema.fields).filter(|field| field.name != "event_id");
        let fields: Vec<_> = fields.map(|field| format!("`{}`", field.name)).collect();
        let _ = writeln!(text, "| `{name}` | {} | {} |", docs.trim(), fields.join(", "));
    }
    text
}

/// Returns the events of this object.
pub(crate) fn events_of(schema: &ObjectSchema) -> Vec<&'static str> {
    EVENT_SCHEMAS.iter().filter(|event| event.ty == schema.name).map(|event| event.name).collect()
}

/// Lists names: the first in full, of the others only the different ends.
pub(crate) fn names(events: &[&str]) -> String {
    let first = events.first().copied().unwrap_or_default();
    let parent = first.rsplit_once('.').map_or(first, |(parent, _)| parent);
    let short = events.iter().map(|name| match name.strip_prefix(first) {
        Some("") => name,
        Some(rest) => rest,
        None => name.strip_prefix(parent).unwrap_or(name),
    });
    short.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The first paragraph of a comment.
fn words(docs: &[&str], between: &str) -> String {
    first_paragraph(docs).iter().map(|line| line.trim()).collect::<Vec<_>>().join(between).replace('|', "\\|")
}

/// Returns the presence of a field, and its type.
fn place_of(field: &FieldSchema) -> (&'static str, String) {
    let ty = field.ty.replace("<'a>", "").replace(' ', "");
    let inner = |name: &str| ty.strip_prefix(name)?.strip_prefix('<')?.strip_suffix('>').map(type_name);
    if let Some(optional) = inner("Option") {
        return ("optional", optional);
    }
    // Lists are always present, and so are computed booleans.
    let is_always = ty.starts_with("Vec<") || ty == "bool";
    (if is_always { "always" } else { "**required**" }, type_name(&ty))
}

fn type_name(rust: &str) -> String {
    if let Some(element) = rust.strip_prefix("Vec<").and_then(|rest| rest.strip_suffix('>')) {
        return format!("list of {}", type_name(element));
    }
    match rust {
        "Text" => "string".to_owned(),
        "Integer" => "integer".to_owned(),
        "bool" => "boolean".to_owned(),
        "Json" => "any JSON".to_owned(),
        "Automated" => "`own`, `bounce`, `auto_submitted`, `mailing_list` or `bulk`".to_owned(),
        "Members" => "object, of any JSON".to_owned(),
        "RecurrenceDate" => format!("string, or {}", link("RecurrencePeriod")),
        object => link(object),
    }
}

fn link(object: &str) -> String {
    format!("[{object}](#{})", object.to_lowercase())
}
