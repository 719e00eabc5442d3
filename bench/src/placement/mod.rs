//! From 100 people to 100 million: what nodes, shards and the bus have to do, from measured costs and assumed habits.

mod costs;
mod hash;
mod model;
mod skew;

use crate::report::{Results, number, replace};
use costs::{Costs, Given};
use model::{Habits, Hardware, Outcome, place};
use std::{fmt::Write as _, io, path::PathBuf};

#[derive(clap::Args)]
pub(crate) struct Placement {
    /// Files that `--json` wrote, from which costs are taken.
    #[arg(long = "from", value_delimiter = ',')]
    measured: Vec<PathBuf>,
    /// How many people there are.
    #[arg(long, value_delimiter = ',', default_values_t = [1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8])]
    users: Vec<f64>,
    /// Nodes; as few as can do it if absent.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    nodes: Option<u32>,
    /// Shards of the database; as few as can do it if absent.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    shards: Option<u32>,
    #[command(flatten)]
    habits: Habits,
    #[command(flatten)]
    hardware: Hardware,
    #[command(flatten)]
    given: Given,
    /// Replaces the generated parts of this document instead of printing them.
    #[arg(long)]
    document: Option<PathBuf>,
}

/// Prints the costs and the placement, or puts them into a document.
pub(crate) fn placement(options: &Placement) -> io::Result<()> {
    let measured = if options.measured.is_empty() { None } else { Some(Results::read(&options.measured)?) };
    let costs = Costs::new(&options.given, measured.as_ref())?;
    let sizes = (options.nodes, options.shards);
    let outcomes: Vec<Outcome> = options
        .users
        .iter()
        .map(|users| place(*users, sizes, &options.habits, &options.hardware, &costs))
        .collect();
    let machine = measured.map(|results| results.machine.sentence()).unwrap_or_default();
    let parts = [
        ("machine", machine),
        ("costs", costs.table()),
        ("placement", table(&outcomes, &costs, &options.hardware)),
    ];
    for (name, text) in parts {
        match &options.document {
            Some(path) => replace(path, name, &text)?,
            None => println!("{text}"),
        }
    }
    Ok(())
}

/// Publishes a second that one Redis server takes, with a margin.
const ONE_REDIS: f64 = 100_000.0;

/// What holds so many people. Each is used for half of what it can do.
fn engine(outcome: &Outcome, costs: &Costs, hardware: &Hardware) -> &'static str {
    let embedded = outcome.messages <= costs.sqlite_rate / 2.0 && gib(outcome.stored) <= hardware.sqlite_gib;
    let one_redis = outcome.bus_events_per_node * f64::from(outcome.nodes) <= ONE_REDIS;
    match (outcome.nodes, outcome.shards) {
        (1, 1) if embedded => "SQLite",
        (1, 1) => "PostgreSQL",
        (1, _) => "sharded PostgreSQL",
        (_, 1) => "PostgreSQL, Redis",
        _ if one_redis => "sharded PostgreSQL, Redis",
        _ => "sharded PostgreSQL, Redis Cluster or NATS",
    }
}

/// A row a figure, a column a number of people.
fn table(outcomes: &[Outcome], costs: &Costs, hardware: &Hardware) -> String {
    type Figure = (&'static str, fn(&Outcome) -> f64);
    const FIGURES: [Figure; 25] = [
        ("people online", |outcome| outcome.online),
        ("connections", |outcome| outcome.connections),
        ("messages a second", |outcome| outcome.messages),
        ("deliveries a second", |outcome| outcome.deliveries),
        ("messages a second in the busiest conversation", |outcome| outcome.hottest_conversation),
        ("nodes", |outcome| f64::from(outcome.nodes)),
        ("connections a node", |outcome| outcome.connections / f64::from(outcome.nodes)),
        ("messages a second a node", |outcome| outcome.messages / f64::from(outcome.nodes)),
        ("processors busy, all nodes", |outcome| outcome.node_cores),
        ("…of each node, for who is online", |outcome| outcome.directory_cores_per_node),
        ("busiest node ÷ mean", |outcome| outcome.hottest_node),
        ("MiB a node (connections, subscriptions, who is online)", |outcome| mib(outcome.memory_per_node)),
        ("…for who is online", |outcome| mib(outcome.directory_memory)),
        ("MiB a second out of a node", |outcome| mib(outcome.bytes_out_per_node)),
        ("subscriptions a node", |outcome| outcome.subscriptions_per_node),
        ("nodes that an event reaches", |outcome| outcome.bus_events_per_message),
        ("bus events a second a node", |outcome| outcome.bus_events_per_node),
        ("bus events a second, all nodes", |outcome| outcome.bus_events_per_node * f64::from(outcome.nodes)),
        ("changes of who is online a second", |outcome| outcome.directory_changes),
        ("shards", |outcome| f64::from(outcome.shards)),
        ("processors busy, all databases", |outcome| outcome.database_cores),
        ("busiest shard ÷ mean", |outcome| outcome.hottest_shard),
        ("rows a day", |outcome| outcome.rows_a_day),
        ("GiB a day", |outcome| gib(outcome.stored_a_day)),
        ("GiB kept", |outcome| gib(outcome.stored)),
    ];
    let mut table = String::from("| at the busiest time of the day |");
    outcomes.iter().for_each(|outcome| {
        let _ = write!(table, " {} people |", number(outcome.users));
    });
    let _ = writeln!(table, "\n| --- |{}", " ---: |".repeat(outcomes.len()));
    for (name, figure) in FIGURES {
        let _ = write!(table, "| {name} |");
        outcomes.iter().for_each(|outcome| {
            let _ = write!(table, " {} |", number(figure(outcome)));
        });
        table.push('\n');
    }
    let _ = write!(table, "| what holds it |");
    outcomes.iter().for_each(|outcome| {
        let _ = write!(table, " {} |", engine(outcome, costs, hardware));
    });
    table.push('\n');
    table
}

fn mib(bytes: f64) -> f64 {
    bytes / f64::from(1 << 20)
}

fn gib(bytes: f64) -> f64 {
    bytes / f64::from(1 << 30)
}
