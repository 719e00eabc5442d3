//! One table of all systems.

use super::{Results, number};
use crate::{compare::Load, system::Kind};
use clap::ValueEnum as _;
use std::fmt::Write as _;

/// A column: its head, and where its figure is from.
struct Column {
    head: &'static str,
    load: Load,
    figure: &'static str,
    /// Says nothing about a system that stores nothing.
    durable: bool,
}

const COLUMNS: [Column; 7] = [
    column("bytes an idle connection", Load::Idle, "bytes a connection"),
    column("CPU µs a delivery, room of 100", Load::Room100Open, "CPU µs a delivery"),
    column("CPU µs a delivery, room of 1,000", Load::Room1000Two, "CPU µs a delivery"),
    Column {
        durable: true,
        ..column("durable 1:1 messages a second", Load::PairsSaturated, "messages a second")
    },
    column("ack p50 ms", Load::PairsPaced, "ack p50 ms"),
    column("ack p99 ms", Load::PairsPaced, "ack p99 ms"),
    column("delivery p99 ms", Load::PairsPaced, "delivery p99 ms"),
];

const fn column(head: &'static str, load: Load, figure: &'static str) -> Column {
    Column { head, load, figure, durable: false }
}

/// A row a system, with how many times Kith's figure (on SQLite) it is in brackets.
pub(super) fn table(results: &Results) -> String {
    let mut table = String::from("### Summary\n\n| median (÷ Kith on SQLite) |");
    COLUMNS.iter().for_each(|column| {
        let _ = write!(table, " {} |", column.head);
    });
    let _ = writeln!(table, "\n| --- |{}", " ---: |".repeat(COLUMNS.len()));
    for kind in Kind::value_variants() {
        let cells: Vec<Option<f64>> = COLUMNS.iter().map(|column| value(results, column, *kind)).collect();
        if cells.iter().all(Option::is_none) {
            continue;
        }
        let _ = write!(table, "| {} |", kind.title());
        for (column, cell) in COLUMNS.iter().zip(cells) {
            let _ = write!(table, " {} |", compared(cell, value(results, column, Kind::KithSqlite), *kind));
        }
        table.push('\n');
    }
    table
}

fn value(results: &Results, column: &Column, kind: Kind) -> Option<f64> {
    if column.durable && !kind.is_durable() {
        return None;
    }
    results.section(&column.load.key())?.median(kind, None, column.figure)
}

fn compared(value: Option<f64>, kith: Option<f64>, kind: Kind) -> String {
    let Some(value) = value else { return "–".to_owned() };
    match kith {
        Some(kith) if kind != Kind::KithSqlite && kith > 0.0 => {
            format!("{} ({}×)", number(value), number(value / kith))
        }
        _ => number(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        load::figures,
        report::{Run, Section},
    };

    fn section(load: Load, figure: &str, values: &[(Kind, f64)]) -> Section {
        let run = |(system, value): &(Kind, f64)| Run {
            system: *system,
            turn: 1,
            at: None,
            figures: figures([(figure, *value)]),
        };
        Section { runs: values.iter().map(run).collect(), ..Section::new(load.key(), "") }
    }

    #[test]
    fn ratios_are_to_kith_and_relays_store_nothing() {
        let mut results = Results::begin();
        let idle = [(Kind::KithSqlite, 2500.0), (Kind::NodeRelay, 15_000.0)];
        let pairs =
            [(Kind::KithSqlite, 20_000.0), (Kind::KithPostgres, 18_000.0), (Kind::NodeRelay, 30_000.0)];
        results.sections.push(section(Load::Idle, "bytes a connection", &idle));
        results.sections.push(section(Load::PairsSaturated, "messages a second", &pairs));
        let table = table(&results);
        assert!(table.contains("| Kith, SQLite | 2,500 | – | – | 20,000 |"), "{table}");
        assert!(table.contains("| Kith, PostgreSQL | – | – | – | 18,000 (0.90×) |"), "{table}");
        assert!(table.contains("| Node, relay | 15,000 (6×) | – | – | – |"), "{table}");
        assert!(!table.contains("FastAPI"), "{table}");
    }
}
