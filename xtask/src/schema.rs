//! The JSON Schema of the canonical event, from the definitions of the Rust types.

use serde_json::{Map, Value, json};

use crate::Failure;
use crate::typescript::first_paragraph;
use agentmail_webhooks::{EVENT_SCHEMAS, EventSchema, FieldSchema, OBJECT_SCHEMAS, ObjectSchema};

/// The URL of the schema, which is also its name.
const ID: &str =
    "https://raw.githubusercontent.com/agentmail-webhooks/agentmail-webhooks/main/docs/event.schema.json";

/// Builds the schema, as the text of a file.
pub(crate) fn event_schema() -> Result<String, Failure> {
    let mut definitions = Map::new();
    for schema in OBJECT_SCHEMAS.iter() {
        definitions.insert(schema.name.to_owned(), object(schema)?);
    }
    definitions.insert("Address".to_owned(), address());
    definitions.insert("UnknownEvent".to_owned(), unknown_event());
    let known = EVENT_SCHEMAS.iter().map(|EventSchema { name, ty, docs }| {
        json!({
            "description": docs.trim(),
            "type": "object",
            "required": ["event_type"],
            "properties": { "event_type": { "const": name } },
            "$ref": format!("#/$defs/{ty}"),
        })
    });
    let events: Vec<Value> = known.chain([json!({ "$ref": "#/$defs/UnknownEvent" })]).collect();
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "AgentMail webhook event",
        "description": "The canonical event: what `parse` returns in JavaScript, and what an `Event` serialises to in Rust.",
        "oneOf": events,
        "$defs": definitions,
    });
    let text = serde_json::to_string_pretty(&schema).map_err(|error| error.to_string())?;
    Ok(format!("{text}\n"))
}

fn object(schema: &ObjectSchema) -> Result<Value, Failure> {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let is_event = EVENT_SCHEMAS.iter().any(|event| event.ty == schema.name);
    if is_event {
        properties.insert("event_type".to_owned(), json!({ "type": "string" }));
    }
    for field in schema.fields {
        let (is_optional, mut value) = field_type(field)?;
        describe(&mut value, field.docs);
        properties.insert(field.name.to_owned(), value);
        if !is_optional {
            required.push(field.name);
        }
    }
    let extra = json!({ "type": "object", "description": "Members that this version does not know, or whose values do not fit, as sent." });
    properties.insert("extra".to_owned(), extra);
    let mut value = json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    describe(&mut value, schema.docs);
    Ok(value)
}

fn address() -> Value {
    json!({
        "description": "A mail address. The sender chose what it says.",
        "type": "object",
        "properties": { "name": { "type": "string" }, "email": { "type": "string" } },
        "required": ["email"],
        "additionalProperties": false,
    })
}

fn unknown_event() -> Value {
    json!({
        "description": "An event that is newer than this version.",
        "type": "object",
        "properties": {
            "event_type": { "const": "unknown" },
            "wire_type": { "type": "string", "description": "The name of the event on the wire." },
            "event_id": { "type": "string", "description": "Identifies the event." },
            "payload": { "type": "object", "description": "The whole payload, as sent." },
        },
        "required": ["event_type", "wire_type", "payload"],
        "additionalProperties": false,
    })
}

fn describe(value: &mut Value, docs: &[&str]) {
    let words: Vec<&str> = first_paragraph(docs).iter().map(|line| line.trim()).collect();
    if let (Some(object), false) = (value.as_object_mut(), words.is_empty()) {
        object.insert("description".to_owned(), words.join(" ").into());
    }
}

/// Returns whether the field may be absent, and the schema of its values.
fn field_type(field: &FieldSchema) -> Result<(bool, Value), Failure> {
    let ty = field.ty.replace("<'a>", "").replace(' ', "");
    match ty.strip_prefix("Option<").and_then(|rest| rest.strip_suffix('>')) {
        Some(inner) => Ok((true, value_type(inner)?)),
        None => Ok((false, value_type(&ty)?)),
    }
}

fn value_type(rust: &str) -> Result<Value, Failure> {
    if let Some(element) = rust.strip_prefix("Vec<").and_then(|rest| rest.strip_suffix('>')) {
        return Ok(json!({ "type": "array", "items": value_type(element)? }));
    }
    let reference = |name: &str| json!({ "$ref": format!("#/$defs/{name}") });
    Ok(match rust {
        "Text" => json!({ "type": "string" }),
        "Integer" => json!({ "type": "integer", "minimum": 0, "maximum": 9_007_199_254_740_991_u64 }),
        "bool" => json!({ "type": "boolean" }),
        "Json" => json!({}),
        "Members" => json!({ "type": "object" }),
        "RecurrenceDate" => json!({ "anyOf": [{ "type": "string" }, reference("RecurrencePeriod")] }),
        "Automated" => json!({ "enum": ["own", "bounce", "auto_submitted", "mailing_list", "bulk"] }),
        "Address" => reference("Address"),
        object if OBJECT_SCHEMAS.iter().any(|schema| schema.name == object) => reference(object),
        other => return Err(format!("xtask/src/schema.rs does not know the type {other}")),
    })
}
