//! Agent Armor, which looks through mail that arrived: `message.security.*` (WIRE, section 2).

use super::Text;
use crate::wire::object::object;

object! {
    /// Agent Armor reached a verdict, or holds a mail for review: `message.security.completed` and
    /// `message.security.review`.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse};
    ///
    /// let payload = br#"{"event_type": "message.security.review", "message": {
    ///     "inbox_id": "inbox_1", "message_id": "<1@example.com>",
    ///     "agent_armor": {"status": "complete", "verdict": "review"}
    /// }}"#;
    /// let Event::MessageSecurityReview(event) = parse(payload)? else { unreachable!() };
    /// println!("{} waits for a person", event.message.message_id);
    /// # assert_eq!(event.message.message_id, "<1@example.com>");
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct MessageSecurity<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// The mail that was scanned.
        pub message: ScannedMessage<'a>,
    }
    with { identifies: true }

    /// The mail that a verdict is about. Its content is to be fetched through the API.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse};
    ///
    /// let payload = br#"{"event_type": "message.security.completed", "message": {
    ///     "inbox_id": "inbox_1", "message_id": "<1@example.com>",
    ///     "agent_armor": {"status": "complete", "verdict": "clear"}
    /// }}"#;
    /// let Event::MessageSecurityCompleted(event) = parse(payload)? else { unreachable!() };
    /// let armor = event.message.agent_armor.unwrap_or_default();
    /// assert_eq!(armor.verdict.as_deref(), Some("clear"));
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct ScannedMessage<'a> {
        /// The organization that owns the inbox.
        pub organization_id: Option<Text<'a>>,
        /// The inbox that received it.
        pub inbox_id: Text<'a>,
        /// Identifies the mail.
        pub message_id: Text<'a>,
        /// What Agent Armor found. Its `status` is always there.
        pub agent_armor: Option<AgentArmor<'a>>,
    }

    /// A person released a mail that was held for review: `message.security.override`.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse};
    ///
    /// let payload = br#"{"event_type": "message.security.override", "message": {
    ///     "inbox_id": "inbox_1", "message_id": "<1@example.com>",
    ///     "manual_override": {"override_id": "ovr_0c97", "reason": "A customer whom we know"}
    /// }}"#;
    /// let Event::MessageSecurityOverride(event) = parse(payload)? else { unreachable!() };
    /// println!("{} may be read now", event.message.message_id);
    /// # assert_eq!(event.message.message_id, "<1@example.com>");
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct MessageSecurityOverride<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// The mail that was released.
        pub message: ReleasedMessage<'a>,
    }
    with { identifies: true }

    /// The mail that was released. Its content is to be fetched through the API.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse};
    ///
    /// let payload = br#"{"event_type": "message.security.override", "message": {
    ///     "inbox_id": "inbox_1", "message_id": "<1@example.com>",
    ///     "manual_override": {"override_id": "ovr_0c97", "reason": "A customer whom we know"}
    /// }}"#;
    /// let Event::MessageSecurityOverride(event) = parse(payload)? else { unreachable!() };
    /// let decision = event.message.manual_override.unwrap_or_default();
    /// assert_eq!(decision.reason.as_deref(), Some("A customer whom we know"));
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct ReleasedMessage<'a> {
        /// The organization that owns the inbox.
        pub organization_id: Option<Text<'a>>,
        /// The inbox that received it.
        pub inbox_id: Text<'a>,
        /// Identifies the mail.
        pub message_id: Text<'a>,
        /// The decision to release it. Its `override_id` is always there.
        pub manual_override: Option<ManualOverride<'a>>,
    }

    /// What Agent Armor found in a mail. `status` says how far it is; nothing is bound to it.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse};
    ///
    /// let payload = br#"{"event_type": "message.received", "message": {
    ///     "inbox_id": "inbox_1", "thread_id": "thread_1", "message_id": "<1@example.com>",
    ///     "agent_armor": {"status": "pending", "deadline_at": "2026-03-02T09:16:01.000Z"}
    /// }}"#;
    /// let Event::MessageReceived(event) = parse(payload)? else { unreachable!() };
    /// let armor = event.message.agent_armor.unwrap_or_default();
    /// match (armor.status.as_deref(), armor.verdict.as_deref()) {
    ///     (Some("complete"), Some("clear")) => println!("go on"),
    ///     (Some("pending"), _) => println!("a verdict comes by {:?}", armor.deadline_at),
    ///     // Also what this code does not know yet.
    ///     _ => println!("for a person"),
    /// }
    /// # assert_eq!(armor.deadline_at.as_deref(), Some("2026-03-02T09:16:01.000Z"));
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct AgentArmor<'a> {
        /// `pending`, `complete` or `unavailable`. Always there in `message.security.*`.
        pub status: Option<Text<'a>>,
        /// When the scan started, in ISO 8601.
        pub started_at: Option<Text<'a>>,
        /// When a scan that is pending becomes unavailable, in ISO 8601.
        pub deadline_at: Option<Text<'a>>,
        /// The verdict.
        pub verdict: Option<Text<'a>>,
        /// Why.
        pub reason: Option<Text<'a>>,
        /// The model that decided.
        pub model: Option<Text<'a>>,
        /// When the scan ended, in ISO 8601.
        pub completed_at: Option<Text<'a>>,
        /// Why there is no verdict.
        pub unavailable_reason: Option<Text<'a>>,
        /// A person's decision against the verdict.
        pub manual_override: Option<ManualOverride<'a>>,
    }
    // What identifies is required in `message.security.*` only (WIRE 3.3): no mail is refused over its scan.
    with { identifying: Fields::of(&[Index::status.get()]) }

    /// The decision to release a mail in spite of a verdict.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse};
    ///
    /// let payload = br#"{"event_type": "message.security.override", "message": {
    ///     "inbox_id": "inbox_1", "message_id": "<1@example.com>",
    ///     "manual_override": {"override_id": "ovr_0c97", "original_verdict": "review"}
    /// }}"#;
    /// let Event::MessageSecurityOverride(event) = parse(payload)? else { unreachable!() };
    /// let decision = event.message.manual_override.unwrap_or_default();
    /// assert_eq!(decision.original_verdict.as_deref(), Some("review"));
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct ManualOverride<'a> {
        /// Identifies the decision. Always there in `message.security.*`.
        pub override_id: Option<Text<'a>>,
        /// Who decided.
        pub actor: Option<Actor<'a>>,
        /// Why.
        pub reason: Option<Text<'a>>,
        /// The verdict that it overrides.
        pub original_verdict: Option<Text<'a>>,
        /// When, in ISO 8601.
        pub released_at: Option<Text<'a>>,
    }
    with { identifying: Fields::of(&[Index::override_id.get()]) }

    /// Who acted.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse};
    ///
    /// let payload = br#"{"event_type": "message.security.override", "message": {
    ///     "inbox_id": "inbox_1", "message_id": "<1@example.com>",
    ///     "manual_override":
    ///         {"override_id": "ovr_0c97", "actor": {"kind": "api_key", "api_key_id": "key_4d2c"}}
    /// }}"#;
    /// let Event::MessageSecurityOverride(event) = parse(payload)? else { unreachable!() };
    /// let actor = event.message.manual_override.and_then(|decision| decision.actor).unwrap_or_default();
    /// if actor.kind.as_deref() == Some("api_key") {
    ///     println!("released by {:?}", actor.api_key_id);
    /// }
    /// # assert_eq!(actor.api_key_id.as_deref(), Some("key_4d2c"));
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct Actor<'a> {
        /// What kind of actor it is, such as `api_key`.
        pub kind: Option<Text<'a>>,
        /// The API key that was used.
        pub api_key_id: Option<Text<'a>>,
    }
}
