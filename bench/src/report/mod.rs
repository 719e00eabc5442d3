//! Medians, as a table for people and as JSON for programs.

use crate::{load::Figures, system::Kind};
use serde::Serialize;
use std::fmt::Write as _;

/// What one run of one load gave.
#[derive(Debug, Serialize)]
pub(crate) struct Run {
    /// Which system.
    pub(crate) system: Kind,
    /// Which turn, from 1.
    pub(crate) turn: usize,
    /// The figures by name.
    pub(crate) figures: Figures,
}

/// All runs of one load.
#[derive(Debug, Serialize)]
pub(crate) struct Section {
    /// What was done.
    pub(crate) title: String,
    /// Every run, in the order in which they were made.
    pub(crate) runs: Vec<Run>,
}

impl Section {
    /// A Markdown table of the medians: a row a figure, a column a system.
    pub(crate) fn table(&self) -> String {
        let mut systems: Vec<Kind> = self.runs.iter().map(|run| run.system).collect();
        systems.sort_unstable();
        systems.dedup();
        let mut names: Vec<&str> = self.runs.iter().flat_map(|run| run.figures.keys().copied()).collect();
        names.sort_unstable();
        names.dedup();
        let mut table = format!("### {}\n\n| median of {} |", self.title, self.turns());
        for system in &systems {
            let _ = write!(table, " {} |", system.title());
        }
        let _ = writeln!(table, "\n| --- |{}", " ---: |".repeat(systems.len()));
        for name in names {
            let _ = write!(table, "| {name} |");
            for system in &systems {
                let _ = write!(table, " {} |", self.median(*system, name).map_or("–".to_owned(), number));
            }
            table.push('\n');
        }
        table
    }

    fn turns(&self) -> usize {
        self.runs.iter().map(|run| run.turn).max().unwrap_or_default()
    }

    fn median(&self, system: Kind, name: &str) -> Option<f64> {
        let runs = self.runs.iter().filter(|run| run.system == system);
        let mut values: Vec<f64> = runs.filter_map(|run| run.figures.get(name).copied()).collect();
        values.sort_by(f64::total_cmp);
        match values.len() {
            0 => None,
            odd if odd % 2 == 1 => Some(values[odd / 2]),
            even => Some(f64::midpoint(values[even / 2 - 1], values[even / 2])),
        }
    }
}

/// Three significant digits, thousands apart.
fn number(value: f64) -> String {
    match value.abs() {
        0.0..10.0 => format!("{value:.2}"),
        10.0..100.0 => format!("{value:.1}"),
        _ => {
            let digits = format!("{value:.0}");
            let mut grouped = String::new();
            for (place, digit) in digits.chars().enumerate() {
                if place > 0 && (digits.len() - place) % 3 == 0 {
                    grouped.push(',');
                }
                grouped.push(digit);
            }
            grouped
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(system: Kind, turn: usize, value: f64) -> Run {
        Run { system, turn, figures: Figures::from([("CPU µs", value)]) }
    }

    #[test]
    fn the_median_stands_in_the_table() {
        let runs = vec![
            run(Kind::KithSqlite, 1, 3.0),
            run(Kind::NodePostgres, 1, 12_345.6),
            run(Kind::KithSqlite, 2, 90.0),
            run(Kind::KithSqlite, 3, 1.0),
        ];
        let table = Section { title: "Load".into(), runs }.table();
        assert!(table.contains("| median of 3 | Kith, SQLite | Node, PostgreSQL |"), "{table}");
        assert!(table.contains("| CPU µs | 3.00 | 12,346 |"), "{table}");
    }
}
