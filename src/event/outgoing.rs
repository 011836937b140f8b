//! The fate of sent mail: `message.sent`, `.delivered`, `.bounced`, `.complained`, `.rejected` and `.opened` (WIRE
//! 2 in `tests/fixtures/README.md`).

use alloc::vec::Vec;

use super::Text;
use super::address::Address;
use crate::wire::object::object;

object! {
    /// A message was sent: `message.sent`.
    pub struct MessageSent<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// The message that was sent.
        pub send: Send<'a>,
    }

    /// The details of a message that was sent or delivered.
    pub struct Send<'a> {
        /// The inbox that sent it.
        pub inbox_id: Text<'a>,
        /// The conversation of the message.
        pub thread_id: Text<'a>,
        /// Identifies the message.
        pub message_id: Text<'a>,
        /// The organization that owns the inbox.
        pub organization_id: Option<Text<'a>>,
        /// The pod of the inbox.
        pub pod_id: Option<Text<'a>>,
        /// The time, in ISO 8601.
        pub timestamp: Option<Text<'a>>,
        /// The recipients. After delivery, those who received it.
        pub recipients: Vec<Address<'a>>,
    }

    /// A message was delivered to the server of a recipient: `message.delivered`.
    pub struct MessageDelivered<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// The message that was delivered.
        pub delivery: Send<'a>,
    }

    /// A message bounced: `message.bounced`.
    ///
    /// ```
    /// use agentmail_webhooks::{Address, Event, parse};
    ///
    /// let payload = br#"{"event_type": "message.bounced", "bounce": {
    ///     "type": "Transient", "sub_type": "MailboxFull",
    ///     "recipients": [{"address": "Jane Doe <jane@example.com>", "status": "bounced"}]
    /// }}"#;
    /// let Event::MessageBounced(event) = parse(payload)? else { unreachable!() };
    /// let bounce = event.bounce;
    /// assert_eq!((bounce.kind.as_deref(), bounce.sub_type.as_deref()), (Some("Transient"), Some("MailboxFull")));
    /// // The address is not parsed.
    /// assert_eq!(Address::from_text(&*bounce.recipients[0].address).email, "jane@example.com");
    /// // A bounce may have no identifier.
    /// assert_eq!(bounce.message_id, None);
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct MessageBounced<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// The message that bounced.
        pub bounce: Bounce<'a>,
    }

    /// The details of a bounce.
    pub struct Bounce<'a> {
        /// The inbox that sent it.
        pub inbox_id: Option<Text<'a>>,
        /// The conversation of the message.
        pub thread_id: Option<Text<'a>>,
        /// Identifies the message.
        pub message_id: Option<Text<'a>>,
        /// The organization that owns the inbox.
        pub organization_id: Option<Text<'a>>,
        /// The pod of the inbox.
        pub pod_id: Option<Text<'a>>,
        /// The time, in ISO 8601.
        pub timestamp: Option<Text<'a>>,
        /// The kind of bounce, such as `Permanent`.
        #[rename = "type"]
        pub kind: Option<Text<'a>>,
        /// The exact kind, such as `General`.
        pub sub_type: Option<Text<'a>>,
        /// The recipients who did not receive it.
        pub recipients: Vec<BouncedRecipient<'a>>,
    }

    /// A recipient whose mail bounced.
    pub struct BouncedRecipient<'a> {
        /// The address, as it was sent.
        pub address: Text<'a>,
        /// The status reported by the server, such as `bounced`.
        pub status: Option<Text<'a>>,
    }

    /// A recipient marked a message as spam: `message.complained`.
    pub struct MessageComplained<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// The complaint.
        pub complaint: Complaint<'a>,
    }

    /// The details of a complaint.
    pub struct Complaint<'a> {
        /// The inbox that sent the message.
        pub inbox_id: Text<'a>,
        /// The conversation of the message.
        pub thread_id: Text<'a>,
        /// Identifies the message.
        pub message_id: Text<'a>,
        /// The organization that owns the inbox.
        pub organization_id: Option<Text<'a>>,
        /// The pod of the inbox.
        pub pod_id: Option<Text<'a>>,
        /// The time, in ISO 8601.
        pub timestamp: Option<Text<'a>>,
        /// The kind of complaint, such as `abuse`.
        #[rename = "type"]
        pub kind: Option<Text<'a>>,
        /// The exact kind, such as `spam`.
        pub sub_type: Option<Text<'a>>,
        /// The recipients who complained.
        pub recipients: Vec<Address<'a>>,
    }

    /// A message was rejected and not sent: `message.rejected`.
    pub struct MessageRejected<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// The message that was rejected.
        pub reject: Reject<'a>,
    }

    /// The details of a rejection.
    pub struct Reject<'a> {
        /// The inbox that tried to send it.
        pub inbox_id: Text<'a>,
        /// The conversation of the message.
        pub thread_id: Text<'a>,
        /// Identifies the message.
        pub message_id: Text<'a>,
        /// The organization that owns the inbox.
        pub organization_id: Option<Text<'a>>,
        /// The pod of the inbox.
        pub pod_id: Option<Text<'a>>,
        /// The time, in ISO 8601.
        pub timestamp: Option<Text<'a>>,
        /// The reason.
        pub reason: Option<Text<'a>>,
    }

    /// A message with tracking was opened for the first time: `message.opened`.
    pub struct MessageOpened<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// The message that was opened.
        pub open: Open<'a>,
    }

    /// The details of an opened mail.
    pub struct Open<'a> {
        /// The inbox that sent it.
        pub inbox_id: Text<'a>,
        /// The conversation of the message.
        pub thread_id: Text<'a>,
        /// Identifies the message.
        pub message_id: Text<'a>,
        /// The organization that owns the inbox.
        pub organization_id: Option<Text<'a>>,
        /// The pod of the inbox.
        pub pod_id: Option<Text<'a>>,
        /// The time, in ISO 8601.
        pub timestamp: Option<Text<'a>>,
    }
}
