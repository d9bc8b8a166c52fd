//! Figures as people read them.

use std::time::Duration;

/// The middle one.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    quantile(values, 0.5)
}

/// The value that this share of all values does not exceed.
pub fn quantile(values: impl IntoIterator<Item = f64>, share: f64) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let at = (values.len() as f64 * share) as usize;
    values.get(at.min(values.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}

/// With about three significant digits.
pub fn number(value: f64) -> String {
    match value {
        value if value.is_nan() => "–".into(),
        value if value >= 99.5 => format!("{value:.0}"),
        value if value >= 9.95 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}

pub fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// Bytes as megabytes.
pub fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// Lines of a table with these columns; all but the first are figures.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<String> = head.iter().map(ToString::to_string).collect();
    let rule: String = (0..head.len()).map(|i| if i == 0 { "|---" } else { "|--:" }).collect();
    let rows: String = rows.iter().map(|row| line(row)).collect();
    format!("{}{rule}|\n{rows}", line(&head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_were_measured() {
        assert_eq!(median([3.0, 1.0, 2.0]), 2.0);
        assert_eq!(quantile((1..=100).map(f64::from), 0.99), 100.0);
        assert!(median([]).is_nan());
    }

    #[test]
    fn figures_of_a_table_stand_to_the_right() {
        let row =
            vec!["a".into(), number(milliseconds(Duration::from_micros(1500))), number(megabytes(2_500_000))];
        assert_eq!(table(&["", "ms", "MB"], &[row]), "|  | ms | MB |\n|---|--:|--:|\n| a | 1.50 | 2.50 |\n");
    }

    #[test]
    fn numbers_have_about_three_digits() {
        assert_eq!([0.123, 1.0, 12.34, 99.7, 1234.5].map(number), ["0.12", "1.00", "12.3", "100", "1234"]);
    }
}
