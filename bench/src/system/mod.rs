//! The systems that are measured: each with its own data, started anew for each measurement.

use kith_api::view::Tokens;
use kith_client::Rest;
use kith_testkit::{
    TestServer,
    postgres::{Cluster, Database},
};
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

/// Longest wait for a server to be ready.
const PATIENCE: Duration = Duration::from_secs(30);

/// A kind of system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// Kith on the embedded database.
    KithSqlite,
    /// Kith on PostgreSQL.
    KithPostgres,
    /// Express, Socket.IO and `pg`, one insert a message.
    NodePostgres,
}

impl Kind {
    /// For the head of a table.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::KithSqlite => "Kith, SQLite",
            Self::KithPostgres => "Kith, PostgreSQL",
            Self::NodePostgres => "Node, PostgreSQL",
        }
    }
}

/// A system with its data.
pub(crate) struct System {
    pub(crate) kind: Kind,
    server: Server,
    // Dropped after the server and its database.
    cluster: Option<(Cluster, TempDir)>,
}

enum Server {
    Kith(Box<TestServer>),
    Node { process: Option<Child>, address: SocketAddr, database: Database },
}

impl System {
    /// Makes fresh data and starts.
    pub(crate) async fn start(kind: Kind) -> io::Result<Self> {
        let cluster = match kind {
            Kind::KithSqlite => None,
            Kind::KithPostgres | Kind::NodePostgres => {
                let dir = tempfile::Builder::new().prefix("kith-bench-pg-").tempdir()?;
                Some((Cluster::private(dir.path())?, dir))
            }
        };
        let database = cluster.as_ref().map(|(cluster, _)| cluster.database()).transpose()?;
        let server = match (kind, database) {
            (Kind::NodePostgres, Some(database)) => {
                install_peer()?;
                let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
                Server::Node { process: None, address, database }
            }
            (_, database) => {
                Server::Kith(Box::new(TestServer::prepare(database, &[("KITH_AUTH__ACCESS_TTL", "1d")])?))
            }
        };
        let mut system = Self { kind, server, cluster };
        system.restart().await?;
        Ok(system)
    }

    /// Stops the server and starts it on the same data, so that each measurement begins with a fresh process. Returns
    /// how long it took to be ready.
    pub(crate) async fn restart(&mut self) -> io::Result<Duration> {
        let begin = Instant::now();
        match &mut self.server {
            Server::Kith(server) => drop(server.restart().await),
            Server::Node { process, address, database } => {
                stop(process);
                let started = Command::new("node")
                    .arg("server.js")
                    .current_dir(peer())
                    .env("PORT", address.port().to_string())
                    .env("DATABASE_URL", database.url())
                    .env("NODE_ENV", "production")
                    .stdin(Stdio::null())
                    .stdout(Stdio::null())
                    .spawn();
                *process = Some(started.map_err(|error| io::Error::other(format!("node: {error}")))?);
            }
        }
        let rest = self.rest();
        while !rest.raw(Method::GET, "/health/ready", None).await.is_ok_and(|reply| reply.status == 200) {
            if begin.elapsed() > PATIENCE {
                return Err(io::Error::other(format!("{} did not become ready", self.kind.title())));
            }
            sleep(Duration::from_millis(5)).await;
        }
        Ok(begin.elapsed())
    }

    /// The server's process, and its database's.
    pub(crate) fn roots(&self) -> io::Result<Vec<u32>> {
        let mut roots = vec![self.server_pid()?];
        if let Some((cluster, _)) = &self.cluster {
            roots.push(cluster.pid()?);
        }
        Ok(roots)
    }

    /// The server's process alone.
    pub(crate) fn server_pid(&self) -> io::Result<u32> {
        let pid = match &self.server {
            Server::Kith(server) => server.pid(),
            Server::Node { process, .. } => process.as_ref().map(Child::id),
        };
        pid.ok_or_else(|| io::Error::other("the server does not run"))
    }

    pub(crate) fn address(&self) -> SocketAddr {
        match &self.server {
            Server::Kith(server) => server.address(),
            Server::Node { address, .. } => *address,
        }
    }

    fn rest(&self) -> Rest {
        Rest::new(&format!("http://{}", self.address())).expect("a socket address makes an address")
    }

    /// Makes accounts.
    pub(crate) async fn accounts(&self, count: usize) -> io::Result<Vec<Account>> {
        let rest = self.rest();
        let mut accounts = Vec::with_capacity(count);
        for number in 0..count {
            let body =
                json!({ "username": format!("load{number}"), "password": "correct horse battery staple" });
            let data = post(&rest, "/api/auth/register", body).await?;
            accounts.push(Account { id: text(&data["user"]["id"])?, token: text(&data["accessToken"])? });
        }
        Ok(accounts)
    }

    /// Makes a conversation of these people and returns its identifier.
    pub(crate) async fn conversation(&self, members: &[&Account]) -> io::Result<String> {
        let [owner, others @ ..] = members else { return Err(io::ErrorKind::InvalidInput.into()) };
        let (kind, name) = if others.len() == 1 { ("dm", Value::Null) } else { ("group", "Room".into()) };
        let ids: Vec<&str> = others.iter().map(|member| member.id.as_str()).collect();
        let body = json!({ "conversationType": kind, "name": name, "participantIds": ids });
        text(&post(&self.rest_of(owner), "/api/conversations", body).await?["id"])
    }

    /// Says something.
    pub(crate) async fn say(&self, account: &Account, conversation: &str, content: &str) -> io::Result<()> {
        let body = json!({ "conversationId": conversation, "content": content });
        post(&self.rest_of(account), "/api/messages", body).await.map(drop)
    }

    fn rest_of(&self, account: &Account) -> Rest {
        let rest = self.rest();
        rest.set_tokens(Some(Tokens {
            token: account.token.clone(),
            access_token: account.token.clone(),
            refresh_token: String::new(),
            expires_in: 0,
        }));
        rest
    }
}

impl Drop for System {
    fn drop(&mut self) {
        if let Server::Node { process, .. } = &mut self.server {
            stop(process);
        }
    }
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) token: String,
}

/// Where the Node peer is.
fn peer() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("peers/node-socketio")
}

/// Fetches what the peer depends on, as its lock file says, unless it is there.
fn install_peer() -> io::Result<()> {
    if peer().join("node_modules").is_dir() {
        return Ok(());
    }
    let arguments = ["ci", "--omit=dev", "--no-audit", "--no-fund"];
    let status = Command::new("npm").args(arguments).current_dir(peer()).stdout(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("npm ci: {status}"))) }
}

async fn post(rest: &Rest, path: &str, body: Value) -> io::Result<Value> {
    let reply = rest.raw(Method::POST, path, Some(body)).await.map_err(io::Error::other)?;
    if !matches!(reply.status, 200..=299) {
        return Err(io::Error::other(format!("{path}: {} {}", reply.status, reply.body)));
    }
    Ok(reply.body["data"].clone())
}

fn text(value: &Value) -> io::Result<String> {
    value.as_str().map(str::to_owned).ok_or_else(|| io::Error::other("an answer lacks a field"))
}

fn stop(process: &mut Option<Child>) {
    if let Some(mut process) = process.take() {
        // It may have ended by itself, which is as good.
        let _ = process.kill();
        let _ = process.wait();
    }
}
