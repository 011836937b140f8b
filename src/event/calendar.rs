//! The calendar of an inbox: `calendar.event.*` (WIRE 2 in `tests/fixtures/README.md`).

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
    /// A calendar event was created or deleted, or an attendee responded: `calendar.event.created`, `.deleted` and
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
    /// // To be parsed by a library for RFC 5545.
    /// assert_eq!(call.recurrence.unwrap_or_default().rule.as_deref(), Some("FREQ=WEEKLY;BYDAY=MO"));
    /// assert_eq!(call.attendees[0].status.as_deref(), Some("needs_action"));
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct CalendarEventChanged<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// The inbox whose calendar it is in.
        pub inbox_id: Text<'a>,
        /// The calendar event as it is now, or as it was before it was deleted.
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
    /// // `previous` has only the fields that changed.
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
        /// The previous values of the fields that changed.
        pub previous: Option<CalendarEventPrevious<'a>>,
    }

    /// A calendar event begins or has ended: `calendar.event.starting` and `.ending`.
    pub struct CalendarEventDue<'a> {
        /// Identifies the event. Each occurrence has one id for its start and one for its end, which stay the same if
        /// the event is sent again.
        pub event_id: Option<Text<'a>>,
        /// The inbox whose calendar it is in.
        pub inbox_id: Text<'a>,
        /// The calendar event as it was at that time.
        pub calendar_event: CalendarEvent<'a>,
        /// The time at which it begins or ended, in ISO 8601.
        pub scheduled_at: Option<Text<'a>>,
    }

    /// A calendar event: a single one, a series, or one occurrence of a series. **The sender of the invitation controls
    /// most fields**: treat them as untrusted input.
    pub struct CalendarEvent<'a> {
        /// Identifies it.
        pub event_id: Text<'a>,
        /// `single`, `series` or `instance` (one occurrence of a series).
        pub kind: Option<Text<'a>>,
        /// The series that an occurrence belongs to.
        pub series_id: Option<Text<'a>>,
        /// The start of an occurrence according to the rule of its series, in the event's time zone.
        pub original_start: Option<Text<'a>>,
        /// `original_start` in UTC, in ISO 8601.
        pub original_start_at: Option<Text<'a>>,
        /// `true` if an occurrence was changed separately from its series.
        pub is_exception: Option<bool>,
        /// The title.
        pub title: Option<Text<'a>>,
        /// The description.
        pub description: Option<Text<'a>>,
        /// The location.
        pub location: Option<Text<'a>>,
        /// The data that its owner stores with it: any JSON.
        pub metadata: Option<Json<'a>>,
        /// `confirmed`, `tentative` or `cancelled`.
        pub status: Option<Text<'a>>,
        /// `true` if it lasts whole days.
        pub all_day: Option<bool>,
        /// The start, in `timezone`; the first day, if it lasts whole days.
        pub start: Option<Text<'a>>,
        /// The end, in `timezone`; the last day, if it lasts whole days.
        pub end: Option<Text<'a>>,
        /// The time zone, such as `Europe/Berlin`.
        pub timezone: Option<Text<'a>>,
        /// `nominal` or `exact`.
        pub duration_mode: Option<Text<'a>>,
        /// The duration in milliseconds; in days, if it lasts whole days.
        pub duration_value: Option<Integer>,
        /// The start in UTC, in ISO 8601.
        pub start_at: Option<Text<'a>>,
        /// The end in UTC, in ISO 8601.
        pub end_at: Option<Text<'a>>,
        /// The occurrences of a series.
        pub recurrence: Option<Recurrence<'a>>,
        /// The people invited. Some events have only `attendee_count`.
        pub attendees: Vec<Attendee<'a>>,
        /// The number of people invited.
        pub attendee_count: Option<Integer>,
        /// The response of the inbox, as in `attendees`.
        pub response_status: Option<Text<'a>>,
        /// The `UID` of iCalendar.
        pub uid: Option<Text<'a>>,
        /// The `SEQUENCE` of iCalendar.
        pub sequence: Option<Integer>,
        /// The origin: `api` or `email`.
        pub source: Option<Text<'a>>,
        /// The mail address of the organizer.
        pub organizer_email: Option<Text<'a>>,
        /// The message with the invitation that created it.
        pub origin_message_id: Option<Text<'a>>,
        /// The version of a single event or a series.
        pub resource_revision: Option<Integer>,
        /// The time of creation, in ISO 8601.
        pub created_at: Option<Text<'a>>,
        /// The time of the last change, in ISO 8601.
        pub updated_at: Option<Text<'a>>,
        /// The version for conditional changes through the API.
        pub etag: Option<Text<'a>>,
    }

    /// The previous values of a calendar event. Fields that did not change are absent, including lists.
    pub struct CalendarEventPrevious<'a> {
        /// The title.
        pub title: Option<Text<'a>>,
        /// The description.
        pub description: Option<Text<'a>>,
        /// The location.
        pub location: Option<Text<'a>>,
        /// The data that its owner stored with it: any JSON.
        pub metadata: Option<Json<'a>>,
        /// `confirmed`, `tentative` or `cancelled`.
        pub status: Option<Text<'a>>,
        /// `true` if it took whole days.
        pub all_day: Option<bool>,
        /// The start, in `timezone`.
        pub start: Option<Text<'a>>,
        /// The end, in `timezone`.
        pub end: Option<Text<'a>>,
        /// The time zone.
        pub timezone: Option<Text<'a>>,
        /// `nominal` or `exact`.
        pub duration_mode: Option<Text<'a>>,
        /// The occurrences of a series.
        pub recurrence: Option<Recurrence<'a>>,
        /// The people invited. Absent if they did not change.
        pub attendees: Option<Vec<Attendee<'a>>>,
    }

    /// The occurrences of a series.
    pub struct Recurrence<'a> {
        /// The body of an `RRULE` of iCalendar (RFC 5545), such as `FREQ=WEEKLY;BYDAY=MO`.
        pub rule: Option<Text<'a>>,
        /// Dates that are excluded from the rule.
        pub exdates: Vec<Text<'a>>,
        /// Dates in addition to the rule.
        pub rdates: Vec<RecurrenceDate<'a>>,
        /// The end of the series: there are no occurrences from this time on.
        pub truncate_before: Option<Text<'a>>,
    }

    /// An additional occurrence of a series with its own duration: `end` or `duration`.
    pub struct RecurrencePeriod<'a> {
        /// The start.
        pub start: Option<Text<'a>>,
        /// The end.
        pub end: Option<Text<'a>>,
        /// The duration in ISO 8601, such as `PT30M`.
        pub duration: Option<Text<'a>>,
    }

    /// A person invited to a calendar event.
    pub struct Attendee<'a> {
        /// The mail address.
        pub email: Option<Text<'a>>,
        /// The name.
        pub name: Option<Text<'a>>,
        /// The response: `needs_action`, `accepted`, `declined` or `tentative`.
        pub status: Option<Text<'a>>,
        /// `required` or `optional`.
        pub role: Option<Text<'a>>,
        /// The comment on the response.
        pub comment: Option<Text<'a>>,
        /// The time of the response, in ISO 8601.
        pub responded_at: Option<Text<'a>>,
    }
}

/// An additional date of a series. On the wire, a string or an object.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum RecurrenceDate<'a> {
    /// The start. The duration is that of the series.
    Start(Text<'a>),
    /// A date with its own duration.
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
