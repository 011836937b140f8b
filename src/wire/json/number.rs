//! Numbers of JSON.

use super::{Invalid, Reader};
use crate::decimal;

impl<'a> Reader<'a> {
    /// Reads the number that begins here.
    pub(crate) fn number(&mut self) -> Result<&'a str, Invalid> {
        let start = self.at;
        if self.byte(self.at) == Some(b'-') {
            self.advance(1);
        }
        let first = self.at;
        self.digits()?;
        if self.at > first.saturating_add(1) && self.byte(first) == Some(b'0') {
            return Err(Invalid { at: first, problem: "invalid number" });
        }
        if self.byte(self.at) == Some(b'.') {
            self.advance(1);
            self.digits()?;
        }
        let mut large = self.at.saturating_sub(first) >= LARGEST_LENGTH;
        if let Some(b'e' | b'E') = self.byte(self.at) {
            large = true;
            self.advance(1);
            if let Some(b'+' | b'-') = self.byte(self.at) {
                self.advance(1);
            }
            self.digits()?;
        }
        let number = self.text.get(start..self.at).unwrap_or_default();
        self.unusual |= large && !is_below_largest(number.as_bytes());
        Ok(number)
    }

    /// Skips at least one digit.
    fn digits(&mut self) -> Result<(), Invalid> {
        let start = self.at;
        self.advance(self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count());
        if self.at > start {
            return Ok(());
        }
        let cut = self.byte(start).is_none();
        Err(Invalid { at: start, problem: if cut { "EOF while parsing a value" } else { "invalid number" } })
    }
}

/// 2^53 - 1, the largest integer that every language represents exactly (RFC 8259, section 6).
const MAX_INTEGER: u64 = 9_007_199_254_740_991;

/// Returns the value of a number if it is an integer from 0 to [`MAX_INTEGER`], even if written as `1e3` or `1.0`.
/// Otherwise returns a description of the number for messages.
pub(crate) fn integer(number: &str) -> Result<u64, &'static str> {
    const LARGE: &str = "an integer over 2^53 - 1";
    if let Some(integer) = decimal::parse(number).filter(|integer| *integer <= MAX_INTEGER) {
        return Ok(integer);
    }
    let number = number.as_bytes();
    let (mantissa, exponent) = split(number, |byte| matches!(byte, b'e' | b'E'));
    let (whole, fraction) = split(mantissa, |byte| *byte == b'.');
    let digits = || whole.iter().chain(fraction).copied().filter(u8::is_ascii_digit);
    if digits().all(|digit| digit == b'0') {
        return Ok(0);
    }
    if number.starts_with(b"-") {
        return Err("a negative number");
    }
    // So many digits come before the point once the exponent has moved it.
    let point = signed(whole.len()).saturating_add(power(exponent));
    let mut integer = Some(0_u64);
    let mut add = |digit: u8| {
        integer = integer.and_then(|integer| decimal::add_digit(integer, digit));
        integer.is_some()
    };
    let mut count = 0_i64;
    for digit in digits() {
        if count < point {
            add(digit);
        } else if digit != b'0' {
            return Err("a number with a fraction");
        }
        count = count.saturating_add(1);
    }
    while count < point && add(b'0') {
        count = count.saturating_add(1);
    }
    integer.filter(|integer| *integer <= MAX_INTEGER).ok_or(LARGE)
}

/// The digits of the largest 64-bit float (IEEE 754), 1.7976931348623157e308. Numbers with these digits, or larger ones,
/// round to it, or to infinity, which JSON cannot represent.
const LARGEST: &[u8] = b"17976931348623157";

/// The number of its digits before the decimal point.
const LARGEST_LENGTH: usize = 309;

/// Returns `true` if a well-formed number is less than [`LARGEST`]. Compares digits, because the tables that parse floats
/// would make the wasm module much larger.
fn is_below_largest(number: &[u8]) -> bool {
    let (mantissa, exponent) = split(number, |byte| matches!(byte, b'e' | b'E'));
    let point = mantissa.iter().position(|byte| *byte == b'.').unwrap_or(mantissa.len());
    let is_digit = |byte: &&u8| byte.is_ascii_digit();
    let digits = || mantissa.iter().filter(is_digit);
    let leading = digits().take_while(|byte| **byte == b'0').count();
    let significant = || digits().skip(leading);
    if significant().next().is_none() {
        return true;
    }
    // So many digits come before the point once the exponent has moved it.
    let before_point = mantissa.iter().take(point).filter(is_digit).count();
    let length = signed(before_point).saturating_sub(signed(leading)).saturating_add(power(exponent));
    match length.cmp(&signed(LARGEST_LENGTH)) {
        core::cmp::Ordering::Less => true,
        core::cmp::Ordering::Greater => false,
        core::cmp::Ordering::Equal => significant().lt(LARGEST),
    }
}

/// Splits before the first byte for which `is_there` returns `true`.
fn split(bytes: &[u8], is_there: fn(&u8) -> bool) -> (&[u8], &[u8]) {
    let at = bytes.iter().position(is_there).unwrap_or(bytes.len());
    bytes.split_at_checked(at).unwrap_or_default()
}

fn signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Returns the value of an exponent such as `e-12`, saturated to 64 bits.
fn power(exponent: &[u8]) -> i64 {
    let digits = exponent.iter().filter(|byte| byte.is_ascii_digit());
    let value = digits.fold(0_i64, |value, byte| {
        value.saturating_mul(10).saturating_add(i64::from(byte.wrapping_sub(b'0')))
    });
    if exponent.contains(&b'-') { value.saturating_neg() } else { value }
}
