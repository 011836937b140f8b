//! `llms.txt`, for assistants: the template `llms.md`, filled with the declarations, the definitions of the events and
//! the handlers in `tests/llms`.

use std::fmt::Write as _;

use crate::Failure;
use crate::events::{events_of, names as short_names};
use crate::run::{read, root};
use agentmail_webhooks::{FieldSchema, OBJECT_SCHEMAS};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const TEMPLATE: &str = include_str!("llms.md");
/// An assistant reads all of it, for each question.
const MAX_BYTES: usize = 8 * 1024 - 1;
/// The declarations that a handler is written with.
const DECLARATIONS: [&str; 7] = [
    "class Webhook",
    "function parse",
    "interface Verification",
    "interface Delivery ",
    "interface AdapterOptions",
    "interface ReceivedDelivery",
    "interface UnreadableDelivery",
];
/// The objects whose fields are listed.
const OBJECTS: [&str; 1] = ["Message"];

/// The number of fields of an event that are listed: all, except for `mail.received`, which AgentMail does not send.
const FIELDS: usize = 4;

/// Builds the text.
pub(crate) fn text() -> Result<String, Failure> {
    let declared = crate::typescript::template()?;
    let mut text = TEMPLATE.replace("{{version}}", VERSION);
    text = text.replace("{{interface}}", &interface(&declared)?).replace("{{events}}", &events());
    while let Some((head, rest)) = text.split_once("{{code ") {
        let (path, tail) = rest.split_once("}}").ok_or("llms.md has a {{code without its end")?;
        text = [head, read(&root().join(path))?.trim_end(), tail].concat();
    }
    if text.len() > MAX_BYTES {
        return Err(format!("llms.txt has {} bytes, and may have {MAX_BYTES}", text.len()));
    }
    Ok(text)
}

/// The declarations without their comments.
fn interface(declared: &str) -> Result<String, Failure> {
    let plain = without_comments(declared);
    let mut text = String::new();
    for name in DECLARATIONS {
        let start =
            plain.find(&format!("export {name}")).ok_or_else(|| format!("index.d.ts lacks {name}"))?;
        let rest = plain.get(start..).unwrap_or_default();
        // A declaration ends where the next one begins.
        let end = rest
            .get(1..)
            .and_then(|rest| rest.find("\nexport "))
            .map_or(rest.len(), |end| end.saturating_add(1));
        let declaration = rest.get(..end).unwrap_or_default();
        let lines: Vec<&str> = declaration.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let _ = writeln!(
            text,
            "{}",
            lines
                .join(" ")
                .replace("export ", "")
                .replace("( ", "(")
                .replace("; }", " }")
                .replace(", )", ")")
        );
    }
    Ok(text.trim_end().to_owned())
}

fn without_comments(text: &str) -> String {
    let mut parts = text.split("/**");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text.trim_end_matches(' ').to_owned() + part.split_once("*/").map_or("", |(_, code)| code)
    })
}

/// Lists all events with their fields, and the fields of the objects that most handlers read.
fn events() -> String {
    let mut text = String::new();
    for schema in OBJECT_SCHEMAS.iter() {
        let fields = schema.fields.iter().filter(|field| field.name != "event_id");
        let _ = match events_of(schema) {
            events if !events.is_empty() => {
                writeln!(text, "- {}: {}", short_names(&events), names(fields.take(FIELDS)))
            }
            _ if OBJECTS.contains(&schema.name) => writeln!(text, "- {}: {}", schema.name, names(fields)),
            _ => Ok(()),
        };
    }
    text.trim_end().to_owned()
}

fn names<'a>(fields: impl Iterator<Item = &'a FieldSchema>) -> String {
    let optional =
        |field: &FieldSchema| if field.ty.replace(' ', "").starts_with("Option<") { "?" } else { "" };
    fields.map(|field| format!("{}{}", field.name, optional(field))).collect::<Vec<_>>().join(", ")
}
