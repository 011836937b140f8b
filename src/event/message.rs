//! Received mail: `message.received` and its variants (WIRE 2 in `tests/fixtures/README.md`).

use alloc::vec::Vec;

use super::address::Address;
use super::automated::{Automated, automated};
use super::security::AgentArmor;
use super::{Integer, Text};
use crate::wire::encode::none_of;
use crate::wire::object::object;
use crate::wire::raw::Members;

object! {
    /// A message arrived: `message.received`, and its variants for spam, blocked senders and unauthenticated senders.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse};
    ///
    /// let payload = br#"{
    ///     "event_type": "message.received",
    ///     "message": {
    ///         "inbox_id": "inbox_1", "thread_id": "thread_1", "message_id": "<1@example.com>",
    ///         "from": "Jane Doe <jane@example.com>", "reply_to": ["jane@home.example.com"],
    ///         "subject": "Where is my order?",
    ///         "text": "It has not come.\n> It is on its way.\n", "extracted_text": "It has not come.\n",
    ///         "attachments": [{"attachment_id": "att_27d9", "filename": "../order.pdf", "size": 48213}]
    ///     },
    ///     "thread": {"thread_id": "thread_1", "message_count": 3}
    /// }"#;
    /// let Event::MessageReceived(event) = parse(payload)? else { unreachable!() };
    /// let message = event.message;
    /// if message.body_omitted() && event.body_included != Some(true) {
    ///     println!("fetch {} of {}", message.message_id, message.inbox_id);
    /// }
    /// // The new part of the text, if it is known.
    /// let text = message.extracted_text.as_ref().or(message.text.as_ref());
    /// assert_eq!(text.unwrap(), "It has not come.\n");
    /// // The addresses for replies, or the senders.
    /// let answer_to = message.reply_to.first().or(message.from.first());
    /// assert_eq!(answer_to.unwrap().email, "jane@home.example.com");
    /// for attachment in &message.attachments {
    ///     // Show the name, but never use it as a path. Fetch the contents by the id.
    ///     println!("{:?}, {} bytes", attachment.filename, attachment.size.unwrap_or_default());
    /// }
    /// assert!(event.thread.unwrap_or_default().message_count > Some(1), "an answer, not a new conversation");
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct MessageReceived<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// The message.
        pub message: Message<'a>,
        /// `true` if the body is included. If `text` and `html` are absent all the same, the message is empty.
        pub body_included: Option<bool>,
        /// The conversation of the message.
        pub thread: Option<Thread<'a>>,
    }

    /// A message. **The sender controls most fields**: treat them as untrusted input, especially if a language model
    /// reads them.
    #[computed(
        /// `true` if there is neither `text` nor `html`: the body was left out, or the message is empty. Fetch the
        /// message through the API, unless `body_included` is `true`, which means that the message is empty.
        body_omitted: bool = none_of(text, html),
        /// The reason why the message counts as automated. Absent for mail that a person may have written.
        ///
        /// An agent that skips automated mail does not reply to machines, mailing lists and itself. The check reads
        /// addresses and headers: senders can hide that they are machines, and AgentMail may not pass on a header.
        ///
        /// ```
        /// # use agentmail_webhooks::{Automated, Event, parse};
        /// # fn answer(_: &agentmail_webhooks::Message<'_>) {}
        /// # let payload = br#"{"event_type": "message.received", "message": {"inbox_id": "i", "thread_id": "t",
        /// #     "message_id": "m", "from": "MAILER-DAEMON@mx.example"}}"#;
        /// # let Event::MessageReceived(event) = parse(payload)? else { unreachable!() };
        /// if event.message.automated().is_none() {
        ///     answer(&event.message);
        /// }
        /// # assert_eq!(event.message.automated(), Some(Automated::Bounce));
        /// # Ok::<(), agentmail_webhooks::Error>(())
        /// ```
        automated: Option<Automated> = automated(inbox_id, from, headers),
    )]
    pub struct Message<'a> {
        /// The inbox that received it.
        pub inbox_id: Text<'a>,
        /// The conversation of the message.
        pub thread_id: Text<'a>,
        /// Identifies the message. In most events, this is its `Message-ID`.
        pub message_id: Text<'a>,
        /// The organization that owns the inbox.
        pub organization_id: Option<Text<'a>>,
        /// The pod of the inbox.
        pub pod_id: Option<Text<'a>>,
        /// The `Message-ID` that was used for SMTP.
        pub smtp_id: Option<Text<'a>>,
        /// Labels, such as `received`.
        pub labels: Vec<Text<'a>>,
        /// The time at which it was sent or received, in ISO 8601.
        pub timestamp: Option<Text<'a>>,
        /// The senders.
        #[alias = "from_"]
        pub from: Vec<Address<'a>>,
        /// The addresses for replies, if not `from`.
        pub reply_to: Vec<Address<'a>>,
        /// The recipients.
        pub to: Vec<Address<'a>>,
        /// The recipients of copies.
        pub cc: Vec<Address<'a>>,
        /// The recipients of blind copies.
        pub bcc: Vec<Address<'a>>,
        /// The subject line.
        pub subject: Option<Text<'a>>,
        /// The beginning of the text.
        pub preview: Option<Text<'a>>,
        /// The body as plain text. Absent if the message has none, or if it was left out (above 64 KB).
        pub text: Option<Text<'a>>,
        /// The body as HTML. Absent if the message has none, or if it was left out (above 64 KB).
        pub html: Option<Text<'a>>,
        /// The new part of `text`, without the quoted mail.
        pub extracted_text: Option<Text<'a>>,
        /// The new part of `html`, without the quoted mail.
        pub extracted_html: Option<Text<'a>>,
        /// The attachments.
        pub attachments: Vec<Attachment<'a>>,
        /// The `Message-ID` of the message that this one replies to.
        pub in_reply_to: Option<Text<'a>>,
        /// The `Message-ID`s of the earlier messages in the conversation.
        #[separator = " "]
        pub references: Vec<Text<'a>>,
        /// The header fields of the message, by name.
        pub headers: Option<Members<'a>>,
        /// The calendar event that the message is about.
        pub calendar_event_id: Option<Text<'a>>,
        /// The result of the Agent Armor scan.
        pub agent_armor: Option<AgentArmor<'a>>,
        /// A key that sorts the messages of an inbox.
        pub sort_key: Option<Text<'a>>,
        /// The size in bytes.
        pub size: Option<Integer>,
        /// A signed URL from which a body that was left out can be fetched.
        pub body_url: Option<Text<'a>>,
        /// The time at which it was first opened, in ISO 8601.
        pub opened_at: Option<Text<'a>>,
        /// The time of the last change, in ISO 8601.
        pub updated_at: Option<Text<'a>>,
        /// The time at which it was stored, in ISO 8601.
        pub created_at: Option<Text<'a>>,
    }

    /// A file that is attached to a message or shown in it.
    pub struct Attachment<'a> {
        /// Identifies the attachment, to fetch it through the API.
        pub attachment_id: Option<Text<'a>>,
        /// The file name that the sender chose. Never use it as a path.
        pub filename: Option<Text<'a>>,
        /// The content type that the sender declared, such as `application/pdf`.
        pub content_type: Option<Text<'a>>,
        /// `attachment` or `inline`.
        pub content_disposition: Option<Text<'a>>,
        /// The identifier that `cid:` links in the HTML refer to.
        pub content_id: Option<Text<'a>>,
        /// The size in bytes.
        pub size: Option<Integer>,
        /// `true` if it is shown in the message.
        pub inline: Option<bool>,
        /// The contents, in base64. Most deliveries leave them out.
        pub content: Option<Text<'a>>,
    }

    /// A conversation.
    #[empty_is_absent = true]
    pub struct Thread<'a> {
        /// The inbox of the conversation.
        pub inbox_id: Option<Text<'a>>,
        /// Identifies the conversation.
        pub thread_id: Text<'a>,
        /// The organization that owns the inbox.
        pub organization_id: Option<Text<'a>>,
        /// The pod of the inbox.
        pub pod_id: Option<Text<'a>>,
        /// The labels of its messages.
        pub labels: Vec<Text<'a>>,
        /// The time at which its last message was sent or received, in ISO 8601.
        pub timestamp: Option<Text<'a>>,
        /// The time at which its last message was received, in ISO 8601.
        pub received_timestamp: Option<Text<'a>>,
        /// The time at which its last message was sent, in ISO 8601.
        pub sent_timestamp: Option<Text<'a>>,
        /// The senders of its messages.
        pub senders: Vec<Address<'a>>,
        /// The recipients of its messages.
        pub recipients: Vec<Address<'a>>,
        /// All senders and recipients.
        pub participants: Vec<Address<'a>>,
        /// The subject line.
        pub subject: Option<Text<'a>>,
        /// The beginning of its last message.
        pub preview: Option<Text<'a>>,
        /// The attachments of its messages.
        pub attachments: Vec<Attachment<'a>>,
        /// Its last message.
        pub last_message_id: Option<Text<'a>>,
        /// The number of its messages.
        pub message_count: Option<Integer>,
        /// The size in bytes.
        pub size: Option<Integer>,
        /// The time of the last change, in ISO 8601.
        pub updated_at: Option<Text<'a>>,
        /// The time at which it was stored, in ISO 8601.
        pub created_at: Option<Text<'a>>,
    }
}
