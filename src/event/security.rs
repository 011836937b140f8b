//! Agent Armor, which scans received mail: `message.security.*` (WIRE 2 in `tests/fixtures/README.md`).

use super::Text;
use crate::wire::object::object;

object! {
    /// Agent Armor reached a verdict, or holds a message for review: `message.security.completed` and
    /// `message.security.review`.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse};
    ///
    /// let payload = br#"{"event_type": "message.security.completed", "message": {
    ///     "inbox_id": "inbox_1", "message_id": "<1@example.com>",
    ///     "agent_armor": {"status": "pending", "deadline_at": "2026-03-02T09:16:01.000Z"}
    /// }}"#;
    /// let Event::MessageSecurityCompleted(event) = parse(payload)? else { unreachable!() };
    /// let armor = event.message.agent_armor.unwrap_or_default();
    /// match (armor.status.as_deref(), armor.verdict.as_deref()) {
    ///     (Some("complete"), Some("clear")) => println!("go on"),
    ///     (Some("pending"), _) => println!("a verdict comes by {:?}", armor.deadline_at),
    ///     // Other verdicts, including future ones.
    ///     _ => println!("ask a person"),
    /// }
    /// # assert_eq!(armor.deadline_at.as_deref(), Some("2026-03-02T09:16:01.000Z"));
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct MessageSecurity<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// The message that was scanned.
        pub message: ScannedMessage<'a>,
    }

    /// The message that was scanned. Fetch its content through the API.
    pub struct ScannedMessage<'a> {
        /// The organization that owns the inbox.
        pub organization_id: Option<Text<'a>>,
        /// The pod of the inbox.
        pub pod_id: Option<Text<'a>>,
        /// The inbox that received it.
        pub inbox_id: Text<'a>,
        /// Identifies the message.
        pub message_id: Text<'a>,
        /// The result of the Agent Armor scan.
        pub agent_armor: Option<AgentArmor<'a>>,
    }

    /// A person released a message that was held for review: `message.security.override`.
    pub struct MessageSecurityOverride<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// The message that was released.
        pub message: ReleasedMessage<'a>,
    }

    /// The message that was released. Fetch its content through the API.
    pub struct ReleasedMessage<'a> {
        /// The organization that owns the inbox.
        pub organization_id: Option<Text<'a>>,
        /// The pod of the inbox.
        pub pod_id: Option<Text<'a>>,
        /// The inbox that received it.
        pub inbox_id: Text<'a>,
        /// Identifies the message.
        pub message_id: Text<'a>,
        /// The decision to release it.
        pub manual_override: Option<ManualOverride<'a>>,
    }

    /// The result of an Agent Armor scan. Any field may be absent, whatever the value of `status`.
    pub struct AgentArmor<'a> {
        /// `pending`, `complete` or `unavailable`.
        pub status: Option<Text<'a>>,
        /// The start of the scan, in ISO 8601.
        pub started_at: Option<Text<'a>>,
        /// The time at which a pending scan becomes unavailable, in ISO 8601.
        pub deadline_at: Option<Text<'a>>,
        /// The verdict.
        pub verdict: Option<Text<'a>>,
        /// The reason.
        pub reason: Option<Text<'a>>,
        /// The model that decided.
        pub model: Option<Text<'a>>,
        /// The end of the scan, in ISO 8601.
        pub completed_at: Option<Text<'a>>,
        /// The reason why there is no verdict.
        pub unavailable_reason: Option<Text<'a>>,
        /// The decision of a person to override the verdict.
        pub manual_override: Option<ManualOverride<'a>>,
    }

    /// The decision of a person to release a message.
    pub struct ManualOverride<'a> {
        /// Identifies the decision.
        pub override_id: Option<Text<'a>>,
        /// The actor who decided.
        pub actor: Option<Actor<'a>>,
        /// The reason.
        pub reason: Option<Text<'a>>,
        /// The verdict that was overridden.
        pub original_verdict: Option<Text<'a>>,
        /// The time of the release, in ISO 8601.
        pub released_at: Option<Text<'a>>,
    }

    /// The actor behind a decision.
    pub struct Actor<'a> {
        /// The kind of actor, such as `api_key`.
        pub kind: Option<Text<'a>>,
        /// The API key that was used.
        pub api_key_id: Option<Text<'a>>,
    }
}
