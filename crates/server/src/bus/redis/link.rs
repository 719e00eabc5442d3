//! A connection to whichever kind of Redis was configured.

use crate::config::{BusKind, BusUrl};
use bytes::Bytes;
use futures_util::future::try_join_all;
use redis::aio::{AsyncPushSender, ConnectionLike, MultiplexedConnection};
use redis::cluster::ClusterClientBuilder;
use redis::cluster_async::ClusterConnection;
use redis::sentinel::{Sentinel, SentinelNodeConnectionInfo};
use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionAddr, ConnectionInfo, ErrorKind, IntoConnectionInfo as _,
    Pipeline, ProtocolVersion, RedisConnectionInfo, RedisResult, Script, TlsMode, Value,
};
use std::time::Duration;

/// How long a connection or an answer may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// Where Redis is.
#[derive(Clone, Debug)]
pub struct Servers(BusUrl);

impl Servers {
    /// Of a URL that names some kind of Redis.
    pub fn new(url: BusUrl) -> Self {
        Self(url)
    }

    /// Connects. What Redis sends of itself goes to `pushes`.
    ///
    /// # Errors
    /// If no server answers in time.
    pub async fn connect(&self, pushes: Option<impl AsyncPushSender>) -> RedisResult<Link> {
        let mut config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE));
        match self.0.kind {
            BusKind::Cluster => {
                let mut builder = ClusterClientBuilder::new(self.infos()?)
                    .use_protocol(ProtocolVersion::RESP3)
                    .connection_timeout(PATIENCE)
                    .response_timeout(PATIENCE)
                    .retries(1);
                if let Some(pushes) = pushes {
                    builder = builder.push_sender(pushes);
                }
                Ok(Link::Cluster(builder.build()?.get_async_connection().await?))
            }
            kind => {
                if let Some(pushes) = pushes {
                    config = config.set_push_sender(pushes);
                }
                let client = match kind {
                    BusKind::Sentinel => self.master().await?,
                    _ => Client::open(self.infos()?.swap_remove(0))?,
                };
                let connection = client.get_multiplexed_async_connection_with_config(&config).await?;
                Ok(if kind == BusKind::Sentinel { Link::Master(connection) } else { Link::One(connection) })
            }
        }
    }

    /// The master, as the sentinels say.
    async fn master(&self) -> RedisResult<Client> {
        let mut node = SentinelNodeConnectionInfo::default().set_redis_connection_info(self.login());
        if self.0.tls {
            node = node.set_tls_mode(TlsMode::Secure);
        }
        // Sentinels rarely have accounts of their own.
        let sentinels = self.addresses().into_iter().map(|address| address.into_connection_info());
        let mut sentinel = Sentinel::build(sentinels.collect::<RedisResult<Vec<_>>>()?)?;
        sentinel.async_master_for(&self.0.master, Some(&node)).await
    }

    fn infos(&self) -> RedisResult<Vec<ConnectionInfo>> {
        self.addresses()
            .into_iter()
            .map(|address| Ok(address.into_connection_info()?.set_redis_settings(self.login())))
            .collect()
    }

    fn addresses(&self) -> Vec<ConnectionAddr> {
        let address = |server: &String| {
            let (host, port) = server.rsplit_once(':')?;
            let (host, port) = (host.trim_matches(['[', ']']).to_owned(), port.parse().ok()?);
            Some(if self.0.tls {
                ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: None }
            } else {
                ConnectionAddr::Tcp(host, port)
            })
        };
        self.0.servers.iter().filter_map(address).collect()
    }

    fn login(&self) -> RedisConnectionInfo {
        let mut login = RedisConnectionInfo::default().set_protocol(ProtocolVersion::RESP3);
        if let Some(user) = &self.0.user {
            login = login.set_username(user);
        }
        if let Some(password) = &self.0.password {
            login = login.set_password(password);
        }
        login
    }
}

/// A connection, over which many requests can be under way.
#[derive(Clone)]
pub enum Link {
    /// To a server.
    One(MultiplexedConnection),
    /// To the server that the sentinels called the master.
    Master(MultiplexedConnection),
    /// To a cluster.
    Cluster(ClusterConnection),
}

impl Link {
    /// Subscribes to channels, and returns when they are.
    pub(super) async fn subscribe(&mut self, channels: &[String]) -> RedisResult<()> {
        match self {
            Self::One(link) | Self::Master(link) => link.subscribe(channels).await,
            Self::Cluster(link) => {
                let each = channels.iter().map(|channel| {
                    let mut link = link.clone();
                    async move { link.ssubscribe(channel).await }
                });
                try_join_all(each).await.map(drop)
            }
        }
    }

    pub(super) async fn unsubscribe(&mut self, channels: &[String]) -> RedisResult<()> {
        match self {
            Self::One(link) | Self::Master(link) => link.unsubscribe(channels).await,
            Self::Cluster(link) => {
                let each = channels.iter().map(|channel| {
                    let mut link = link.clone();
                    async move { link.sunsubscribe(channel).await }
                });
                try_join_all(each).await.map(drop)
            }
        }
    }

    /// Publishes packets in their order, with one exchange.
    pub(super) async fn publish(&mut self, packets: &[(String, Bytes)]) -> RedisResult<()> {
        if packets.is_empty() {
            return Ok(());
        }
        let commands = packets.iter().map(|(channel, packet)| {
            let mut command = redis::cmd(if self.is_cluster() { "SPUBLISH" } else { "PUBLISH" });
            command.arg(channel).arg(&packet[..]);
            command
        });
        self.each(commands.collect()).await.map(drop)
    }

    /// The answers to commands that are sent together.
    ///
    /// # Errors
    /// The first error among them.
    pub async fn each(&mut self, commands: Vec<Cmd>) -> RedisResult<Vec<Value>> {
        match self {
            Self::One(link) | Self::Master(link) => {
                let mut pipeline = Pipeline::with_capacity(commands.len());
                for command in commands {
                    pipeline.add_command(command);
                }
                pipeline.query_async(link).await
            }
            // Each goes to the node of its channel or key.
            Self::Cluster(link) => {
                let each = commands.into_iter().map(|command| {
                    let mut link = link.clone();
                    async move { link.req_packed_command(&command).await }
                });
                try_join_all(each).await
            }
        }
    }

    /// Makes a script known to every server.
    ///
    /// # Errors
    /// If a server does not answer.
    pub async fn load(&mut self, script: &Script) -> RedisResult<()> {
        match self {
            Self::One(link) | Self::Master(link) => script.load_async(link).await.map(drop),
            Self::Cluster(link) => script.load_async(link).await.map(drop),
        }
    }

    /// Whether it is still there, and still what it was.
    pub(super) async fn ping(&mut self) -> RedisResult<()> {
        let is_master = matches!(self, Self::Master(_));
        match self {
            Self::One(link) | Self::Master(link) => {
                if !is_master {
                    return redis::cmd("PING").exec_async(link).await;
                }
                let role: Value = redis::cmd("ROLE").query_async(link).await?;
                let Value::Array(parts) = role else {
                    return Err((ErrorKind::UnexpectedReturnType, "no role").into());
                };
                match parts.first() {
                    Some(Value::BulkString(role)) if role == b"master" => Ok(()),
                    _ => Err((ErrorKind::Io, "this server is no longer the master").into()),
                }
            }
            Self::Cluster(link) => redis::cmd("PING").exec_async(link).await,
        }
    }

    fn is_cluster(&self) -> bool {
        matches!(self, Self::Cluster(_))
    }
}
