//! Mail that arrived: `message.received` and its variants (WIRE, section 2).

use alloc::vec::Vec;

use super::address::Address;
use super::automated::{Automated, automated};
use super::security::AgentArmor;
use super::{Integer, Text};
use crate::wire::object::object;
use crate::wire::raw::Members;
use crate::wire::schema::none_of;

object! {
    /// A mail arrived: `message.received`, and its variants for spam, blocked senders and
    /// senders without authentication.
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
    /// // What is new, if it is told apart; the whole mail otherwise.
    /// let text = message.extracted_text.as_ref().or(message.text.as_ref());
    /// assert_eq!(text.unwrap(), "It has not come.\n");
    /// // `reply_to`, or who wrote it.
    /// let answer_to = message.reply_to.first().or(message.from.first());
    /// assert_eq!(answer_to.unwrap().email, "jane@home.example.com");
    /// for attachment in &message.attachments {
    ///     // The name is to be shown, never to be a path. The bytes are fetched by the id.
    ///     println!("{:?}, {} bytes", attachment.filename, attachment.size.unwrap_or_default());
    /// }
    /// assert!(event.thread.unwrap_or_default().message_count > Some(1), "an answer, not a new conversation");
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct MessageReceived<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// The mail.
        pub message: Message<'a>,
        /// Whether the body came along. `true` without `text` and `html` means an empty mail.
        pub body_included: Option<bool>,
        /// The conversation that it belongs to.
        pub thread: Option<Thread<'a>>,
    }

    /// A mail. **Whoever sent it chose most of this**: treat it as untrusted input, above
    /// all if a language model reads it.
    #[computed(
        /// Neither `text` nor `html` came: the body was left out, or the mail is empty.
        /// Fetch the message through the API, unless `body_included` is true, which means an empty mail.
        body_omitted: bool = none_of(text, html),
        /// Why this is a machine's mail: absent for what may be a person's.
        ///
        /// This keeps an agent from answering machines, mailing lists and itself. It cannot know of a sender who hides it,
        /// nor of a header that AgentMail does not pass on.
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
        /// The conversation that it belongs to.
        pub thread_id: Text<'a>,
        /// Identifies the mail; its `Message-ID` in most events.
        pub message_id: Text<'a>,
        /// The organization that owns the inbox.
        pub organization_id: Option<Text<'a>>,
        /// The pod that the inbox belongs to.
        pub pod_id: Option<Text<'a>>,
        /// The `Message-ID` under which it was sent by SMTP.
        pub smtp_id: Option<Text<'a>>,
        /// Labels, such as `received`.
        pub labels: Vec<Text<'a>>,
        /// When it was sent or received, in ISO 8601.
        pub timestamp: Option<Text<'a>>,
        /// Who wrote it.
        #[alias = "from_"]
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
        /// The body as plain text. Absent if the mail has none, or if it was left out (above 64 KB).
        pub text: Option<Text<'a>>,
        /// The body as HTML. Absent if the mail has none, or if it was left out (above 64 KB).
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
        #[separator = " "]
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
        /// A signed address from which the body can be fetched, where it was left out.
        pub body_url: Option<Text<'a>>,
        /// When it was first opened, in ISO 8601.
        pub opened_at: Option<Text<'a>>,
        /// When it last changed, in ISO 8601.
        pub updated_at: Option<Text<'a>>,
        /// When it was stored, in ISO 8601.
        pub created_at: Option<Text<'a>>,
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
    #[empty_is_absent = true]
    pub struct Thread<'a> {
        /// The inbox that it belongs to.
        pub inbox_id: Option<Text<'a>>,
        /// Identifies the conversation.
        pub thread_id: Text<'a>,
        /// The organization that owns the inbox.
        pub organization_id: Option<Text<'a>>,
        /// The pod that the inbox belongs to.
        pub pod_id: Option<Text<'a>>,
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
}
