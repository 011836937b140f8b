//! Numbers of JSON.

use super::{Invalid, Reader};

/// A number, as far as an event asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    Integer(u64),
    Negative(i64),
    /// With a fraction, an exponent or more digits than 64 bits hold; or `-0`, which is no integer in most languages.
    Other,
}

impl Reader<'_> {
    /// The number at whose first byte it stands.
    pub(crate) fn number(&mut self) -> Result<Number, Invalid> {
        let start = self.at;
        let negative = self.byte(self.at) == Some(b'-');
        if negative {
            self.advance(1);
        }
        let integer = self.integer()?;
        let mut whole = true;
        if self.byte(self.at) == Some(b'.') {
            whole = false;
            self.advance(1);
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte(self.at) {
            whole = false;
            self.advance(1);
            if let Some(b'+' | b'-') = self.byte(self.at) {
                self.advance(1);
            }
            self.digits()?;
        }
        let number = match integer.filter(|_| whole) {
            Some(integer) if !negative => Some(Number::Integer(integer)),
            Some(0) | None => None,
            Some(integer) => 0_i64.checked_sub_unsigned(integer).map(Number::Negative),
        };
        match number {
            Some(number) => Ok(number),
            None if is_finite(self.text.as_bytes().get(start..self.at).unwrap_or_default()) => {
                Ok(Number::Other)
            }
            None => Err(self.invalid("number out of range")),
        }
    }

    /// The value of the digits before a fraction, if it fits.
    fn integer(&mut self) -> Result<Option<u64>, Invalid> {
        let start = self.at;
        let mut value = Some(0_u64);
        while let Some(byte @ b'0'..=b'9') = self.byte(self.at) {
            let digit = u64::from(byte.wrapping_sub(b'0'));
            value = value.and_then(|value| value.checked_mul(10)?.checked_add(digit));
            self.advance(1);
        }
        let length = self.at.saturating_sub(start);
        if length == 0 || (length > 1 && self.byte(start) == Some(b'0')) {
            return Err(self.no_digit(start));
        }
        Ok(value)
    }

    /// Past at least one digit.
    fn digits(&mut self) -> Result<(), Invalid> {
        let start = self.at;
        self.advance(self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count());
        if self.at == start { Err(self.no_digit(start)) } else { Ok(()) }
    }

    fn no_digit(&self, at: usize) -> Invalid {
        let cut = self.byte(at).is_none();
        Invalid { at, problem: if cut { "EOF while parsing a value" } else { "invalid number" } }
    }
}

/// Half way between the largest number of 64 bits (IEEE 754) and the next one, 2^1024 - 2^970: what is as large
/// rounds to infinity, which JSON cannot write.
const LIMIT: &[u8; 309] = b"179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273854845817711531764475730270069855571366959622842914819860834936475292719074168444365510704342711559699508093042880177904174497792";

/// Whether a well-formed number is less than [`LIMIT`]. Not by parsing it: the tables which that takes are larger than
/// this module.
fn is_finite(number: &[u8]) -> bool {
    let (mantissa, exponent) = match number.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        Some(at) => (number.get(..at).unwrap_or_default(), number.get(at..).unwrap_or_default()),
        None => (number, [].as_slice()),
    };
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
    match length.cmp(&signed(LIMIT.len())) {
        core::cmp::Ordering::Less => true,
        core::cmp::Ordering::Greater => false,
        core::cmp::Ordering::Equal => significant().lt(LIMIT),
    }
}

fn signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// What `e-12` says; the largest that fits, if it says more.
fn power(exponent: &[u8]) -> i64 {
    let digits = exponent.iter().filter(|byte| byte.is_ascii_digit());
    let value = digits.fold(0_i64, |value, byte| {
        value.saturating_mul(10).saturating_add(i64::from(byte.wrapping_sub(b'0')))
    });
    if exponent.contains(&b'-') { value.saturating_neg() } else { value }
}
