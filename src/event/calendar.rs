//! The calendar of an inbox: `calendar.event.*` (WIRE, section 2).

use alloc::borrow::Cow;
use alloc::vec::Vec;

use serde::ser::{Serialize, Serializer};

use super::{Integer, Text};
use crate::wire::encode::{Encode, Node};
use crate::wire::object::{IntoOwned, object};
use crate::wire::raw::Json;
use crate::wire::schema::{Schema, Type, Typed};
use crate::wire::target::{ObjectTarget, Target};

object! {
    /// A calendar event was created, deleted or answered: `calendar.event.created`, `.deleted` and
    /// `.responded`.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse};
    ///
    /// let payload = br#"{"event_type": "calendar.event.created", "inbox_id": "inbox_1", "calendar_event":
    ///     {"event_id": "cal_3f6a", "kind": "series", "title": "A call",
    ///      "start": "2026-03-04T10:00:00", "timezone": "Europe/Berlin", "start_at": "2026-03-04T09:00:00.000Z",
    ///      "duration_value": 1800000, "metadata": {"order": 1042},
    ///      "recurrence": {"rule": "FREQ=WEEKLY;BYDAY=MO"},
    ///      "attendees": [{"email": "support@agents.example", "status": "needs_action"}]}}"#;
    /// let Event::CalendarEventCreated(event) = parse(payload)? else { unreachable!() };
    /// let call = event.calendar_event;
    /// assert_eq!(call.start.as_deref(), Some("2026-03-04T10:00:00"), "in Berlin");
    /// assert_eq!(call.start_at.as_deref(), Some("2026-03-04T09:00:00.000Z"), "in UTC");
    /// assert_eq!(call.duration_value, Some(30 * 60 * 1000), "in milliseconds");
    /// assert_eq!(call.metadata.unwrap_or_default().as_str(), r#"{"order": 1042}"#);
    /// // For a library that knows RFC 5545.
    /// assert_eq!(call.recurrence.unwrap_or_default().rule.as_deref(), Some("FREQ=WEEKLY;BYDAY=MO"));
    /// assert_eq!(call.attendees[0].status.as_deref(), Some("needs_action"));
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct CalendarEventChanged<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// The inbox whose calendar it is in.
        pub inbox_id: Text<'a>,
        /// The calendar event as it is now; as it was, if it was deleted.
        pub calendar_event: CalendarEvent<'a>,
    }

    /// A calendar event changed: `calendar.event.updated`.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse};
    ///
    /// let payload = br#"{"event_type": "calendar.event.updated", "inbox_id": "inbox_1", "calendar_event":
    ///     {"event_id": "cal_3f6a", "location": "Room 3"},
    ///     "previous": {"location": "Room 2"}}"#;
    /// let Event::CalendarEventUpdated(event) = parse(payload)? else { unreachable!() };
    /// // What is in `previous` has changed, and nothing else.
    /// let previous = event.previous.unwrap_or_default();
    /// assert_eq!(previous.location.as_deref(), Some("Room 2"));
    /// assert_eq!((previous.title, previous.attendees), (None, None));
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct CalendarEventUpdated<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// The inbox whose calendar it is in.
        pub inbox_id: Text<'a>,
        /// The calendar event as it is now.
        pub calendar_event: CalendarEvent<'a>,
        /// What the change replaced.
        pub previous: Option<CalendarEventPrevious<'a>>,
    }

    /// A calendar event begins or has ended: `calendar.event.starting` and `.ending`.
    pub struct CalendarEventDue<'a> {
        /// Identifies the event; the same for each date and boundary, however often it is sent.
        pub event_id: Option<Text<'a>>,
        /// The inbox whose calendar it is in.
        pub inbox_id: Text<'a>,
        /// The calendar event as it was when its time came.
        pub calendar_event: CalendarEvent<'a>,
        /// When it begins or ended, in ISO 8601.
        pub scheduled_at: Option<Text<'a>>,
    }

    /// A calendar event: a single one, a series, or one date of a series. **Whoever sent an invitation
    /// chose most of this**: treat it as untrusted input.
    pub struct CalendarEvent<'a> {
        /// Identifies it.
        pub event_id: Text<'a>,
        /// `single`, `series` or `instance` (one date of a series).
        pub kind: Option<Text<'a>>,
        /// The series that a date belongs to.
        pub series_id: Option<Text<'a>>,
        /// When a date would begin by the rule of its series, in the event's time zone.
        pub original_start: Option<Text<'a>>,
        /// `original_start` in UTC, in ISO 8601.
        pub original_start_at: Option<Text<'a>>,
        /// Whether a date was changed apart from its series.
        pub is_exception: Option<bool>,
        /// The title.
        pub title: Option<Text<'a>>,
        /// The description.
        pub description: Option<Text<'a>>,
        /// Where it takes place.
        pub location: Option<Text<'a>>,
        /// What its owner keeps with it: any JSON.
        pub metadata: Option<Json<'a>>,
        /// `confirmed`, `tentative` or `cancelled`.
        pub status: Option<Text<'a>>,
        /// Whether it takes whole days.
        pub all_day: Option<bool>,
        /// When it begins, in `timezone`; the first day, if it takes whole days.
        pub start: Option<Text<'a>>,
        /// When it ends, in `timezone`; the last day, if it takes whole days.
        pub end: Option<Text<'a>>,
        /// Its time zone, such as `Europe/Berlin`.
        pub timezone: Option<Text<'a>>,
        /// `nominal` or `exact`.
        pub duration_mode: Option<Text<'a>>,
        /// How long it takes, in milliseconds; in days, if it takes whole days.
        pub duration_value: Option<Integer>,
        /// When it begins, in UTC, in ISO 8601.
        pub start_at: Option<Text<'a>>,
        /// When it ends, in UTC, in ISO 8601.
        pub end_at: Option<Text<'a>>,
        /// When a series takes place.
        pub recurrence: Option<Recurrence<'a>>,
        /// Who is invited. Left out of some events, unlike `attendee_count`.
        pub attendees: Vec<Attendee<'a>>,
        /// How many are invited.
        pub attendee_count: Option<Integer>,
        /// What the inbox answered, as in `attendees`.
        pub response_status: Option<Text<'a>>,
        /// The `UID` of iCalendar.
        pub uid: Option<Text<'a>>,
        /// The `SEQUENCE` of iCalendar.
        pub sequence: Option<Integer>,
        /// Where it comes from: `api` or `email`.
        pub source: Option<Text<'a>>,
        /// Who organizes it.
        pub organizer_email: Option<Text<'a>>,
        /// The mail whose invitation made it.
        pub origin_message_id: Option<Text<'a>>,
        /// Which version of a single event or a series it is.
        pub resource_revision: Option<Integer>,
        /// When it was created, in ISO 8601.
        pub created_at: Option<Text<'a>>,
        /// When it last changed, in ISO 8601.
        pub updated_at: Option<Text<'a>>,
        /// Its version, to make a change through the API conditional.
        pub etag: Option<Text<'a>>,
    }

    /// What a change to a calendar event replaced. Only what changed is there, lists included.
    pub struct CalendarEventPrevious<'a> {
        /// The title.
        pub title: Option<Text<'a>>,
        /// The description.
        pub description: Option<Text<'a>>,
        /// Where it was to take place.
        pub location: Option<Text<'a>>,
        /// What its owner kept with it: any JSON.
        pub metadata: Option<Json<'a>>,
        /// `confirmed`, `tentative` or `cancelled`.
        pub status: Option<Text<'a>>,
        /// Whether it took whole days.
        pub all_day: Option<bool>,
        /// When it was to begin, in `timezone`.
        pub start: Option<Text<'a>>,
        /// When it was to end, in `timezone`.
        pub end: Option<Text<'a>>,
        /// Its time zone.
        pub timezone: Option<Text<'a>>,
        /// `nominal` or `exact`.
        pub duration_mode: Option<Text<'a>>,
        /// When a series took place.
        pub recurrence: Option<Recurrence<'a>>,
        /// Who was invited. Absent if that did not change.
        pub attendees: Option<Vec<Attendee<'a>>>,
    }

    /// When a series takes place.
    pub struct Recurrence<'a> {
        /// The body of an `RRULE` of iCalendar (RFC 5545), such as `FREQ=WEEKLY;BYDAY=MO`.
        pub rule: Option<Text<'a>>,
        /// When it does not take place, in spite of the rule.
        pub exdates: Vec<Text<'a>>,
        /// When it takes place beyond the rule.
        pub rdates: Vec<RecurrenceDate<'a>>,
        /// It does not take place from here on.
        pub truncate_before: Option<Text<'a>>,
    }

    /// An additional date of a series, with its own length: `end` or `duration`.
    pub struct RecurrencePeriod<'a> {
        /// When it begins.
        pub start: Option<Text<'a>>,
        /// When it ends.
        pub end: Option<Text<'a>>,
        /// How long it takes, as ISO 8601 has it: `PT30M`.
        pub duration: Option<Text<'a>>,
    }

    /// Somebody who is invited.
    pub struct Attendee<'a> {
        /// Their mail address.
        pub email: Option<Text<'a>>,
        /// Their name.
        pub name: Option<Text<'a>>,
        /// What they answered: `needs_action`, `accepted`, `declined`, `tentative`.
        pub status: Option<Text<'a>>,
        /// `required` or `optional`.
        pub role: Option<Text<'a>>,
        /// What they wrote with their answer.
        pub comment: Option<Text<'a>>,
        /// When they answered, in ISO 8601.
        pub responded_at: Option<Text<'a>>,
    }
}

/// An additional date of a series: on the wire, a string or an object.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum RecurrenceDate<'a> {
    /// When it begins. It is as long as the others.
    Start(Text<'a>),
    /// A date with a length of its own.
    Period(RecurrencePeriod<'a>),
}

impl Default for RecurrenceDate<'_> {
    fn default() -> Self {
        Self::Start(Cow::default())
    }
}

impl Typed for RecurrenceDate<'_> {
    const TYPE: Type = Type::TextOrObject(&RecurrencePeriod::SCHEMA);
}

impl<'a> Target<'a> for RecurrenceDate<'a> {
    fn text(&mut self, text: Cow<'a, str>) {
        *self = Self::Start(text);
    }
    fn object(&mut self, _: &'static Schema) -> Option<&mut dyn ObjectTarget<'a>> {
        *self = Self::Period(RecurrencePeriod::default());
        match self {
            Self::Period(period) => Some(period),
            Self::Start(_) => None,
        }
    }
}

impl Encode for RecurrenceDate<'_> {
    fn node(&self) -> Node<'_> {
        match self {
            Self::Start(start) => start.node(),
            Self::Period(period) => period.node(),
        }
    }
}

impl Serialize for RecurrenceDate<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.node().serialize(serializer)
    }
}

impl IntoOwned for RecurrenceDate<'_> {
    type Owned = RecurrenceDate<'static>;

    fn into_owned(self) -> RecurrenceDate<'static> {
        match self {
            Self::Start(start) => RecurrenceDate::Start(IntoOwned::into_owned(start)),
            Self::Period(period) => RecurrenceDate::Period(period.into_owned()),
        }
    }
}
