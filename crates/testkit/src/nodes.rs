//! Several nodes on one database.

use crate::{Engine, TestServer, broker::Broker};

/// Signs the tokens of all nodes.
const SECRET: &str = "one secret for all nodes of a cluster";

/// Nodes that share a PostgreSQL database and a bus.
#[derive(Debug)]
pub struct Nodes {
    // Those without a database of their own are dropped first.
    others: Vec<TestServer>,
    first: TestServer,
}

impl Nodes {
    /// Starts `count` nodes on fresh data, with settings of the environment.
    ///
    /// # Panics
    /// If one cannot be started.
    pub async fn start(count: usize, broker: &Broker, settings: &[(&str, &str)]) -> Self {
        Self::start_each(broker, &vec![settings; count]).await
    }

    /// Starts nodes on fresh data, each with settings of its own.
    ///
    /// # Panics
    /// If one cannot be started, or there is none.
    pub async fn start_each(broker: &Broker, settings: &[&[(&str, &str)]]) -> Self {
        let url = broker.url();
        let shared = [("KITH_BUS__URL", &*url), ("KITH_AUTH__JWT_SECRET", SECRET)];
        let [of_first, of_others @ ..] = settings else { panic!("no nodes") };
        let first = TestServer::start_with(Engine::Postgres, &[&shared, *of_first].concat()).await;
        let database = first.database().expect("it is PostgreSQL").url();
        let database = [("KITH_DATABASE__URL", &*database)];
        let mut others = Vec::new();
        for settings in of_others {
            let settings = [&shared[..], &database, settings].concat();
            let mut node = TestServer::prepare(None, &settings).expect("a place for the node is made");
            node.restart().await;
            others.push(node);
        }
        Self { others, first }
    }

    /// One of them, from 0.
    pub fn get(&self, place: usize) -> &TestServer {
        match place {
            0 => &self.first,
            _ => &self.others[place - 1],
        }
    }

    /// One of them, to be killed and started again.
    pub fn get_mut(&mut self, place: usize) -> &mut TestServer {
        match place {
            0 => &mut self.first,
            _ => &mut self.others[place - 1],
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        1 + self.others.len()
    }
}
