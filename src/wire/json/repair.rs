//! JSON without what other readers refuse.

use alloc::string::String;

use super::Reader;

/// The largest number of 64 bits (IEEE 754).
const LARGEST: &str = "1.7976931348623157e308";

/// Writes valid JSON again, with U+FFFD for each surrogate that stands alone, and the largest number for those that are
/// larger.
pub(super) fn repair(text: &str) -> String {
    let mut repaired = String::with_capacity(text.len());
    let mut reader = Reader::new(text);
    // What was read and not copied begins here.
    let mut start = 0;
    let mut copy = |start: usize, end: usize, instead: &str| {
        repaired.push_str(text.get(start..end).unwrap_or_default());
        repaired.push_str(instead);
    };
    let mut in_string = false;
    while let Some(byte) = reader.byte(reader.at) {
        let at = reader.at;
        reader.unusual = false;
        match byte {
            b'"' => {
                in_string = !in_string;
                reader.advance(1);
            }
            b'\\' => {
                _ = reader.escape();
                if reader.unusual {
                    copy(start, at, "\\ufffd");
                    start = reader.at;
                }
            }
            b'-' | b'0'..=b'9' if !in_string => {
                _ = reader.number();
                if reader.unusual {
                    copy(start, at, if byte == b'-' { "-" } else { "" });
                    copy(0, 0, LARGEST);
                    start = reader.at;
                }
            }
            _ => reader.advance(1),
        }
    }
    copy(start, text.len(), "");
    repaired
}
