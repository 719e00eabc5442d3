//! Redis and NATS of their own for tests, of every kind that can be a bus.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Longest wait for a server to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// What kind of bus it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrokerKind {
    /// One Redis.
    Redis,
    /// A Redis with a replica and a sentinel that watches them.
    Sentinel,
    /// A Redis cluster of three masters.
    Cluster,
    /// One NATS server.
    Nats,
}

impl BrokerKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Redis, Self::Sentinel, Self::Cluster, Self::Nats];
}

/// Servers that are a bus. Dropped, they are killed and their files removed.
#[derive(Debug)]
pub struct Broker {
    kind: BrokerKind,
    host: Ipv4Addr,
    servers: Vec<Server>,
    dir: TempDir,
}

#[derive(Debug)]
struct Server {
    address: SocketAddr,
    program: Program,
    arguments: Vec<String>,
    process: Option<Child>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Program {
    Redis,
    Sentinel,
    Nats,
}

impl Broker {
    /// Starts fresh servers and waits until they answer.
    ///
    /// # Panics
    /// If they cannot be started: `scripts/setup test` installs them.
    pub fn start(kind: BrokerKind) -> Self {
        Self::start_at(kind, Ipv4Addr::LOCALHOST)
    }

    /// As [`Self::start`], at another address of this machine.
    ///
    /// # Panics
    /// If they cannot be started.
    pub fn start_at(kind: BrokerKind, host: Ipv4Addr) -> Self {
        Self::try_start(kind, host).unwrap_or_else(|error| panic!("{kind:?}: {error}"))
    }

    fn try_start(kind: BrokerKind, host: Ipv4Addr) -> io::Result<Self> {
        let dir = tempfile::Builder::new().prefix("kith-broker-").tempdir()?;
        let mut broker = Self { kind, host, servers: Vec::new(), dir };
        match kind {
            BrokerKind::Redis => broker.redis(&[])?,
            BrokerKind::Sentinel => broker.watched()?,
            BrokerKind::Cluster => broker.cluster()?,
            BrokerKind::Nats => {
                let address = broker.free()?;
                let arguments = ["-a".into(), host.to_string(), "-p".into(), address.port().to_string()];
                broker.add(Program::Nats, address, arguments.into())?;
            }
        }
        Ok(broker)
    }

    /// Such as `redis://127.0.0.1:40123`.
    pub fn url(&self) -> String {
        let addresses = |servers: &[Server]| {
            servers.iter().map(|server| server.address.to_string()).collect::<Vec<_>>().join(",")
        };
        match self.kind {
            BrokerKind::Redis => format!("redis://{}", addresses(&self.servers)),
            BrokerKind::Sentinel => format!("redis+sentinel://{}/main", addresses(&self.servers[2..])),
            BrokerKind::Cluster => format!("redis+cluster://{}", addresses(&self.servers)),
            BrokerKind::Nats => format!("nats://{}", addresses(&self.servers)),
        }
    }

    /// Where its servers listen: of a watched Redis the master first, of a cluster the masters.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.servers.iter().map(|server| server.address).collect()
    }

    /// Kills one of its servers.
    pub fn kill(&mut self, place: usize) {
        if let Some(mut process) = self.servers[place].process.take() {
            // A process that has already ended is as good.
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Starts a server again that was killed, on the same port and with nothing of what it held.
    ///
    /// # Panics
    /// If it does not start.
    pub fn restart(&mut self, place: usize) {
        let dir = self.dir.path().to_owned();
        self.servers[place].start(&dir).unwrap_or_else(|error| panic!("{:?}: {error}", self.kind));
    }

    /// What a Redis server answers to a command.
    ///
    /// # Panics
    /// If it does not answer.
    pub fn redis_command(&self, place: usize, words: &[&str]) -> String {
        ask(self.servers[place].address, words).unwrap_or_else(|error| panic!("{words:?}: {error}"))
    }

    fn redis(&mut self, more: &[&str]) -> io::Result<()> {
        let address = self.free()?;
        let host = self.host.to_string();
        // Otherwise it talks to nobody but this machine, whatever it is bound to.
        let open = ["--protected-mode", "no"];
        let mut arguments: Vec<String> =
            [&open[..], &["--bind", &host, "--save", "", "--appendonly", "no", "--port"]]
                .concat()
                .iter()
                .map(|word| (*word).to_owned())
                .collect();
        arguments.push(address.port().to_string());
        arguments.extend(more.iter().map(|word| (*word).to_owned()));
        self.add(Program::Redis, address, arguments)
    }

    /// A master, its replica, and a sentinel.
    fn watched(&mut self) -> io::Result<()> {
        self.redis(&[])?;
        let master = self.servers[0].address.port();
        self.redis(&["--replicaof", &format!("127.0.0.1 {master}")])?;
        let address = self.free()?;
        let file = self.dir.path().join("sentinel.conf");
        let settings = format!(
            "bind 127.0.0.1\nport {}\nsentinel monitor main 127.0.0.1 {master} 1\n\
             sentinel down-after-milliseconds main 500\nsentinel failover-timeout main 2000\n",
            address.port()
        );
        fs::write(&file, settings)?;
        self.add(Program::Sentinel, address, vec![file.display().to_string()])?;
        // A replica that has not been seen cannot be made the master.
        until("the sentinel to know the replica", || {
            Ok(ask(address, &["SENTINEL", "REPLICAS", "main"])?.contains("slave-repl-offset"))
        })
    }

    /// Three masters that share the slots.
    fn cluster(&mut self) -> io::Result<()> {
        for _ in 0..3 {
            let bus = self.free()?.port().to_string();
            let nodes = format!("nodes-{bus}.conf");
            let timeout = ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"];
            let place = ["--cluster-port", &bus, "--cluster-config-file", &nodes];
            self.redis(&[timeout, place].concat())?;
        }
        let mut create = Command::new("redis-cli");
        create.args(["--cluster", "create", "--cluster-yes"]);
        create.args(self.addresses().iter().map(ToString::to_string));
        let output = create.stdin(Stdio::null()).output()?;
        if !output.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&output.stdout).into_owned()));
        }
        for address in self.addresses() {
            until("the cluster to agree", || {
                Ok(ask(address, &["CLUSTER", "INFO"])?.contains("cluster_state:ok"))
            })?;
        }
        Ok(())
    }

    fn free(&self) -> io::Result<SocketAddr> {
        TcpListener::bind((self.host, 0))?.local_addr()
    }

    fn add(&mut self, program: Program, address: SocketAddr, arguments: Vec<String>) -> io::Result<()> {
        let mut server = Server { address, program, arguments, process: None };
        let started = server.start(self.dir.path());
        self.servers.push(server);
        started
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        (0..self.servers.len()).for_each(|place| self.kill(place));
    }
}

impl Server {
    fn start(&mut self, dir: &Path) -> io::Result<()> {
        let mut command = self.program.command();
        command.args(&self.arguments).current_dir(dir);
        let process = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        self.process = Some(process);
        let (address, program) = (self.address, self.program);
        until("a server to answer", || match program {
            Program::Nats => TcpStream::connect(address).map(|_| true),
            _ => Ok(ask(address, &["PING"])?.contains("PONG")),
        })
    }
}

impl Program {
    /// Debian's `redis-tools` holds the server under another name; its behaviour is chosen by how it is called.
    fn command(self) -> Command {
        let (name, also) = match self {
            Self::Redis => ("redis-server", "redis-check-rdb"),
            Self::Sentinel => ("redis-sentinel", "redis-check-rdb"),
            Self::Nats => ("nats-server", "nats-server"),
        };
        let mut command = Command::new(find(name).or_else(|| find(also)).unwrap_or_else(|| name.into()));
        command.arg0(name);
        command
    }
}

/// A program on the path, or where administrators have theirs.
fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    places.map(|place| place.join(name)).find(|file| file.is_file())
}

/// One command to a Redis server, in its inline form but for the arguments' lengths.
fn ask(address: SocketAddr, words: &[&str]) -> io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    let mut request = format!("*{}\r\n", words.len());
    for word in words {
        request += &format!("${}\r\n{word}\r\n", word.len());
    }
    stream.write_all(request.as_bytes())?;
    let mut answer = vec![0; 64 * 1024];
    let count = stream.read(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer[..count]).into_owned())
}

fn until(what: &str, mut is_so: impl FnMut() -> io::Result<bool>) -> io::Result<()> {
    let begin = Instant::now();
    loop {
        let error = match is_so() {
            Ok(true) => return Ok(()),
            Ok(false) => io::Error::other("not yet"),
            Err(error) => error,
        };
        if begin.elapsed() > PATIENCE {
            return Err(io::Error::other(format!("waiting for {what}: {error}")));
        }
        thread::sleep(Duration::from_millis(20));
    }
}
