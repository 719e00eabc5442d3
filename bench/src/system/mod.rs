//! The systems that are measured: each with its own data, started anew for each measurement.

mod kind;
mod peer;
mod store;

pub(crate) use kind::Kind;
pub(crate) use store::Store;

use crate::wire::{Door, Hello};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use kith_api::view::Tokens;
use kith_client::Rest;
use kith_testkit::{
    TestServer,
    postgres::{Cluster, Database},
};
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    task::spawn_blocking,
    time::{Instant, sleep},
};

/// Longest wait for a server to be ready.
const PATIENCE: Duration = Duration::from_secs(30);

/// Requests that are made at the same time while data is prepared.
const PREPARING: usize = 8;

/// The password of every account.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// Settings of every Kith that is measured. Password hashes are made as cheap as the program allows by the test kit,
/// unless a measurement is about them.
const SETTINGS: [(&str, &str); 1] = [("KITH_AUTH__ACCESS_TTL", "1d")];

/// A system with its data.
pub(crate) struct System {
    pub(crate) kind: Kind,
    server: Server,
    rest: Rest,
    people: Mutex<People>,
    data: TempDir,
    // Dropped after the server and its database.
    cluster: Option<(Cluster, TempDir)>,
}

enum Server {
    Kith(Box<TestServer>),
    Peer { process: Option<Child>, address: SocketAddr, database: Option<Database> },
}

/// Who was made up, and, for peers that store nothing, who is where.
#[derive(Default)]
struct People {
    accounts: usize,
    rooms: HashMap<String, Vec<String>>,
    conversations: usize,
}

impl System {
    /// Makes fresh data and starts. `settings` are Kith's alone.
    pub(crate) async fn start(kind: Kind, settings: &[(&str, &str)]) -> io::Result<Self> {
        let cluster = if kind.has_cluster() {
            let dir = tempfile::Builder::new().prefix("kith-bench-pg-").tempdir()?;
            Some((Cluster::private(dir.path())?, dir))
        } else {
            None
        };
        let data = tempfile::Builder::new().prefix("kith-bench-").tempdir()?;
        let database = cluster.as_ref().map(|(cluster, _)| cluster.database()).transpose()?;
        let server = if kind.is_kith() {
            let path = data.path().display().to_string();
            let mut all = SETTINGS.to_vec();
            all.push(("KITH_SERVER__DATA_DIR", &path));
            all.extend(settings);
            Server::Kith(Box::new(TestServer::prepare(database, &all)?))
        } else {
            peer::install(kind)?;
            let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
            Server::Peer { process: None, address, database }
        };
        let address = match &server {
            Server::Kith(server) => server.address(),
            Server::Peer { address, .. } => *address,
        };
        let rest = Rest::new(&format!("http://{address}")).map_err(io::Error::other)?;
        let mut system = Self { kind, server, rest, people: Mutex::default(), data, cluster };
        system.restart().await?;
        Ok(system)
    }

    /// Stops the server and starts it on the same data, so that each measurement begins with a fresh process. Returns
    /// how long it took to be ready.
    pub(crate) async fn restart(&mut self) -> io::Result<Duration> {
        let begin = Instant::now();
        match &mut self.server {
            Server::Kith(server) => drop(server.restart().await),
            Server::Peer { process, address, database } => {
                stop(process);
                let url = database.as_ref().map(Database::url);
                *process = Some(peer::spawn(self.kind, address.port(), url.as_deref())?);
            }
        }
        while !self.rest.raw(Method::GET, "/health/ready", None).await.is_ok_and(|reply| reply.status == 200)
        {
            if begin.elapsed() > PATIENCE {
                return Err(io::Error::other(format!("{} did not become ready", self.kind.title())));
            }
            sleep(Duration::from_millis(5)).await;
        }
        Ok(begin.elapsed())
    }

    /// Stops the server and writes to its database; [`Self::restart`] starts it again.
    ///
    /// # Errors
    /// If there is no database, or it refuses.
    pub(crate) async fn fill<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Store) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let url = match &mut self.server {
            Server::Kith(server) => {
                server.terminate().await;
                server.database().map(Database::url)
            }
            Server::Peer { process, database, .. } => {
                stop(process);
                let none = || io::Error::other("a peer without a database cannot be filled");
                Some(database.as_ref().ok_or_else(none)?.url())
            }
        };
        let file = self.data.path().join("kith.db");
        // PostgreSQL's client is synchronous.
        let filling = spawn_blocking(move || {
            let mut store = match url {
                Some(url) => Store::postgres(&url)?,
                None => Store::sqlite(&file)?,
            };
            let done = work(&mut store)?;
            store.finish()?;
            Ok(done)
        });
        filling.await.map_err(io::Error::other)?
    }

    /// Bytes that the stored data takes on the disk.
    ///
    /// # Errors
    /// If the database does not say.
    pub(crate) fn stored_bytes(&self) -> io::Result<u64> {
        if let Server::Kith(server) = &self.server
            && let Some(database) = server.database()
        {
            let size = database.sql("SELECT pg_database_size(current_database())")?;
            return size.trim().parse().map_err(io::Error::other);
        }
        Ok(self.data.path().join("kith.db").metadata()?.len())
    }

    /// Keeps the server's threads on these processors, written as `0` or `0-1`, until it is started again.
    pub(crate) fn pin(&self, processors: &str) -> io::Result<()> {
        pin(self.server_pid()?, processors)
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
            Server::Peer { process, .. } => process.as_ref().map(Child::id),
        };
        pid.ok_or_else(|| io::Error::other("the server does not run"))
    }

    pub(crate) fn address(&self) -> SocketAddr {
        match &self.server {
            Server::Kith(server) => server.address(),
            Server::Peer { address, .. } => *address,
        }
    }

    /// Where sockets go, and in which language.
    pub(crate) fn door(&self) -> Door {
        Door { address: self.address(), dialect: self.kind.dialect(), receive_buffer: None }
    }

    /// What somebody says first.
    pub(crate) fn hello(&self, account: &Account) -> Hello {
        let people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        let rooms = people.rooms.get(&account.id).cloned().unwrap_or_default();
        Hello { token: account.token.clone(), rooms }
    }

    /// A client that is not signed in.
    pub(crate) fn rest(&self) -> Rest {
        self.rest.anonymous()
    }

    /// Makes accounts, several at a time: a password hash takes a while.
    pub(crate) async fn accounts(&self, count: usize) -> io::Result<Vec<Account>> {
        let first = {
            let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
            people.accounts += count;
            people.accounts - count
        };
        let names = (first..first + count).map(|number| format!("load{number}"));
        if !self.kind.is_durable() {
            return Ok(names.map(|name| Account { id: name.clone(), token: name.clone(), name }).collect());
        }
        let registered = names.map(|name| {
            let rest = self.rest();
            async move {
                let body = json!({ "username": name, "password": PASSWORD });
                let data = post(&rest, "/api/auth/register", body).await?;
                io::Result::Ok(Account {
                    id: text(&data["user"]["id"])?,
                    token: text(&data["accessToken"])?,
                    name,
                })
            }
        });
        stream::iter(registered).buffered(PREPARING).try_collect().await
    }

    /// Makes a conversation of these people and returns its identifier.
    pub(crate) async fn conversation(&self, members: &[&Account]) -> io::Result<String> {
        let [owner, others @ ..] = members else { return Err(io::ErrorKind::InvalidInput.into()) };
        if !self.kind.is_durable() {
            let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
            people.conversations += 1;
            let id = format!("conversation{}", people.conversations);
            for member in members {
                people.rooms.entry(member.id.clone()).or_default().push(id.clone());
            }
            return Ok(id);
        }
        let (kind, name) = if others.len() == 1 { ("dm", Value::Null) } else { ("group", "Room".into()) };
        let ids: Vec<&str> = others.iter().map(|member| member.id.as_str()).collect();
        let body = json!({ "conversationType": kind, "name": name, "participantIds": ids });
        text(&post(&self.rest_of(owner), "/api/conversations", body).await?["id"])
    }

    /// Makes a conversation for each of these groups of people, in this order.
    pub(crate) async fn conversations(&self, groups: Vec<Vec<&Account>>) -> io::Result<Vec<String>> {
        let made = groups.into_iter().map(|group| async move { self.conversation(&group).await });
        stream::iter(made).buffered(PREPARING).try_collect().await
    }

    /// Says something.
    pub(crate) async fn say(&self, account: &Account, conversation: &str, content: &str) -> io::Result<()> {
        let body = json!({ "conversationId": conversation, "content": content });
        post(&self.rest_of(account), "/api/messages", body).await.map(drop)
    }

    /// The `data` of an answer to a `GET`.
    pub(crate) async fn get(&self, account: &Account, path: &str) -> io::Result<Value> {
        let reply = self.rest_of(account).raw(Method::GET, path, None).await.map_err(io::Error::other)?;
        match reply.status {
            200 => Ok(reply.body["data"].clone()),
            status => Err(io::Error::other(format!("{path}: {status} {}", reply.body))),
        }
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
        if let Server::Peer { process, .. } = &mut self.server {
            stop(process);
        }
    }
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) token: String,
}

/// Keeps all threads of a process on these processors.
///
/// # Errors
/// If `taskset` is missing or refuses.
pub(crate) fn pin(pid: u32, processors: &str) -> io::Result<()> {
    let pid = pid.to_string();
    let status = Command::new("taskset")
        .args(["--all-tasks", "--cpu-list", "--pid", processors, &pid])
        .stdout(Stdio::null())
        .status()
        .map_err(|error| io::Error::other(format!("taskset: {error}")))?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("taskset {processors}: {status}"))) }
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
