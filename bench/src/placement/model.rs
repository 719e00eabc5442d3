//! Places conversations on shards and people on nodes, and adds up what each has to do at the busiest time of the day.

use super::{
    costs::Costs,
    hash::{jump, mix},
    skew::{Chance, Sizes, even, log_normal_deviation, zipf},
};

/// Conversations that are placed one by one; those that are less popular are sampled.
const ONE_BY_ONE: u64 = 200_000;

/// Conversations of which each stands for many.
const SAMPLED: u64 = 200_000;

const DAY: f64 = 86_400.0;

/// What people do.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Habits {
    /// Conversations that somebody is in.
    #[arg(long, default_value_t = 20.0)]
    memberships: f64,
    /// Members of a conversation, on average.
    #[arg(long, default_value_t = 8.0)]
    mean_size: f64,
    /// Members of the largest conversation.
    #[arg(long, default_value_t = 100_000.0)]
    largest: f64,
    /// Messages that somebody sends a day.
    #[arg(long, default_value_t = 20.0)]
    messages_a_day: f64,
    /// The busiest time of the day against the mean.
    #[arg(long, default_value_t = 3.0)]
    peak: f64,
    /// Share of all people who are online at that time.
    #[arg(long, default_value_t = 0.15)]
    online: f64,
    /// Connections of somebody who is online.
    #[arg(long, default_value_t = 1.3)]
    devices: f64,
    /// Minutes that a connection lasts.
    #[arg(long, default_value_t = 20.0)]
    session_minutes: f64,
    /// Exponent of Zipf's law of how popular conversations are.
    #[arg(long, default_value_t = 0.8)]
    zipf: f64,
    /// Large conversations are busier by their size to this power.
    #[arg(long, default_value_t = 0.5)]
    size_weight: f64,
    /// Days for which messages are kept.
    #[arg(long, default_value_t = 365.0)]
    days_kept: f64,
    /// Deviation of the logarithm of how active people are.
    #[arg(long, default_value_t = 1.5)]
    sigma: f64,
}

/// What a node may be asked to do.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Hardware {
    /// Processors of a node, and of a database shard.
    #[arg(long, default_value_t = 8.0)]
    cores: f64,
    /// Share of them that is used at the busiest time: the rest is for failures and for what the model leaves out.
    #[arg(long, default_value_t = 0.5)]
    used: f64,
    /// Connections of a node, at most.
    #[arg(long, default_value_t = 250_000.0)]
    connections: f64,
    /// GiB that a shard of the database stores, at most.
    #[arg(long, default_value_t = 2048.0)]
    shard_gib: f64,
    /// GiB that the embedded database stores, at most: a file that is still copied in minutes.
    #[arg(long, default_value_t = 256.0)]
    pub(super) sqlite_gib: f64,
}

/// What comes out, at the busiest time of the day.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Outcome {
    pub(super) users: f64,
    pub(super) online: f64,
    pub(super) connections: f64,
    pub(super) messages: f64,
    pub(super) deliveries: f64,
    pub(super) hottest_conversation: f64,
    pub(super) nodes: u32,
    pub(super) shards: u32,
    pub(super) bus_events_per_message: f64,
    pub(super) bus_events_per_node: f64,
    pub(super) subscriptions_per_node: f64,
    pub(super) directory_changes: f64,
    pub(super) node_cores: f64,
    pub(super) directory_cores_per_node: f64,
    pub(super) hottest_node: f64,
    pub(super) database_cores: f64,
    pub(super) hottest_shard: f64,
    pub(super) memory_per_node: f64,
    pub(super) directory_memory: f64,
    pub(super) bytes_out_per_node: f64,
    pub(super) rows_a_day: f64,
    pub(super) stored_a_day: f64,
    pub(super) stored: f64,
}

/// A conversation, or many that are alike.
struct Conversation {
    /// How many it stands for.
    count: f64,
    members: f64,
    /// Messages a second in each.
    rate: f64,
}

/// A population and its conversations.
struct World<'a> {
    users: f64,
    habits: &'a Habits,
    costs: &'a Costs,
    /// The most popular, one by one, then those that stand for many.
    conversations: Vec<Conversation>,
}

/// Places so many people. Without a number of nodes or shards it takes as few as the hardware allows.
pub(super) fn place(
    users: f64,
    (nodes, shards): (Option<u32>, Option<u32>),
    habits: &Habits,
    hardware: &Hardware,
    costs: &Costs,
) -> Outcome {
    let world = World::of(users, habits, costs);
    let usable = hardware.cores * hardware.used;
    let shards = shards.unwrap_or_else(|| {
        let gib = world.stored_a_day() * habits.days_kept / f64::from(1 << 30);
        let mut shards = (gib / hardware.shard_gib).ceil().max(1.0) as u32;
        // The hottest shard must not have more than a shard can do. Beyond so many shards, one conversation is it.
        while world.shard_load(shards) > hardware.used && shards < 10_000 {
            shards += (shards / 8).max(1);
        }
        shards
    });
    let nodes = nodes.unwrap_or_else(|| {
        let mut nodes = (world.connections() / hardware.connections).ceil().max(1.0) as u32;
        // More nodes mean more events on the bus, and another directory each.
        while world.node_cores(nodes) / f64::from(nodes) > usable && nodes < 100_000 {
            nodes += (nodes / 16).max(1);
        }
        nodes
    });
    world.outcome(nodes, shards)
}

impl<'a> World<'a> {
    fn of(users: f64, habits: &'a Habits, costs: &'a Costs) -> Self {
        let count = (users * habits.memberships / habits.mean_size).max(1.0);
        let sizes = Sizes::with_mean(habits.mean_size, habits.largest.min(users));
        let one_by_one = (count as u64).clamp(1, ONE_BY_ONE);
        let mut conversations = Vec::new();
        let mut add = |index: u64, rank: f64, count: f64| {
            let members = sizes.quantile(even(index));
            let rate = zipf(rank, habits.zipf) * members.powf(habits.size_weight);
            conversations.push(Conversation { count, members, rate });
        };
        (1..=one_by_one).for_each(|rank| add(rank, rank as f64, 1.0));
        // The less popular: ranks at even distances of their logarithm, each standing for those around it.
        let (low, high) = ((one_by_one as f64 + 0.5).ln(), (count + 0.5).ln());
        if high > low && count > one_by_one as f64 {
            let width = (high - low) / SAMPLED as f64;
            for sample in 0..SAMPLED {
                let from = low + sample as f64 * width;
                let stands_for = (from + width).exp() - from.exp();
                add(one_by_one + sample + 1, (from + width / 2.0).exp(), stands_for);
            }
        }
        let mut world = Self { users, habits, costs, conversations };
        let sum = world.sum(|conversation| conversation.rate);
        let scale = world.messages() / sum;
        world.conversations.iter_mut().for_each(|conversation| conversation.rate *= scale);
        world
    }

    fn sum(&self, of: impl Fn(&Conversation) -> f64) -> f64 {
        self.conversations.iter().map(|conversation| conversation.count * of(conversation)).sum()
    }

    fn messages(&self) -> f64 {
        self.users * self.habits.messages_a_day * self.habits.peak / DAY
    }

    fn online(&self) -> f64 {
        self.users * self.habits.online
    }

    fn connections(&self) -> f64 {
        self.online() * self.habits.devices
    }

    fn connects(&self) -> f64 {
        self.connections() / (self.habits.session_minutes * 60.0)
    }

    /// Members who are online: the sender, and of the others as many as of all people.
    fn present(&self, conversation: &Conversation) -> f64 {
        1.0 + (conversation.members - 1.0) * self.habits.online
    }

    fn deliveries(&self) -> f64 {
        self.sum(|conversation| conversation.rate * self.present(conversation) * self.habits.devices)
    }

    /// Nodes of `nodes` that have a member online, for the mean message.
    fn reached(&self, nodes: u32) -> f64 {
        let nodes = f64::from(nodes);
        let reached = |members: f64| nodes * (1.0 - (1.0 - 1.0 / nodes).powf(members));
        self.sum(|conversation| conversation.rate * reached(self.present(conversation))) / self.messages()
    }

    /// People who come online or go: everybody once in the life of a connection each.
    fn directory_changes(&self) -> f64 {
        2.0 * self.online() / (self.habits.session_minutes * 60.0)
    }

    /// Events that nodes take from the bus or give to it; one node has none.
    fn bus_events(&self, nodes: u32) -> f64 {
        if nodes == 1 { 0.0 } else { self.messages() * (1.0 + self.reached(nodes)) }
    }

    /// Processors that one node needs to know who is online; a node alone has them all itself.
    fn directory_cores(&self, nodes: u32) -> f64 {
        if nodes == 1 { 0.0 } else { self.directory_changes() * self.costs.directory_us / 1e6 }
    }

    /// Processors that all nodes need.
    fn node_cores(&self, nodes: u32) -> f64 {
        let Costs { message_us, delivery_us, connect_us, bus_us, .. } = *self.costs;
        let work = self.messages() * message_us
            + self.deliveries() * delivery_us
            + self.connects() * connect_us
            + self.bus_events(nodes) * bus_us;
        work / 1e6 + f64::from(nodes) * self.directory_cores(nodes)
    }

    fn stored_a_day(&self) -> f64 {
        self.users * self.habits.messages_a_day * self.costs.row_bytes
    }

    /// What the busiest of so many shards has to commit, of what one can.
    fn shard_load(&self, shards: u32) -> f64 {
        self.messages() / f64::from(shards) * self.hottest_shard(shards) / self.costs.postgres_rate
    }

    fn database_cores(&self) -> f64 {
        self.messages() * self.costs.database_us / 1e6
    }

    /// The busiest shard against the mean. The most popular conversations are placed; the others spread evenly.
    fn hottest_shard(&self, shards: u32) -> f64 {
        if shards == 1 {
            return 1.0;
        }
        let mut load = vec![0.0; shards as usize];
        let mut rest = 0.0;
        for (index, conversation) in self.conversations.iter().enumerate() {
            if (index as u64) < ONE_BY_ONE {
                load[jump(mix(index as u64), shards) as usize] += conversation.rate;
            } else {
                rest += conversation.rate * conversation.count;
            }
        }
        let mean = self.messages() / f64::from(shards);
        let highest = load.into_iter().fold(0.0, f64::max) + rest / f64::from(shards);
        highest / mean
    }

    /// The busiest node against the mean. Connections are spread evenly; what differs is how active those are who happen
    /// to be there, and how many members of busy conversations.
    fn hottest_node(&self, nodes: u32) -> f64 {
        if nodes == 1 {
            return 1.0;
        }
        let count = f64::from(nodes);
        let Costs { message_us, delivery_us, .. } = *self.costs;
        let devices = self.habits.devices;
        let senders = self.online() / count;
        let mean_messages = self.messages() / count;
        let activity = log_normal_deviation(self.habits.sigma);
        let of_senders = (mean_messages * message_us * activity).powi(2) / senders.max(1.0);
        let of_members = self.sum(|conversation| {
            let here = self.present(conversation) / count;
            (conversation.rate * delivery_us * devices).powi(2) * here * (1.0 - 1.0 / count)
        });
        let deviation = (of_senders + of_members).sqrt();
        let mean = self.node_cores(nodes) * 1e6 / count;
        let mut chance = Chance::seeded(u64::from(nodes));
        let highest = (0..nodes).map(|_| chance.normal()).fold(0.0, f64::max);
        1.0 + highest * deviation / mean
    }

    fn outcome(&self, nodes: u32, shards: u32) -> Outcome {
        let costs = self.costs;
        let count = f64::from(nodes);
        // Whether a node has any member of a conversation online.
        let here = self.habits.online / count;
        let subscriptions = self.sum(|conversation| 1.0 - (1.0 - here).powf(conversation.members));
        let directory_memory = if nodes == 1 { 0.0 } else { self.online() * costs.directory_bytes };
        let memory = self.connections() / count * costs.connection_bytes
            + subscriptions * costs.subscription_bytes
            + directory_memory;
        let messages_a_day = self.users * self.habits.messages_a_day;
        Outcome {
            users: self.users,
            online: self.online(),
            connections: self.connections(),
            messages: self.messages(),
            deliveries: self.deliveries(),
            hottest_conversation: self.conversations.iter().map(|one| one.rate).fold(0.0, f64::max),
            nodes,
            shards,
            bus_events_per_message: if nodes == 1 { 0.0 } else { self.reached(nodes) },
            bus_events_per_node: self.bus_events(nodes) / count,
            subscriptions_per_node: subscriptions,
            directory_changes: self.directory_changes(),
            node_cores: self.node_cores(nodes),
            directory_cores_per_node: self.directory_cores(nodes),
            hottest_node: self.hottest_node(nodes),
            database_cores: self.database_cores(),
            hottest_shard: self.hottest_shard(shards),
            memory_per_node: memory,
            directory_memory,
            bytes_out_per_node: self.deliveries() * costs.event_bytes / count,
            // The message, and its entry in the log.
            rows_a_day: 2.0 * messages_a_day,
            stored_a_day: self.stored_a_day(),
            stored: self.stored_a_day() * self.habits.days_kept,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Defaults {
        #[command(flatten)]
        habits: Habits,
        #[command(flatten)]
        hardware: Hardware,
    }

    fn costs() -> Costs {
        Costs {
            message_us: 40.0,
            database_us: 20.0,
            delivery_us: 1.0,
            connect_us: 300.0,
            connection_bytes: 3000.0,
            row_bytes: 500.0,
            sqlite_rate: 10_000.0,
            postgres_rate: 10_000.0,
            bus_us: 5.0,
            event_bytes: 600.0,
            subscription_bytes: 200.0,
            directory_bytes: 64.0,
            directory_us: 0.5,
        }
    }

    fn placed(users: f64, sizes: (Option<u32>, Option<u32>)) -> Outcome {
        let Defaults { habits, hardware } = Defaults::parse_from(["bench"]);
        place(users, sizes, &habits, &hardware, &costs())
    }

    #[test]
    fn sums_are_what_people_do() {
        for users in [1e3, 1e6, 1e8] {
            let Defaults { habits, .. } = Defaults::parse_from(["bench"]);
            let costs = costs();
            let world = World::of(users, &habits, &costs);
            let sum = world.sum(|conversation| conversation.rate);
            assert!((sum / (users * 20.0 * 3.0 / 86_400.0) - 1.0).abs() < 1e-9);
            let count = world.sum(|_| 1.0);
            assert!((count / (users * 2.5) - 1.0).abs() < 0.01, "{count} conversations of {users} people");
            let memberships = world.sum(|conversation| conversation.members);
            assert!(
                (memberships / (users * 20.0) - 1.0).abs() < 0.15,
                "{memberships} memberships of {users} people"
            );
        }
    }

    #[test]
    fn one_node_has_no_bus() {
        let outcome = placed(1e4, (Some(1), Some(1)));
        assert_eq!((outcome.bus_events_per_message, outcome.directory_memory), (0.0, 0.0));
        assert_eq!((outcome.hottest_node, outcome.hottest_shard), (1.0, 1.0));
    }

    #[test]
    fn events_reach_no_more_nodes_than_there_are_or_members_online() {
        let few = placed(1e6, (Some(3), Some(1)));
        let many = placed(1e6, (Some(300), Some(1)));
        assert!(few.bus_events_per_message <= 3.0 && few.bus_events_per_message > 1.0, "{few:?}");
        assert!(many.bus_events_per_message > few.bus_events_per_message);
        assert!(many.bus_events_per_message < many.deliveries / many.messages, "{many:?}");
        assert!(many.subscriptions_per_node < few.subscriptions_per_node);
    }

    #[test]
    fn a_popular_conversation_makes_a_shard_hot() {
        let outcome = placed(1e7, (None, Some(16)));
        assert!(outcome.hottest_shard > 1.0 && outcome.hottest_shard < 2.0, "{outcome:?}");
        let finer = placed(1e7, (None, Some(512)));
        assert!(finer.hottest_shard > outcome.hottest_shard);
    }

    #[test]
    fn as_few_as_can_do_it() {
        let small = placed(1e2, (None, None));
        assert_eq!((small.nodes, small.shards), (1, 1));
        let large = placed(1e8, (None, None));
        assert!(large.nodes > 10 && large.connections / f64::from(large.nodes) <= 250_000.0, "{large:?}");
        assert!(large.stored / f64::from(large.shards) <= 2048.0 * f64::from(1 << 30), "{large:?}");
        let Defaults { habits, mut hardware } = Defaults::parse_from(["bench"]);
        hardware.shard_gib = f64::INFINITY;
        let fast = place(1e8, (None, None), &habits, &hardware, &costs());
        // As many as keep up, and one fewer would not.
        assert!(fast.messages / f64::from(fast.shards) * fast.hottest_shard <= 5_000.0, "{fast:?}");
        assert!(fast.messages / 5_000.0 > f64::from(fast.shards) * 0.7, "{fast:?}");
    }

    #[test]
    fn the_same_comes_out_each_time() {
        assert_eq!(placed(1e6, (None, None)), placed(1e6, (None, None)));
    }
}
