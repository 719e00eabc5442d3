//! Numbers as people read them.

/// Three significant digits, or a whole number with its thousands apart.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if value.fract() == 0.0 || size >= 99.95 {
        return grouped(value);
    }
    match size {
        0.0..0.000_995 => format!("{value:.1e}"),
        0.0..0.0995 => format!("{value:.4}"),
        0.0..9.995 => format!("{value:.2}"),
        _ => format!("{value:.1}"),
    }
}

fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::from(if value < 0.0 { "-" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_enough_and_not_more() {
        for (value, text) in [
            (0.0, "0"),
            (0.0001234, "1.2e-4"),
            (0.0123, "0.0123"),
            (0.876, "0.88"),
            (3.0, "3"),
            (9.996, "10.0"),
            (42.345, "42.3"),
            (99.96, "100"),
            (1234.5, "1,234"),
            (-1234.6, "-1,235"),
            (12_345_678.0, "12,345,678"),
        ] {
            assert_eq!(number(value), text, "{value}");
        }
    }
}
