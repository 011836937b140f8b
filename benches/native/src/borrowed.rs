//! The fields of `message.received` for a derived `Deserialize`, borrowed where nothing is escaped.

#![allow(dead_code, reason = "what is read here is looked at by nobody")]
#![allow(clippy::struct_field_names, reason = "the names on the wire")]

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;

/// A type of its own: within `Option` and `Vec`, `Cow` does not borrow.
#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

#[derive(Deserialize)]
pub(crate) struct MessageReceived<'a> {
    #[serde(borrow)]
    event_type: Text<'a>,
    event_id: Option<Text<'a>>,
    pub(crate) message: Message<'a>,
    thread: Option<Thread<'a>>,
}

#[derive(Deserialize)]
pub(crate) struct Message<'a> {
    #[serde(borrow)]
    inbox_id: Text<'a>,
    thread_id: Text<'a>,
    message_id: Text<'a>,
    organization_id: Option<Text<'a>>,
    #[serde(default)]
    labels: Vec<Text<'a>>,
    timestamp: Option<Text<'a>>,
    from: Option<Text<'a>>,
    #[serde(default)]
    reply_to: Vec<Text<'a>>,
    #[serde(default)]
    to: Vec<Text<'a>>,
    #[serde(default)]
    cc: Vec<Text<'a>>,
    #[serde(default)]
    bcc: Vec<Text<'a>>,
    subject: Option<Text<'a>>,
    preview: Option<Text<'a>>,
    pub(crate) text: Option<Text<'a>>,
    html: Option<Text<'a>>,
    extracted_text: Option<Text<'a>>,
    extracted_html: Option<Text<'a>>,
    #[serde(default)]
    attachments: Vec<Attachment<'a>>,
    in_reply_to: Option<Text<'a>>,
    #[serde(default)]
    references: Vec<Text<'a>>,
    #[serde(default)]
    headers: BTreeMap<Text<'a>, Text<'a>>,
    size: Option<u64>,
    updated_at: Option<Text<'a>>,
    created_at: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Attachment<'a> {
    #[serde(borrow)]
    attachment_id: Option<Text<'a>>,
    filename: Option<Text<'a>>,
    content_type: Option<Text<'a>>,
    content_disposition: Option<Text<'a>>,
    content_id: Option<Text<'a>>,
    size: Option<u64>,
}

#[derive(Deserialize)]
struct Thread<'a> {
    #[serde(borrow)]
    inbox_id: Option<Text<'a>>,
    thread_id: Text<'a>,
    #[serde(default)]
    labels: Vec<Text<'a>>,
    timestamp: Option<Text<'a>>,
    received_timestamp: Option<Text<'a>>,
    sent_timestamp: Option<Text<'a>>,
    #[serde(default)]
    senders: Vec<Text<'a>>,
    #[serde(default)]
    recipients: Vec<Text<'a>>,
    subject: Option<Text<'a>>,
    preview: Option<Text<'a>>,
    #[serde(default)]
    attachments: Vec<Attachment<'a>>,
    last_message_id: Option<Text<'a>>,
    message_count: Option<u64>,
    size: Option<u64>,
    updated_at: Option<Text<'a>>,
    created_at: Option<Text<'a>>,
}
