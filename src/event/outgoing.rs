//! What became of mail that was sent: `message.sent`, `.delivered`, `.bounced`, `.complained`,
//! `.rejected` and `.opened` (WIRE, section 2).

use alloc::vec::Vec;

use super::Text;
use super::address::Address;
use crate::wire::object::object;

object! {
    /// A mail was sent: `message.sent`.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse};
    ///
    /// let payload = br#"{"event_type": "message.sent", "send": {
    ///     "inbox_id": "inbox_1", "thread_id": "thread_1", "message_id": "<2@example.com>",
    ///     "recipients": ["jane@example.com", "orders@example.com"]
    /// }}"#;
    /// let Event::MessageSent(event) = parse(payload)? else { unreachable!() };
    /// println!("{} was sent to {} people", event.send.message_id, event.send.recipients.len());
    /// # assert_eq!(event.send.recipients.len(), 2);
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct MessageSent<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// What was sent.
        pub send: Send<'a>,
    }

    /// What is told of a mail that was sent or delivered.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse};
    ///
    /// let payload = br#"{"event_type": "message.delivered", "delivery": {
    ///     "inbox_id": "inbox_1", "thread_id": "thread_1", "message_id": "<2@example.com>",
    ///     "timestamp": "2026-03-02T09:20:04.000Z", "recipients": ["Jane Doe <jane@example.com>"]
    /// }}"#;
    /// let Event::MessageDelivered(event) = parse(payload)? else { unreachable!() };
    /// let send = event.delivery;
    /// assert_eq!(send.timestamp.as_deref(), Some("2026-03-02T09:20:04.000Z"));
    /// assert_eq!(send.recipients[0].email, "jane@example.com");
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct Send<'a> {
        /// The inbox that sent it.
        pub inbox_id: Text<'a>,
        /// The conversation that it belongs to.
        pub thread_id: Text<'a>,
        /// Identifies the mail.
        pub message_id: Text<'a>,
        /// When, in ISO 8601.
        pub timestamp: Option<Text<'a>>,
        /// Who it went to. When it was delivered: who has it.
        pub recipients: Vec<Address<'a>>,
    }

    /// A mail reached the server of a recipient: `message.delivered`.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse};
    ///
    /// let payload = br#"{"event_type": "message.delivered", "delivery": {
    ///     "inbox_id": "inbox_1", "thread_id": "thread_1", "message_id": "<2@example.com>",
    ///     "recipients": ["jane@example.com"]
    /// }}"#;
    /// let Event::MessageDelivered(event) = parse(payload)? else { unreachable!() };
    /// for recipient in &event.delivery.recipients {
    ///     println!("{} has it", recipient.email);
    /// }
    /// # assert_eq!(event.delivery.recipients[0].email, "jane@example.com");
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct MessageDelivered<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// What was delivered.
        pub delivery: Send<'a>,
    }

    /// A mail came back: `message.bounced`.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse};
    ///
    /// let payload = br#"{"event_type": "message.bounced", "bounce": {
    ///     "message_id": "<2@example.com>", "type": "Permanent", "recipients": [{"address": "jane@example.com"}]
    /// }}"#;
    /// let Event::MessageBounced(event) = parse(payload)? else { unreachable!() };
    /// if event.bounce.kind.as_deref() == Some("Permanent") {
    ///     println!("no more mail to {:?}", event.bounce.recipients);
    /// }
    /// # assert_eq!(event.bounce.kind.as_deref(), Some("Permanent"));
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct MessageBounced<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// What came back.
        pub bounce: Bounce<'a>,
    }

    /// What is told of a mail that came back.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse};
    ///
    /// let payload = br#"{"event_type": "message.bounced", "bounce": {
    ///     "type": "Transient", "sub_type": "MailboxFull",
    ///     "recipients": [{"address": "jane@example.com", "status": "bounced"}]
    /// }}"#;
    /// let Event::MessageBounced(event) = parse(payload)? else { unreachable!() };
    /// let bounce = event.bounce;
    /// assert_eq!((bounce.kind.as_deref(), bounce.sub_type.as_deref()), (Some("Transient"), Some("MailboxFull")));
    /// assert_eq!(bounce.recipients[0].address, "jane@example.com");
    /// // No identifier is required of a bounce.
    /// assert_eq!(bounce.message_id, None);
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct Bounce<'a> {
        /// The inbox that sent it.
        pub inbox_id: Option<Text<'a>>,
        /// The conversation that it belongs to.
        pub thread_id: Option<Text<'a>>,
        /// Identifies the mail.
        pub message_id: Option<Text<'a>>,
        /// When, in ISO 8601.
        pub timestamp: Option<Text<'a>>,
        /// What kind of bounce it is, such as `Permanent`.
        pub kind = "type": Option<Text<'a>>,
        /// What exactly, such as `General`.
        pub sub_type: Option<Text<'a>>,
        /// Who did not get it.
        pub recipients: Vec<BouncedRecipient<'a>>,
    }

    /// Somebody whom a mail did not reach.
    ///
    /// ```
    /// use agentmail_webhooks::{Address, Event, parse};
    ///
    /// let payload = br#"{"event_type": "message.bounced", "bounce":
    ///     {"recipients": [{"address": "Jane Doe <jane@example.com>", "status": "bounced"}]}}"#;
    /// let Event::MessageBounced(event) = parse(payload)? else { unreachable!() };
    /// let recipient = &event.bounce.recipients[0];
    /// assert_eq!(recipient.status.as_deref(), Some("bounced"));
    /// // It stands as it came: take it apart.
    /// assert_eq!(Address::from_text(&*recipient.address).email, "jane@example.com");
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct BouncedRecipient<'a> {
        /// The address, as it was sent.
        pub address: Text<'a>,
        /// What their server said, such as `bounced`.
        pub status: Option<Text<'a>>,
    }

    /// A recipient marked a mail as spam: `message.complained`.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse};
    ///
    /// let payload = br#"{"event_type": "message.complained", "complaint": {
    ///     "inbox_id": "inbox_1", "thread_id": "thread_1", "message_id": "<2@example.com>",
    ///     "recipients": ["jane@example.com"]
    /// }}"#;
    /// let Event::MessageComplained(event) = parse(payload)? else { unreachable!() };
    /// for recipient in &event.complaint.recipients {
    ///     println!("{} wants no more mail", recipient.email);
    /// }
    /// # assert_eq!(event.complaint.recipients[0].email, "jane@example.com");
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct MessageComplained<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// What was complained about.
        pub complaint: Complaint<'a>,
    }

    /// What is told of a complaint.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse};
    ///
    /// let payload = br#"{"event_type": "message.complained", "complaint": {
    ///     "inbox_id": "inbox_1", "thread_id": "thread_1", "message_id": "<2@example.com>",
    ///     "type": "abuse", "sub_type": "spam", "recipients": ["jane@example.com"]
    /// }}"#;
    /// let Event::MessageComplained(event) = parse(payload)? else { unreachable!() };
    /// assert_eq!(event.complaint.kind.as_deref(), Some("abuse"));
    /// assert_eq!(event.complaint.sub_type.as_deref(), Some("spam"));
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct Complaint<'a> {
        /// The inbox that sent the mail.
        pub inbox_id: Text<'a>,
        /// The conversation that it belongs to.
        pub thread_id: Text<'a>,
        /// Identifies the mail.
        pub message_id: Text<'a>,
        /// When, in ISO 8601.
        pub timestamp: Option<Text<'a>>,
        /// What kind of complaint it is, such as `abuse`.
        pub kind = "type": Option<Text<'a>>,
        /// What exactly, such as `spam`.
        pub sub_type: Option<Text<'a>>,
        /// Who complained.
        pub recipients: Vec<Address<'a>>,
    }

    /// A mail was not sent: `message.rejected`.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse};
    ///
    /// let payload = br#"{"event_type": "message.rejected", "reject": {
    ///     "inbox_id": "inbox_1", "thread_id": "thread_1", "message_id": "<2@example.com>",
    ///     "reason": "Invalid recipient address"
    /// }}"#;
    /// let Event::MessageRejected(event) = parse(payload)? else { unreachable!() };
    /// println!("{} was not sent: {:?}", event.reject.message_id, event.reject.reason);
    /// # assert_eq!(event.reject.message_id, "<2@example.com>");
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct MessageRejected<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// What was rejected.
        pub reject: Reject<'a>,
    }

    /// What is told of a mail that was not sent.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse};
    ///
    /// let payload = br#"{"event_type": "message.rejected", "reject": {
    ///     "inbox_id": "inbox_1", "thread_id": "thread_1", "message_id": "<2@example.com>",
    ///     "reason": "Invalid recipient address"
    /// }}"#;
    /// let Event::MessageRejected(event) = parse(payload)? else { unreachable!() };
    /// assert_eq!(event.reject.reason.as_deref(), Some("Invalid recipient address"));
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct Reject<'a> {
        /// The inbox that was to send it.
        pub inbox_id: Text<'a>,
        /// The conversation that it belongs to.
        pub thread_id: Text<'a>,
        /// Identifies the mail.
        pub message_id: Text<'a>,
        /// When, in ISO 8601.
        pub timestamp: Option<Text<'a>>,
        /// Why.
        pub reason: Option<Text<'a>>,
    }

    /// A mail with tracking was opened for the first time: `message.opened`.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse};
    ///
    /// let payload = br#"{"event_type": "message.opened", "open": {
    ///     "inbox_id": "inbox_1", "thread_id": "thread_1", "message_id": "<2@example.com>",
    ///     "timestamp": "2026-03-02T09:33:00.000Z"
    /// }}"#;
    /// let Event::MessageOpened(event) = parse(payload)? else { unreachable!() };
    /// println!("{} was read at {:?}", event.open.message_id, event.open.timestamp);
    /// # assert_eq!(event.open.message_id, "<2@example.com>");
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct MessageOpened<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// What was opened.
        pub open: Open<'a>,
    }

    /// What is told of a mail that was opened.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse};
    ///
    /// let payload = br#"{"event_type": "message.opened", "open": {
    ///     "inbox_id": "inbox_1", "thread_id": "thread_1", "message_id": "<2@example.com>",
    ///     "timestamp": "2026-03-02T09:33:00.000Z"
    /// }}"#;
    /// let Event::MessageOpened(event) = parse(payload)? else { unreachable!() };
    /// assert_eq!(event.open.thread_id, "thread_1");
    /// assert_eq!(event.open.timestamp.as_deref(), Some("2026-03-02T09:33:00.000Z"));
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct Open<'a> {
        /// The inbox that sent it.
        pub inbox_id: Text<'a>,
        /// The conversation that it belongs to.
        pub thread_id: Text<'a>,
        /// Identifies the mail.
        pub message_id: Text<'a>,
        /// When, in ISO 8601.
        pub timestamp: Option<Text<'a>>,
    }
}
