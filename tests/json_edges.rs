//! The edges of JSON, at every place of every valid event of the fixtures. What can be told case by case is in
//! `tests/fixtures/invalid-json.json`; here is what is generated.

#![cfg(not(target_arch = "wasm32"))]
// Tests panic on failures.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects
)]

mod common;
#[path = "common/invariants.rs"]
mod invariants;

use agentmail_webhooks::{ErrorKind, Event, parse};
use common::{FILES, cases};
use invariants::{Node, check_payload};

/// The valid events of the fixtures that are as expected, without those that are one more spelling of an address. Some
/// are large, to be large.
fn events() -> Vec<String> {
    const OTHERS: [&str; 4] = ["events-bom", "events-comments", "events-addresses", "events-address-objects"];
    let files = FILES.iter().filter(|(file, _)| file.starts_with("events") && !OTHERS.contains(file));
    let cases = files.flat_map(|(file, _)| cases(file));
    let valid = cases.filter(|case| case.expected()["event"].is_object()).map(|case| case.payload());
    let small = valid.filter(|payload| payload.len() < 2048);
    // All of them take minutes without optimisation.
    small.step_by(2).map(|payload| String::from_utf8(payload).unwrap()).collect()
}

#[track_caller]
fn kind(payload: &[u8]) -> Option<ErrorKind> {
    check_payload(payload).err().map(|error| error.kind())
}

/// Returns the beginnings of all strings of a JSON text, including names: the positions after their opening quotes.
fn strings(text: &str) -> Vec<usize> {
    let (mut starts, mut in_string, mut bytes) = (Vec::new(), false, text.bytes().enumerate());
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'"' => {
                in_string = !in_string;
                if in_string {
                    starts.push(at + 1);
                }
            }
            _ => {}
        }
    }
    starts
}

/// Two of these, other ones at each place: all of them everywhere take too long without optimisation.
fn some<T: Copy, const N: usize>(all: [T; N], at: usize) -> [T; 2] {
    [all[at % N], all[(at + N / 2) % N]]
}

#[test]
fn truncated_at_every_byte() {
    let mut tried = 0;
    for text in events() {
        let whole = text.trim_end().len();
        for end in 0..text.len() {
            let cut = &text.as_bytes()[..end];
            if end < whole {
                assert_eq!(kind(cut), Some(ErrorKind::InvalidJson), "{}", String::from_utf8_lossy(cut));
            } else {
                assert_eq!(check_payload(cut), parse(text.as_bytes()));
            }
            tried += 1;
        }
    }
    println!("{tried} truncated events");
}

#[test]
fn one_byte_changed_at_every_position() {
    let mut tried = 0;
    for text in events() {
        let mut payload = text.into_bytes();
        for at in 0..payload.len() {
            let before = payload[at];
            // NUL, the marks of JSON, a digit, another letter, the other case, and no UTF-8.
            let bytes = [0, b'"', b'\\', b'}', b',', b'0', before ^ 1, before ^ 0x20, 0xff];
            for byte in some(bytes, at) {
                payload[at] = byte;
                let found = check_payload(&payload).map(Event::into_owned);
                if byte == 0 || byte == 0xff {
                    assert_eq!(found.unwrap_err().kind(), ErrorKind::InvalidJson);
                }
                tried += 1;
            }
            payload[at] = before;
        }
    }
    println!("{tried} changed events");
}

#[test]
fn one_character_more_at_every_position() {
    let mut tried = 0;
    for text in events() {
        for (at, _) in text.char_indices() {
            // A byte order mark and a line separator are text within strings, and nothing outside.
            let marks = ["\0", "\u{feff}", "\u{2028}", "\u{a0}", "\"", "\\", "[", "}"];
            for more in some(marks, at) {
                let payload = [&text[..at], more, &text[at..]].concat();
                let found = kind(payload.as_bytes());
                if more == "\0" || at == 0 && more != "\u{feff}" {
                    assert_eq!(found, Some(ErrorKind::InvalidJson), "{payload}");
                }
                tried += 1;
            }
        }
    }
    println!("{tried} longer events");
}

/// At the beginning of every string, names included.
#[test]
fn escapes_in_every_string() {
    let mut tried = 0;
    for text in events() {
        for at in strings(&text) {
            let with = |escape: &str| [&text[..at], escape, &text[at..]].concat();
            for broken in [r"\u12", r"\x"] {
                let payload = with(broken);
                // `\u12` may go on with two digits.
                if broken != r"\u12" || !text[at..].starts_with(|next: char| next.is_ascii_hexdigit()) {
                    assert_eq!(kind(payload.as_bytes()), Some(ErrorKind::InvalidJson), "{payload}");
                }
                tried += 1;
            }
            for whole in [r"\u0000", r"\ud83d\ude00", r"\uffff", r"\/", "\u{feff}", "\u{10ffff}"] {
                assert_ne!(kind(with(whole).as_bytes()), Some(ErrorKind::InvalidJson));
                tried += 1;
            }
            // A lone surrogate reads as U+FFFD (WIRE 3.10).
            for (lone, read) in [
                (r"\ud800", "\u{fffd}"),
                (r"\udfff", "\u{fffd}"),
                (r"\ud83dx", "\u{fffd}x"),
                (r"\ud83d\u0041", "\u{fffd}A"),
                (r"\udc00\ud800", "\u{fffd}\u{fffd}"),
                (r"\ud83d\n", r"\ufffd\n"),
            ] {
                let payload = with(lone);
                let found = check_payload(payload.as_bytes()).map(|event| json(&event));
                let expected = parse(with(read).as_bytes()).map(|event| json(&event));
                assert_eq!(found, expected, "{payload}");
                tried += 1;
            }
        }
    }
    println!("{tried} escapes");
}

/// Without the way in which it was written.
fn json(event: &Event<'_>) -> serde_json::Value {
    serde_json::to_value(event).unwrap()
}

/// A node of a payload, and the path by which errors name it.
struct Spot {
    path: String,
    steps: Vec<usize>,
}

fn spots(node: &Node, path: &str, steps: &[usize], found: &mut Vec<Spot>) {
    let mut add = |index: usize, path: String, child: &Node| {
        let steps = [steps, &[index]].concat();
        spots(child, &path, &steps, found);
        found.push(Spot { path, steps });
    };
    match node {
        Node::Leaf(_) => {}
        Node::List(items) => {
            for (index, item) in items.iter().enumerate() {
                add(index, format!("{path}[{index}]"), item);
            }
        }
        Node::Object(members) => {
            for (index, (name, value)) in members.iter().enumerate() {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                add(index, path, value);
            }
        }
    }
}

/// Every event with a change at every node: the path of the node, and what there is now.
fn changed(change: impl Fn(&mut Node, usize)) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for text in events() {
        let event = Node::read(&text).unwrap();
        let mut found = Vec::new();
        spots(&event, "", &[], &mut found);
        for Spot { path, steps } in found {
            let mut event = event.clone();
            let (last, way) = steps.split_last().unwrap();
            let parent = way.iter().fold(&mut event, |node, index| match node {
                Node::List(items) => &mut items[*index],
                Node::Object(members) => &mut members[*index].1,
                leaf @ Node::Leaf(_) => leaf,
            });
            change(parent, *last);
            all.push((path, event.to_string()));
        }
    }
    all
}

fn replace(parent: &mut Node, index: usize, with: &str) {
    let place = match parent {
        Node::List(items) => &mut items[index],
        Node::Object(members) => &mut members[index].1,
        leaf @ Node::Leaf(_) => leaf,
    };
    *place = Node::Leaf(with.to_owned());
}

/// The last of repeated members counts, whatever the first one is (WIRE 3.9).
#[test]
fn every_member_repeated() {
    let mut tried = 0;
    for first in ["null", "0", r#""text""#, "[null]", r#"{"a":{}}"#] {
        let whole = changed(|_, _| {});
        let repeated = changed(|parent, index| {
            if let Node::Object(members) = parent {
                let name = members[index].0.clone();
                members.insert(index, (name, Node::Leaf(first.to_owned())));
            }
        });
        for ((path, payload), (_, whole)) in repeated.into_iter().zip(whole) {
            let found = check_payload(payload.as_bytes()).map(|event| json(&event));
            let mut expected = parse(whole.as_bytes()).map(|event| json(&event));
            // JSON that is kept as it was sent has the repeat too.
            for event in [&found, &expected] {
                assert!(event.is_ok(), "{path}: {payload}");
            }
            if let Ok(expected) = &mut expected
                && expected["event_type"] == "unknown"
            {
                expected["payload"] = serde_json::from_str(&payload).unwrap();
            }
            assert_eq!(found, expected, "{path}: {payload}");
            tried += 1;
        }
    }
    println!("{tried} repeated members");
    assert!(tried > 3000);
}

#[test]
fn numbers_of_every_size_at_every_place() {
    let long = "9".repeat(400);
    let huge = "1".repeat(300);
    let overflow = ["1e400", "-1e400", "1e99999999999999999999", "123456789e309", &long];
    let fine = ["1e-400", "-0", "0e0", "18446744073709551616", "-9223372036854775809", "1.5", "1E5", &huge];
    let malformed = ["01", "1.", ".5", "+1", "1e", "0x10", "1_000", "Infinity", "-", "--1", "1 2"];
    for number in malformed {
        for (path, payload) in changed(|parent, index| replace(parent, index, number)) {
            assert_eq!(kind(payload.as_bytes()), Some(ErrorKind::InvalidJson), "{path}: {number}");
        }
    }
    for number in overflow.into_iter().chain(fine) {
        for (path, payload) in changed(|parent, index| replace(parent, index, number)) {
            assert_ne!(kind(payload.as_bytes()), Some(ErrorKind::InvalidJson), "{path}: {number}");
        }
    }
}

#[test]
fn nested_to_the_limit_at_every_place() {
    for (open, inside, close) in [("[", "", "]"), (r#"[{"name":"#, "[]", "}]")] {
        let levels = open.matches(['[', '{']).count();
        for times in [100, 123, 124, 125, 126, 127].map(|depth| depth / levels) {
            let deep = [&open.repeat(times), inside, &close.repeat(times)].concat();
            for (path, payload) in changed(|parent, index| replace(parent, index, &deep)) {
                // `check_payload` checks the depth.
                let found = kind(payload.as_bytes());
                if times * levels >= 127 {
                    assert_eq!(found, Some(ErrorKind::InvalidJson), "{path}");
                }
                if times * levels <= 100 {
                    assert_ne!(found, Some(ErrorKind::InvalidJson), "{path}");
                }
            }
        }
    }
}

/// No stack overflows, and nothing is kept of it: closed or not, in every place.
#[test]
fn nested_without_end_at_every_place() {
    for (open, close) in [("[", ""), (r#"{"a":"#, ""), ("[", "]")] {
        let deep = open.repeat(20_000) + &close.repeat(20_000);
        for (path, payload) in changed(|parent, index| replace(parent, index, &deep)) {
            let error = parse(payload.as_bytes()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidJson, "{path}");
        }
    }
}

/// UTF-8, one mark at most before it, and none behind it.
#[test]
fn other_encodings() {
    for text in events() {
        let utf16 = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<_>>();
        let utf32: Vec<u8> = text.chars().flat_map(|char| u32::from(char).to_le_bytes()).collect();
        let marked = |mark: &[u8]| [mark, text.as_bytes()].concat();
        let behind = [text.as_bytes(), "\u{feff}".as_bytes()].concat();
        for payload in [
            utf16(u16::to_le_bytes),
            utf16(u16::to_be_bytes),
            utf32,
            marked(b"\xef\xbb\xbf\xef\xbb\xbf"),
            marked(b"\xff\xfe"),
            marked(b"\0"),
            behind,
        ] {
            assert_eq!(kind(&payload), Some(ErrorKind::InvalidJson));
        }
        // One byte order mark is skipped.
        assert_eq!(check_payload(&marked(b"\xef\xbb\xbf")), parse(text.as_bytes()));
    }
}
