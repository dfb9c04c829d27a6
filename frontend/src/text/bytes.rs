//! Sizes of files and speeds, in the unit and precision people read at a glance.

/// A unit of bytes, decimal as disks and browsers count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ByteUnit {
    Byte,
    Kilo,
    Mega,
    Giga,
    Tera,
}

impl ByteUnit {
    /// The name `Intl.NumberFormat` uses.
    pub fn name(self) -> &'static str {
        match self {
            ByteUnit::Byte => "byte",
            ByteUnit::Kilo => "kilobyte",
            ByteUnit::Mega => "megabyte",
            ByteUnit::Giga => "gigabyte",
            ByteUnit::Tera => "terabyte",
        }
    }
}

/// The number to show, rounded to three figures, and its unit.
#[expect(clippy::cast_precision_loss, reason = "three figures are shown")]
pub fn size(bytes: u64) -> (f64, ByteUnit) {
    const UNITS: [(u64, ByteUnit); 4] = [
        (1_000_000_000_000, ByteUnit::Tera),
        (1_000_000_000, ByteUnit::Giga),
        (1_000_000, ByteUnit::Mega),
        (1000, ByteUnit::Kilo),
    ];
    let (length, unit) =
        UNITS.into_iter().find(|(length, _)| *length <= bytes).unwrap_or((1, ByteUnit::Byte));
    let value = bytes as f64 / length as f64;
    let steps = if value < 10.0 {
        100.0
    } else if value < 100.0 {
        10.0
    } else {
        1.0
    };
    ((value * steps).round() / steps, unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_three_figures_and_a_fitting_unit() {
        for (bytes, expected) in [
            (0, (0.0, ByteUnit::Byte)),
            (999, (999.0, ByteUnit::Byte)),
            (1536, (1.54, ByteUnit::Kilo)),
            (12_345_678, (12.3, ByteUnit::Mega)),
            (4_000_000_000, (4.0, ByteUnit::Giga)),
            (123_456_789_000_000, (123.0, ByteUnit::Tera)),
        ] {
            assert_eq!(size(bytes), expected);
        }
    }
}
