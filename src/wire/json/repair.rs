//! Replaces valid JSON that other parsers reject.

use alloc::string::String;

use super::Reader;

/// The largest number of 64 bits (IEEE 754).
const LARGEST: &str = "1.7976931348623157e308";

/// Copies valid JSON, with each unpaired surrogate replaced by U+FFFD, and each number beyond [`LARGEST`] by that.
pub(super) fn repair(text: &str) -> String {
    let mut repaired = String::with_capacity(text.len());
    let mut reader = Reader::new(text);
    // The start of the part that is read but not copied yet.
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
