//! Mail that arrived: `message.received` and its variants (WIRE, section 2).

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::address::Address;
use super::armor::AgentArmor;
use super::json::Members;
use super::object::object;
use super::trail::Trail;
use super::{Integer, Text};

object! {
    /// A mail arrived: `message.received`, and its variants for spam, blocked senders and
    /// senders without authentication.
    pub struct MessageReceived<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// The mail.
        pub message: Message<'a>,
        /// The conversation that it belongs to.
        pub thread: Option<Thread<'a>>,
    }

    /// A mail. **Whoever sent it chose most of this**: treat it as untrusted input, above
    /// all if a language model reads it.
    pub struct Message<'a> {
        /// The inbox that received it.
        pub inbox_id: Text<'a>,
        /// The conversation that it belongs to.
        pub thread_id: Text<'a>,
        /// Identifies the mail; its `Message-ID` in most events.
        pub message_id: Text<'a>,
        /// The organization that owns the inbox.
        pub organization_id: Option<Text<'a>>,
        /// Labels, such as `received`.
        pub labels: Vec<Text<'a>>,
        /// When it was sent or received, in ISO 8601.
        pub timestamp: Option<Text<'a>>,
        /// Who wrote it.
        pub from: Vec<Address<'a>>,
        /// Where to send an answer to, if not to `from`.
        pub reply_to: Vec<Address<'a>>,
        /// Who it is for.
        pub to: Vec<Address<'a>>,
        /// Who gets a copy.
        pub cc: Vec<Address<'a>>,
        /// Who gets a copy, unseen by the others.
        pub bcc: Vec<Address<'a>>,
        /// The subject line.
        pub subject: Option<Text<'a>>,
        /// The beginning of the text.
        pub preview: Option<Text<'a>>,
        /// The body as plain text. Absent if the mail has none, or if the payload would be over
        /// 1 MB.
        pub text: Option<Text<'a>>,
        /// The body as HTML. Absent if the mail has none, or if the payload would be over 1 MB.
        pub html: Option<Text<'a>>,
        /// What is new in `text`, without the quoted mail.
        pub extracted_text: Option<Text<'a>>,
        /// What is new in `html`, without the quoted mail.
        pub extracted_html: Option<Text<'a>>,
        /// The attachments.
        pub attachments: Vec<Attachment<'a>>,
        /// The `Message-ID` of the mail that this one answers.
        pub in_reply_to: Option<Text<'a>>,
        /// The `Message-ID`s of the mails before it in the conversation.
        pub references: Vec<Text<'a>>,
        /// The header fields of the mail by name.
        pub headers: Option<Members<'a>>,
        /// The calendar event that the mail is about.
        pub calendar_event_id: Option<Text<'a>>,
        /// What Agent Armor found.
        pub agent_armor: Option<AgentArmor<'a>>,
        /// Orders the messages of an inbox.
        pub sort_key: Option<Text<'a>>,
        /// Size in bytes.
        pub size: Option<Integer>,
        /// When it last changed, in ISO 8601.
        pub updated_at: Option<Text<'a>>,
        /// When it was stored, in ISO 8601.
        pub created_at: Option<Text<'a>>,
    }
    derived {
        /// Neither `text` nor `html` came: the mail is empty, or the payload would be over 1 MB.
        /// Fetch the message through the API.
        pub fn body_omitted(&self) -> bool {
            self.text.is_none() && self.html.is_none()
        }
    }
    with {
        fn settle(&mut self, present: Fields, trail: &Trail) -> Result<(), serde_json::Error> {
            self.take_from_underscore(present.has(Index::from.get()), trail)?;
            self.drop_body_omitted();
            Ok(())
        }
    }

    /// A file that is attached to a mail, or shown in it.
    pub struct Attachment<'a> {
        /// Identifies it, to fetch it through the API.
        pub attachment_id: Option<Text<'a>>,
        /// The name that the sender gave it: never a path to write to.
        pub filename: Option<Text<'a>>,
        /// What the sender says that it is, such as `application/pdf`.
        pub content_type: Option<Text<'a>>,
        /// `attachment` or `inline`.
        pub content_disposition: Option<Text<'a>>,
        /// What `cid:` links in the HTML refer to.
        pub content_id: Option<Text<'a>>,
        /// Size in bytes.
        pub size: Option<Integer>,
        /// Whether it is shown in the mail.
        pub inline: Option<bool>,
        /// The bytes, in base64. Most deliveries leave them out.
        pub content: Option<Text<'a>>,
    }

    /// A conversation.
    pub struct Thread<'a> {
        /// The inbox that it belongs to.
        pub inbox_id: Option<Text<'a>>,
        /// Identifies the conversation.
        pub thread_id: Text<'a>,
        /// Labels of its messages.
        pub labels: Vec<Text<'a>>,
        /// When its last message was sent or received, in ISO 8601.
        pub timestamp: Option<Text<'a>>,
        /// When its last message was received, in ISO 8601.
        pub received_timestamp: Option<Text<'a>>,
        /// When its last message was sent, in ISO 8601.
        pub sent_timestamp: Option<Text<'a>>,
        /// Who wrote in it.
        pub senders: Vec<Address<'a>>,
        /// Who it was for.
        pub recipients: Vec<Address<'a>>,
        /// Everyone in it.
        pub participants: Vec<Address<'a>>,
        /// The subject line.
        pub subject: Option<Text<'a>>,
        /// The beginning of its last message.
        pub preview: Option<Text<'a>>,
        /// The attachments of its messages.
        pub attachments: Vec<Attachment<'a>>,
        /// Its last message.
        pub last_message_id: Option<Text<'a>>,
        /// How many messages it has.
        pub message_count: Option<Integer>,
        /// Size in bytes.
        pub size: Option<Integer>,
        /// When it last changed, in ISO 8601.
        pub updated_at: Option<Text<'a>>,
        /// When it was stored, in ISO 8601.
        pub created_at: Option<Text<'a>>,
    }
    with {
        fn empty_is_absent(&self) -> bool {
            true
        }
    }
}

impl Message<'_> {
    /// `from_` is how one dialect writes `from`. It counts where `from` is absent, and is
    /// kept as it came where both are there (WIRE 3.5).
    fn take_from_underscore(&mut self, has_from: bool, trail: &Trail) -> Result<(), serde_json::Error> {
        const NAME: &str = "from_";
        let copies = self.extra.take(NAME);
        match copies.as_slice() {
            [] => {}
            // Absent (WIRE 3.2), so there is no other to keep.
            [null] if null.as_str() == "null" => {}
            [one] if !has_from => {
                one.fill(&mut self.from, trail).map_err(trail.at_member(NAME))?;
            }
            [one] => self.extra.push(trail, Cow::Borrowed(NAME), one.clone())?,
            [_, _, ..] => return Err(trail.at_member(NAME)(trail.fail("repeated", None))),
        }
        Ok(())
    }

    /// A canonical event that is parsed again brings `body_omitted` along. Where it says what
    /// follows anyway, there is nothing to keep.
    fn drop_body_omitted(&mut self) {
        let derived = if self.body_omitted() { "true" } else { "false" };
        if self.extra.get("body_omitted").is_some_and(|sent| sent.as_str() == derived) {
            self.extra.take("body_omitted");
        }
    }
}
