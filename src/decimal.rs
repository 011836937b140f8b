//! Integers in decimal, without the machinery of `core::fmt`: the wasm module has no other use for that.
//!
//! Not the crate `itoa`: with it, the module is 310 bytes larger, gzipped.

use core::ops::Deref;

/// The digits of an integer.
#[derive(Clone, Copy)]
pub(crate) struct Decimal {
    /// At the end of the buffer, which has room for `u64::MAX`.
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

impl Deref for Decimal {
    type Target = str;

    fn deref(&self) -> &str {
        let digits = self.digits.get(self.start..).unwrap_or_default();
        core::str::from_utf8(digits).unwrap_or_default()
    }
}
