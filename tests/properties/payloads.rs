//! Every payload is an event or a typed error.

use alloc::collections::BTreeSet;

use agentmail_webhooks::Event;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree as _;
use serde_json::{Value, json};

use super::common::{FILES, cases};
use super::config;
use super::invariants::{Node, check_damaged, check_payload};

/// The valid events of the fixtures, small enough to be many.
fn templates() -> Vec<Node> {
    let cases = FILES.iter().flat_map(|(file, _)| cases(file));
    let valid = cases.filter(|case| case.expected()["event"].is_object()).map(|case| case.payload());
    let small = valid.filter(|payload| payload.len() < 4096);
    // Those that `serde_json` reads: without a byte order mark, lone surrogates and numbers beyond a float.
    let plain = small.filter(|payload| serde_json::from_slice::<Value>(payload).is_ok());
    plain.map(|payload| Node::read(str::from_utf8(&payload).unwrap()).unwrap()).collect()
}

/// Every member's name in the fixtures.
fn names() -> Vec<String> {
    fn collect(node: &Node, names: &mut BTreeSet<String>) {
        match node {
            Node::Leaf(_) => {}
            Node::List(items) => items.iter().for_each(|item| collect(item, names)),
            Node::Object(members) => {
                for (name, value) in members {
                    names.insert(name.clone());
                    collect(value, names);
                }
            }
        }
    }
    let mut names = BTreeSet::from(
        ["event_type", "type", "from_", "body_omitted", "automated", "extra"].map(str::to_owned),
    );
    for template in templates() {
        collect(&template, &mut names);
    }
    names.into_iter().collect()
}

fn any_text() -> impl Strategy<Value = String> {
    let known = Event::TYPES.iter().chain(&["event", "", "Jane <jane@example.com>", "2026-01-01T00:00:00Z"]);
    prop_oneof![any::<String>(), select(known.map(|text| (*text).to_owned()).collect::<Vec<_>>())]
}

fn leaf() -> impl Strategy<Value = Node> {
    let literals = [
        "null",
        "true",
        "false",
        "0",
        "-0",
        "-1",
        "1.0",
        "1e3",
        "0.1e-7",
        "9007199254740991",
        "9007199254740992",
    ];
    let literals = literals.into_iter().chain([
        "18446744073709551616",
        "2048.0",
        "1e400",
        r#""\u0000""#,
        r#""\ud83d\ude00\/""#,
        r#""\ud83d""#,
        r#""\ude00\ud83d""#,
    ]);
    prop_oneof![
        select(literals.collect::<Vec<_>>()).prop_map(|text| Node::Leaf(text.into())),
        any::<i64>().prop_map(|number| Node::Leaf(number.to_string())),
        any_text().prop_map(|text| Node::Leaf(json!(text).to_string())),
    ]
}

/// Any JSON, with names that mean something.
fn any_json() -> impl Strategy<Value = Node> {
    let name = prop_oneof![3 => select(names()), 1 => any::<String>()];
    leaf().prop_recursive(4, 40, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Node::List),
            prop::collection::vec((name.clone(), inner), 0..8).prop_map(Node::Object),
        ]
    })
}

/// An event's name, and any members beside it.
fn any_event() -> impl Strategy<Value = Node> {
    (select(Event::TYPES), any_json(), any::<bool>()).prop_map(|(name, json, first)| {
        let mut members =
            if let Node::Object(members) = json { members } else { vec![("message".into(), json)] };
        let at = if first { 0 } else { members.len() };
        members.insert(at, ("event_type".into(), Node::Leaf(json!(name).to_string())));
        Node::Object(members)
    })
}

/// One edit of a payload: at one node, chosen by its number.
#[derive(Clone, Debug)]
enum Edit {
    Replace(Node),
    Remove,
    Repeat,
    Insert(String, Node),
    Rename(String),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        4 => any_json().prop_map(Edit::Replace),
        2 => Just(Edit::Remove),
        1 => Just(Edit::Repeat),
        2 => (select(names()), any_json()).prop_map(|(name, value)| Edit::Insert(name, value)),
        1 => select(names()).prop_map(Edit::Rename),
    ]
}

impl Edit {
    fn apply(self, root: &mut Node, at: Index) {
        let mut parents = Vec::new();
        paths(root, &mut Vec::new(), &mut parents);
        let Some(path) = (!parents.is_empty()).then(|| at.get(&parents)) else { return };
        let Some((last, path)) = path.split_last() else { return };
        let parent = path.iter().fold(root, |node, index| match node {
            Node::List(items) => &mut items[*index],
            Node::Object(members) => &mut members[*index].1,
            leaf @ Node::Leaf(_) => leaf,
        });
        match (self, parent) {
            (Self::Replace(value), Node::List(items)) => items[*last] = value,
            (Self::Replace(value), Node::Object(members)) => members[*last].1 = value,
            (Self::Remove, Node::List(items)) => drop(items.remove(*last)),
            (Self::Remove, Node::Object(members)) => drop(members.remove(*last)),
            (Self::Repeat, Node::List(items)) => items.push(items[*last].clone()),
            (Self::Repeat, Node::Object(members)) => members.push(members[*last].clone()),
            (Self::Insert(_, value), Node::List(items)) => items.insert(*last, value),
            (Self::Insert(name, value), Node::Object(members)) => members.insert(*last, (name, value)),
            (Self::Rename(name), Node::Object(members)) => members[*last].0 = name,
            _ => {}
        }
    }
}

/// The way to every node but the root: positions from the outside in.
fn paths(node: &Node, here: &mut Vec<usize>, found: &mut Vec<Vec<usize>>) {
    let children: Vec<&Node> = match node {
        Node::Leaf(_) => Vec::new(),
        Node::List(items) => items.iter().collect(),
        Node::Object(members) => members.iter().map(|(_, value)| value).collect(),
    };
    for (index, child) in children.into_iter().enumerate() {
        here.push(index);
        found.push(here.clone());
        paths(child, here, found);
        here.pop();
    }
}

/// A valid event with some edits, so that most of what is asked of it still holds.
pub(crate) fn event() -> impl Strategy<Value = Node> {
    let edits = prop::collection::vec((edit(), any::<Index>()), 0..4);
    (select(templates()), edits).prop_map(|(mut event, edits)| {
        for (edit, at) in edits {
            edit.apply(&mut event, at);
        }
        event
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_bytes_are_an_event_or_a_typed_error(payload in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = check_payload(&payload);
    }

    #[test]
    fn any_text_is_an_event_or_a_typed_error(payload in any::<String>()) {
        let _ = check_payload(payload.as_bytes());
    }

    #[test]
    fn any_json_is_an_event_or_a_typed_error(json in any_json()) {
        let _ = check_payload(json.to_string().as_bytes());
    }

    #[test]
    fn any_members_of_an_event_are_an_event_or_a_typed_error(event in any_event()) {
        let _ = check_payload(event.to_string().as_bytes());
    }

    #[test]
    fn edited_events_are_an_event_or_a_typed_error(event in event()) {
        let _ = check_payload(event.to_string().as_bytes());
    }

    /// No genuine mail is lost over a detail (WIRE 3.9).
    #[test]
    fn any_members_beside_what_identifies_are_an_event(json in any_json(), event in event()) {
        for json in [json, event] {
            let text = json.to_string();
            if let Some(members) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
                check_damaged(members);
            }
        }
    }

    #[test]
    fn white_space_and_order_mean_nothing(event in event(), space in "[ \t\r\n]{0,3}", by in any::<Index>()) {
        let plain = event.to_string();
        let spaced = format!("{space}{plain}{space}");
        let value = |text: &str| check_payload(text.as_bytes()).map(|event| serde_json::to_value(event).unwrap()).ok();
        prop_assert_eq!(value(&plain), value(&spaced));
        let Node::Object(mut members) = event else { return Ok(()) };
        // Repeated names are another matter: the last one counts. So is `extra`, which has a place of its own.
        let names: BTreeSet<_> = members.iter().map(|(name, _)| name.clone()).collect();
        if names.len() == members.len() && !members.is_empty() {
            let by = by.index(members.len());
            members.rotate_left(by);
            let (found, expected) = (value(&Node::Object(members).to_string()), value(&plain));
            prop_assert_eq!(found, expected);
        }
    }
}

/// The generators make what they are for: events that are taken, and both kinds of refusal.
#[test]
fn edited_events_are_of_every_kind() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (events, mut found) = (event(), [0_u32; 3]);
    for _ in 0..500 {
        let event = events.new_tree(&mut runner).unwrap().current();
        match check_payload(event.to_string().as_bytes()) {
            Ok(Event::Unknown(_)) => found[0] += 1,
            Ok(_) => found[1] += 1,
            Err(_) => found[2] += 1,
        }
    }
    assert!(found.iter().all(|count| *count >= 10), "{found:?}");
}

#[test]
fn every_event_type_has_a_template() {
    let name = |event: &Node| -> Value {
        serde_json::to_value(agentmail_webhooks::parse(event.to_string().as_bytes()).unwrap()).unwrap()["event_type"].clone()
    };
    let found: BTreeSet<_> =
        templates().iter().map(|event| name(event).as_str().unwrap().to_owned()).collect();
    for wanted in Event::TYPES.iter().chain(&["unknown"]) {
        assert!(found.contains(*wanted), "the fixtures have no {wanted}");
    }
}
