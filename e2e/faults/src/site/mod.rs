//! Three nodes behind nginx, with a Redis and a PostgreSQL of their own: real programs, on one machine.

mod ground;
mod nginx;

use crate::Place;
use ground::Ground;
use kith_client::Rest;
use kith_testkit::{
    TestServer,
    broker::{Broker, BrokerKind},
    postgres::{Cluster, Database},
    server::free_address,
};
use nginx::Nginx;
use std::net::{Ipv4Addr, SocketAddr};

/// Signs the tokens of all nodes.
const SECRET: &str = "one secret for all nodes of the site";

/// How many nodes there are.
pub const NODES: usize = 3;

/// The whole of it. Dropped, everything ends and is removed.
pub struct Site {
    /// The nodes, which may be killed and started again.
    pub nodes: Vec<TestServer>,
    /// Redis.
    pub redis: Broker,
    /// Dropped after those that use it, and before its cluster.
    _database: Database,
    /// PostgreSQL.
    pub postgres: Cluster,
    nginx: Nginx,
    ground: Option<Ground>,
    _place: Place,
}

impl Site {
    /// Starts all of it on the loopback interface.
    ///
    /// # Panics
    /// If something does not start.
    pub async fn start() -> Self {
        Self::build(None).await
    }

    /// Starts each node in a network namespace of its own, so that it can be [cut off](Self::cut). Only root may.
    ///
    /// # Panics
    /// If something does not start.
    pub async fn start_apart() -> Self {
        Self::build(Some(Ground::lay(NODES))).await
    }

    async fn build(ground: Option<Ground>) -> Self {
        let services = ground.as_ref().map_or(Ipv4Addr::LOCALHOST, Ground::services);
        let place = Place::new("site");
        let store = place.path().join("postgres");
        let postgres = match &ground {
            Some(_) => Cluster::private_at(store, services),
            None => Cluster::private(store),
        };
        let postgres = postgres.expect("PostgreSQL starts");
        let database = postgres.database().expect("a database is made");
        let redis = Broker::start_at(BrokerKind::Redis, services);
        let (store, bus) = (database.url(), redis.url());
        let mut nodes = Vec::new();
        for number in 0..NODES {
            let address = match &ground {
                Some(ground) => SocketAddr::from((ground.node(number), 3000)),
                None => free_address().expect("there is a free port"),
            };
            let bind = address.to_string();
            let settings = [
                ("KITH_SERVER__BIND", bind.as_str()),
                ("KITH_DATABASE__URL", &store),
                ("KITH_BUS__URL", &bus),
                ("KITH_AUTH__JWT_SECRET", SECRET),
            ];
            let mut node = TestServer::prepare(None, &settings).expect("a place for the node is made");
            if let Some(ground) = &ground {
                node = node.launched_by(["ip", "netns", "exec", &ground.namespace(number)]);
            }
            node.restart().await;
            nodes.push(node);
        }
        let addresses: Vec<SocketAddr> = nodes.iter().map(TestServer::address).collect();
        let nginx = Nginx::start(place.path(), &addresses).await;
        Self { nodes, redis, _database: database, postgres, nginx, ground, _place: place }
    }

    /// Clients of the site. Each comes to another address of nginx, which keeps long-polling at one node for each.
    pub fn fronts(&self) -> Vec<Rest> {
        let client =
            |address: &SocketAddr| Rest::new(&format!("http://{address}")).expect("that is an address");
        self.nginx.addresses().iter().map(client).collect()
    }

    /// Drops every packet between a node and what it is to be cut off from, until [`Self::heal`].
    ///
    /// # Panics
    /// If the site was not started apart, or the machine refuses.
    pub fn cut(&self, node: usize, from: &[Service]) {
        let ports: Vec<u16> = from.iter().map(|service| self.port(*service)).collect();
        self.ground.as_ref().expect("the nodes are apart").cut(node, &ports);
    }

    /// Ends what [`Self::cut`] did.
    ///
    /// # Panics
    /// If the machine refuses.
    pub fn heal(&self, node: usize) {
        self.ground.as_ref().expect("the nodes are apart").heal(node);
    }

    fn port(&self, service: Service) -> u16 {
        match service {
            Service::Redis => self.redis.addresses()[0].port(),
            Service::Postgres => 5432,
        }
    }
}

/// What a node can be cut off from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// The bus.
    Redis,
    /// The store.
    Postgres,
}
