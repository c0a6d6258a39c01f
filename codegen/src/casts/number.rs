//! Types of numbers, and what becomes of a number in another one.

use super::Cast;

/// A type of numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::casts) enum Number {
    /// A whole number of so many bits.
    Integer { bits: i32, signed: bool },
    /// A number of so many decimal digits, some of them behind the point.
    Decimal { digits: i32, scale: i32, signed: bool },
    /// A decimal number of any size (PostgreSQL's `numeric`).
    AnyDecimal,
    /// 24 bits.
    Single,
    /// 53 bits.
    Double,
}

/// What the cast from one type of numbers to another does.
pub(super) fn cast(from: Number, to: Number) -> Cast {
    let loses = loses(from, to);
    // What is rounded may reach the next power of ten.
    let fits = if loses { from.upper() < to.upper() } else { from.upper() <= to.upper() };
    let has_end = to != Number::AnyDecimal;
    Cast::of(has_end && (!fits || (from.signed() && !to.signed())), loses)
}

fn loses(from: Number, to: Number) -> bool {
    match to {
        Number::Integer { .. } => from.scale().is_none_or(|scale| scale > 0),
        Number::Decimal { scale: to, .. } => from.scale().is_none_or(|from| from > to),
        // PostgreSQL gives 6 and 15 digits.
        Number::AnyDecimal => matches!(from, Number::Single | Number::Double),
        Number::Single => !from.fits_float(24, 6),
        Number::Double => !from.fits_float(53, 15),
    }
}

impl Number {
    /// What every value is below.
    fn upper(self) -> f64 {
        match self {
            Self::Integer { bits, signed } => 2_f64.powi(bits - i32::from(signed)),
            Self::Decimal { digits, scale, .. } => 10_f64.powi(digits - scale),
            Self::AnyDecimal => f64::INFINITY,
            Self::Single => 2_f64.powi(128),
            Self::Double => f64::MAX,
        }
    }

    const fn signed(self) -> bool {
        match self {
            Self::Integer { signed, .. } | Self::Decimal { signed, .. } => signed,
            Self::AnyDecimal | Self::Single | Self::Double => true,
        }
    }

    /// The digits behind the point, if there is an end.
    pub(super) const fn scale(self) -> Option<i32> {
        match self {
            Self::Integer { .. } => Some(0),
            Self::Decimal { scale, .. } => Some(scale),
            Self::AnyDecimal | Self::Single | Self::Double => None,
        }
    }

    /// Whether a float of so many bits, which keeps so many decimal digits, holds every value.
    fn fits_float(self, bits: i32, decimal_digits: i32) -> bool {
        match self {
            Self::Integer { .. } => self.upper() <= 2_f64.powi(bits),
            Self::Decimal { digits, .. } => digits <= decimal_digits,
            Self::AnyDecimal => false,
            Self::Single => true,
            Self::Double => bits == 53,
        }
    }

    /// The most characters that a value is written with, if there is an end.
    pub(super) fn width(self) -> Option<u32> {
        let digits = |count: i32, signed: bool| u32::try_from(count + i32::from(signed)).ok();
        match self {
            Self::Integer { signed, .. } => digits(self.upper().log10().floor() as i32 + 1, signed),
            Self::Decimal { digits: all, scale, signed } => {
                digits(all + i32::from(scale > 0) + i32::from(all == scale), signed)
            }
            Self::Single => Some(15),
            Self::Double => Some(24),
            Self::AnyDecimal => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INT: Number = Number::Integer { bits: 32, signed: true };

    const fn decimal(digits: i32, scale: i32) -> Number {
        Number::Decimal { digits, scale, signed: true }
    }

    #[test]
    fn digits_and_bits_are_compared() {
        assert_eq!(cast(INT, Number::Double), Cast::Exact);
        assert_eq!(cast(INT, Number::Single), Cast::Loses);
        assert_eq!(cast(INT, Number::Integer { bits: 64, signed: false }), Cast::MayFail);
        assert_eq!(cast(INT, decimal(12, 2)), Cast::Exact);
        assert_eq!(cast(INT, decimal(9, 0)), Cast::MayFail);
        assert_eq!(cast(decimal(12, 4), decimal(5, 2)), Cast::MayFailAndLoses);
        assert_eq!(cast(decimal(8, 3), INT), Cast::Loses);
        assert_eq!(cast(Number::Double, Number::Single), Cast::MayFailAndLoses);
        assert_eq!(cast(Number::Double, Number::AnyDecimal), Cast::Loses);
    }

    #[test]
    fn what_is_rounded_up_may_be_too_long() {
        assert_eq!(cast(decimal(4, 1), decimal(3, 0)), Cast::MayFailAndLoses);
        assert_eq!(cast(decimal(4, 1), decimal(4, 0)), Cast::Loses);
    }

    #[test]
    fn numbers_have_a_width() {
        assert_eq!(INT.width(), Some(11));
        assert_eq!(Number::Integer { bits: 64, signed: false }.width(), Some(20));
        assert_eq!(decimal(10, 2).width(), Some(12));
        assert_eq!(decimal(2, 2).width(), Some(5));
    }
}
