//! What one unit of work costs, as measured.

use crate::{
    compare::Load,
    report::{Results, number},
    system::Kind,
};
use std::{fmt::Write as _, io};

/// Costs of units of work. What is not given is taken from results of measurements.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Given {
    /// CPU µs of a node for a durable message.
    #[arg(long)]
    message_us: Option<f64>,
    /// CPU µs of the database for a durable message.
    #[arg(long)]
    database_us: Option<f64>,
    /// CPU µs of a node for one delivery.
    #[arg(long)]
    delivery_us: Option<f64>,
    /// CPU µs of a node and its database for a connect.
    #[arg(long)]
    connect_us: Option<f64>,
    /// Resident bytes of a connection.
    #[arg(long)]
    connection_bytes: Option<f64>,
    /// Bytes of storage for a message with its log entry and indexes.
    #[arg(long)]
    row_bytes: Option<f64>,
    /// Durable messages a second that the embedded database takes.
    #[arg(long)]
    sqlite_rate: Option<f64>,
    /// Durable messages a second that one PostgreSQL server takes.
    #[arg(long)]
    postgres_rate: Option<f64>,
    /// CPU µs of a node for an event that comes from the bus or goes to it.
    #[arg(long, default_value_t = 5.0)]
    bus_us: f64,
    /// Bytes of an event, on the bus and to a client.
    #[arg(long, default_value_t = 600.0)]
    event_bytes: f64,
    /// Bytes of memory for a subscription of a node to a conversation.
    #[arg(long, default_value_t = 200.0)]
    subscription_bytes: f64,
    /// Bytes of memory of each node for somebody who is online anywhere.
    #[arg(long, default_value_t = 64.0)]
    directory_bytes: f64,
    /// CPU µs of each node for a change of who is online anywhere.
    #[arg(long, default_value_t = 0.5)]
    directory_us: f64,
}

/// All of them.
#[derive(Clone, Debug)]
pub(super) struct Costs {
    pub(super) message_us: f64,
    pub(super) database_us: f64,
    pub(super) delivery_us: f64,
    pub(super) connect_us: f64,
    pub(super) connection_bytes: f64,
    pub(super) row_bytes: f64,
    pub(super) sqlite_rate: f64,
    pub(super) postgres_rate: f64,
    pub(super) bus_us: f64,
    pub(super) event_bytes: f64,
    pub(super) subscription_bytes: f64,
    pub(super) directory_bytes: f64,
    pub(super) directory_us: f64,
}

impl Costs {
    /// Takes what is given, and the rest from measurements.
    ///
    /// # Errors
    /// If a figure is in neither.
    pub(super) fn new(given: &Given, measured: Option<&Results>) -> io::Result<Self> {
        let figure = |key: &str, kind, at, name| measured?.section(key)?.median(kind, at, name);
        let load = |load: Load, kind, name| figure(&load.key(), kind, None, name);
        let on_postgres = |name| load(Load::PairsSaturated, Kind::KithPostgres, name);
        let database = || on_postgres("CPU µs a message, in the database");
        let node = || Some(on_postgres("CPU µs a message")? - database()?);
        let most = [10_000_000, 1_000_000, 100_000];
        let row = || {
            most.into_iter()
                .find_map(|at| figure("stored", Kind::KithPostgres, Some(at), "bytes a stored message"))
        };
        let needed = |given: Option<f64>, measured: Option<f64>, flag: &str| {
            given
                .or(measured)
                .ok_or_else(|| io::Error::other(format!("neither --{flag} nor a measurement of it")))
        };
        Ok(Self {
            message_us: needed(given.message_us, node(), "message-us")?,
            database_us: needed(given.database_us, database(), "database-us")?,
            delivery_us: needed(
                given.delivery_us,
                load(Load::Room100Open, Kind::KithPostgres, "CPU µs a delivery"),
                "delivery-us",
            )?,
            connect_us: needed(
                given.connect_us,
                load(Load::Idle, Kind::KithPostgres, "CPU µs to connect"),
                "connect-us",
            )?,
            connection_bytes: needed(
                given.connection_bytes,
                load(Load::Idle, Kind::KithPostgres, "bytes a connection"),
                "connection-bytes",
            )?,
            row_bytes: needed(given.row_bytes, row(), "row-bytes")?,
            sqlite_rate: needed(
                given.sqlite_rate,
                load(Load::PairsSaturated, Kind::KithSqlite, "messages a second"),
                "sqlite-rate",
            )?,
            postgres_rate: needed(given.postgres_rate, on_postgres("messages a second"), "postgres-rate")?,
            bus_us: given.bus_us,
            event_bytes: given.event_bytes,
            subscription_bytes: given.subscription_bytes,
            directory_bytes: given.directory_bytes,
            directory_us: given.directory_us,
        })
    }

    /// A Markdown table.
    pub(super) fn table(&self) -> String {
        let mut table = String::from("| unit | cost | from |\n| --- | ---: | --- |\n");
        for (unit, cost, from) in [
            ("durable message, node, CPU µs", self.message_us, "measured"),
            ("durable message, database, CPU µs", self.database_us, "measured"),
            ("delivery, CPU µs", self.delivery_us, "measured"),
            ("connect with first sync, CPU µs", self.connect_us, "measured"),
            ("connection, bytes", self.connection_bytes, "measured"),
            ("stored message with log entry and indexes, bytes", self.row_bytes, "measured"),
            ("durable messages a second, SQLite", self.sqlite_rate, "measured"),
            ("durable messages a second, PostgreSQL", self.postgres_rate, "measured"),
            ("event from or to the bus, CPU µs", self.bus_us, "assumed"),
            ("event, bytes", self.event_bytes, "assumed"),
            ("subscription, bytes", self.subscription_bytes, "assumed"),
            ("entry of the directory of who is online, bytes", self.directory_bytes, "assumed"),
            ("change of the directory, CPU µs on each node", self.directory_us, "assumed"),
        ] {
            let _ = writeln!(table, "| {unit} | {} | {from} |", number(cost));
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        load::figures,
        report::{Run, Section},
    };

    #[test]
    fn flags_come_before_measurements_and_nothing_is_made_up() {
        let mut results = Results::begin();
        let figures = figures([("CPU µs a message", 50.0), ("CPU µs a message, in the database", 20.0)]);
        let run = Run { system: Kind::KithPostgres, turn: 1, at: None, figures };
        results.sections.push(Section { runs: vec![run], ..Section::new(Load::PairsSaturated.key(), "") });
        let mut given = Given {
            delivery_us: Some(1.0),
            connect_us: Some(100.0),
            connection_bytes: Some(3000.0),
            sqlite_rate: Some(20_000.0),
            postgres_rate: Some(18_000.0),
            ..Given::default()
        };
        assert!(Costs::new(&given, Some(&results)).unwrap_err().to_string().contains("row-bytes"));
        given.row_bytes = Some(500.0);
        let costs = Costs::new(&given, Some(&results)).unwrap();
        assert_eq!((costs.message_us, costs.database_us), (30.0, 20.0));
        given.message_us = Some(7.0);
        assert_eq!(Costs::new(&given, Some(&results)).unwrap().message_us, 7.0);
    }
}
