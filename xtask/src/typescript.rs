//! The TypeScript declarations of the events, from the definitions of the Rust types.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::Failure;
use crate::run::{read, root};
use agentmail_webhooks::{EVENT_SCHEMAS, EventSchema, FieldSchema, OBJECT_SCHEMAS, ObjectSchema};

/// The declarations by hand: those of the library, then those of adapters and stores. Users get one file.
pub(crate) fn template() -> Result<String, Failure> {
    let templates = root().join("pkg-templates");
    let [library, adapters] = ["index.d.ts", "adapters.d.ts"].map(|name| read(&templates.join(name)));
    Ok([library?, adapters?].join("\n"))
}

/// The declarations by hand, and after them those of the events.
pub(crate) fn declarations(by_hand: &str) -> Result<String, Failure> {
    let mut text = by_hand.to_owned();
    let objects: BTreeMap<&str, &ObjectSchema> =
        OBJECT_SCHEMAS.iter().map(|schema| (schema.name, schema)).collect();

    // A wire name each, so that `switch (event.event_type)` narrows and can be exhaustive.
    let mut names = Vec::new();
    for EventSchema { name: wire_name, ty, .. } in EVENT_SCHEMAS {
        let name = format!("{}Event", camel_case(wire_name));
        let schema = objects.get(ty).ok_or_else(|| format!("OBJECT_SCHEMAS lacks {ty}"))?;
        interface(&mut text, &name, schema, Some(wire_name));
        names.push(name);
    }
    for schema in OBJECT_SCHEMAS.iter() {
        if EVENT_SCHEMAS.iter().all(|event| event.ty != schema.name) {
            interface(&mut text, schema.name, schema, None);
        }
    }
    names.push("UnknownEvent".to_owned());
    // Writing to a string cannot fail.
    let _ = writeln!(text, "\n/** What happened: switch on `event_type`. */\nexport type WebhookEvent =");
    let _ = writeln!(text, "  | {};", names.join("\n  | "));
    Ok(text)
}

fn interface(text: &mut String, name: &str, schema: &ObjectSchema, event_type: Option<&str>) {
    text.push('\n');
    docs(text, "", schema.docs);
    let _ = writeln!(text, "export interface {name} {{");
    if let Some(event_type) = event_type {
        docs(text, "  ", &[" The name of the event: a `switch` over it narrows."]);
        let _ = writeln!(text, "  event_type: \"{event_type}\";");
    }
    for field in schema.fields {
        docs(text, "  ", field.docs);
        let (optional, ty) = field_type(field);
        let _ = writeln!(text, "  {}{}: {ty};", field.name, if optional { "?" } else { "" });
    }
    docs(text, "  ", &[" What was sent beside the members that this version knows."]);
    let _ = writeln!(text, "  extra?: {{ [name: string]: JsonValue }};\n}}");
}

fn docs(text: &mut String, indent: &str, lines: &[&str]) {
    let _ = match first_paragraph(lines) {
        [] => Ok(()),
        [line] => writeln!(text, "{indent}/**{line} */"),
        lines => {
            writeln!(text, "{indent}/**\n{indent} *{}\n{indent} */", lines.join(&format!("\n{indent} *")))
        }
    };
}

/// The line after which an example in Rust follows.
pub(crate) fn first_paragraph<'a>(lines: &'a [&'a str]) -> &'a [&'a str] {
    lines.split(|line| line.is_empty()).next().unwrap_or_default()
}

/// Returns `true` if the field may be absent, and its type.
fn field_type(field: &FieldSchema) -> (bool, String) {
    let ty = field.ty.replace("<'a>", "").replace(' ', "");
    match ty.strip_prefix("Option<").and_then(|rest| rest.strip_suffix('>')) {
        Some(inner) => (true, typescript(inner)),
        None => (false, typescript(&ty)),
    }
}

fn typescript(rust: &str) -> String {
    if let Some(inner) = rust.strip_prefix("Vec<").and_then(|rest| rest.strip_suffix('>')) {
        let element = typescript(inner);
        return if element.contains('|') { format!("({element})[]") } else { format!("{element}[]") };
    }
    match rust {
        "Text" => "string",
        "Integer" => "number",
        "bool" => "boolean",
        "Json" => "JsonValue",
        "Automated" => r#""own" | "bounce" | "auto_submitted" | "mailing_list" | "bulk""#,
        "Members" => "{ [name: string]: JsonValue }",
        "RecurrenceDate" => "string | RecurrencePeriod",
        object => object,
    }
    .to_owned()
}

/// `message.received` is `MessageReceived`.
fn camel_case(wire_name: &str) -> String {
    let words = wire_name.split('.').map(|word| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    });
    words.collect()
}
