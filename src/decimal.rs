//! Formats integers in decimal. `core::fmt`, and even the crate `itoa`, would make the wasm module larger (`itoa` by
//! 310 bytes, gzipped).

use core::ops::Deref;

/// The digits of an integer.
#[derive(Clone, Copy)]
pub(crate) struct Decimal {
    /// A buffer with room for `u64::MAX`, filled from the end.
    digits: [u8; 20],
    start: usize,
}

impl Decimal {
    pub(crate) fn new(mut value: u64) -> Self {
        let mut decimal = Self { digits: [b'0'; 20], start: 20 };
        for (position, digit) in decimal.digits.iter_mut().enumerate().rev() {
            *digit = u8::try_from(value % 10).unwrap_or_default().wrapping_add(b'0');
            decimal.start = position;
            value /= 10;
            if value == 0 {
                break;
            }
        }
        decimal
    }

    pub(crate) fn of(count: usize) -> Self {
        Self::new(u64::try_from(count).unwrap_or(u64::MAX))
    }
}

/// Parses plain ASCII digits. Returns `None` for anything else, such as the sign that `u64::from_str` accepts, and beyond
/// 64 bits.
pub(crate) fn parse(digits: &str) -> Option<u64> {
    (!digits.is_empty()).then(|| digits.bytes().try_fold(0, add_digit)).flatten()
}

/// Appends a digit to an integer.
pub(crate) fn add_digit(integer: u64, digit: u8) -> Option<u64> {
    integer.checked_mul(10)?.checked_add(char::from(digit).to_digit(10)?.into())
}

impl Deref for Decimal {
    type Target = str;

    fn deref(&self) -> &str {
        let digits = self.digits.get(self.start..).unwrap_or_default();
        core::str::from_utf8(digits).unwrap_or_default()
    }
}
