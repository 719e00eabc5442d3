//! The real program under test: started, killed and started again on the same data and port.

use crate::postgres::{Cluster, Database};
use kith_api::{
    ConversationId, UserId,
    command::{CreateConversation, Register, SendMessage},
    view::{Conversation, ConversationType, Message},
};
use kith_client::Rest;
use reqwest::Method;
use rustix::process::{Pid, Signal, kill_process};
use std::{
    fmt::Write as _,
    fs::{self, File},
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

/// Longest wait for a server to be ready, or to have drained.
const PATIENCE: Duration = Duration::from_secs(30);

/// The password of every account that [`TestServer::account`] makes.
pub const PASSWORD: &str = "correct horse battery staple";

/// Where a server keeps its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// The embedded database in a temporary directory.
    Sqlite,
    /// A database of its own in the shared cluster.
    Postgres,
}

impl Engine {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];
}

/// A running `kith serve`. Dropped, it is killed and its data removed; a failing test prints the end of its log.
#[derive(Debug)]
pub struct TestServer {
    process: Option<Child>,
    /// A program that becomes the server, with its arguments; the server's own command line follows. May be empty.
    launcher: Vec<String>,
    address: SocketAddr,
    settings: Vec<(String, String)>,
    dir: TempDir,
    database: Option<Database>,
}

/// Somebody with an account.
#[derive(Clone, Debug)]
pub struct Account {
    /// Signed in.
    pub rest: Rest,
    /// Who.
    pub id: UserId,
    /// By name.
    pub username: String,
}

impl TestServer {
    /// Starts on fresh data, without rate limits.
    ///
    /// # Panics
    /// If the program cannot be started.
    pub async fn start(engine: Engine) -> Self {
        Self::start_with(engine, &[]).await
    }

    /// Starts on fresh data with settings of the environment, such as `("KITH_LIMITS__PRESET", "standard")`.
    ///
    /// # Panics
    /// If the program cannot be started.
    pub async fn start_with(engine: Engine, settings: &[(&str, &str)]) -> Self {
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(Cluster::shared().database().expect("a database is made")),
        };
        let mut server = Self::prepare(database, settings).expect("a place for the server is made");
        server.restart().await;
        server
    }

    /// Makes a place for a server on fresh data without starting it.
    ///
    /// # Errors
    /// If there is no room for it.
    pub fn prepare(database: Option<Database>, settings: &[(&str, &str)]) -> io::Result<Self> {
        let dir = tempfile::Builder::new().prefix("kith-server-").tempdir()?;
        let bind = settings.iter().find(|(name, _)| *name == "KITH_SERVER__BIND");
        let address = match bind.and_then(|(_, address)| address.parse().ok()) {
            Some(address) => address,
            None => free_address()?,
        };
        let mut defaults = vec![
            ("KITH_SERVER__BIND".to_owned(), address.to_string()),
            ("KITH_SERVER__DATA_DIR".to_owned(), dir.path().join("data").display().to_string()),
            ("KITH_LIMITS__PRESET".to_owned(), "off".to_owned()),
            // Passwords are not what these tests are about.
            ("KITH_AUTH__ARGON2_MEMORY".to_owned(), "7MiB".to_owned()),
            ("KITH_AUTH__ARGON2_PASSES".to_owned(), "1".to_owned()),
        ];
        if let Some(database) = &database {
            defaults.push(("KITH_DATABASE__URL".to_owned(), database.url()));
        }
        let given = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        defaults.extend(given);
        Ok(Self { process: None, launcher: Vec::new(), address, settings: defaults, dir, database })
    }

    /// Starts the server, from the next start on, by a program that becomes it, such as `["ip", "netns", "exec", "a"]`.
    pub fn launched_by<'a>(mut self, launcher: impl IntoIterator<Item = &'a str>) -> Self {
        self.launcher = launcher.into_iter().map(str::to_owned).collect();
        self
    }

    /// Sets a variable of the environment, from the next start on.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.settings.push((name.to_owned(), value.into()));
    }

    /// Runs the program with other arguments on the same data and settings, such as `["user", "list"]`.
    ///
    /// # Errors
    /// If it cannot be run; its own failure is in the output.
    pub fn run(&self, arguments: &[&str]) -> io::Result<std::process::Output> {
        self.command().args(arguments).stdin(Stdio::null()).output()
    }

    fn command(&self) -> Command {
        let mut command = match self.launcher.split_first() {
            None => Command::new(program()),
            Some((launcher, arguments)) => {
                let mut command = Command::new(launcher);
                command.args(arguments).arg(program());
                command
            }
        };
        command.current_dir(self.dir.path());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("KITH_")) {
            command.env_remove(name);
        }
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Starts again on the same data and port, after [`Self::kill`] or [`Self::terminate`]; returns how long it took
    /// to be ready.
    ///
    /// # Panics
    /// With its log, if the server is not ready in time.
    pub async fn restart(&mut self) -> Duration {
        self.kill();
        let log = File::options().create(true).append(true).open(self.log_path()).expect("the log opens");
        let begin = Instant::now();
        let process = self
            .command()
            .arg("serve")
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log is shared"))
            .stderr(log)
            .spawn();
        self.process = Some(process.unwrap_or_else(|error| panic!("{}: {error}", program().display())));
        while !self.is_ready().await {
            let ended = self.process.as_mut().is_some_and(|process| !matches!(process.try_wait(), Ok(None)));
            assert!(!ended && begin.elapsed() < PATIENCE, "the server did not become ready:\n{}", self.log());
            sleep(Duration::from_millis(10)).await;
        }
        begin.elapsed()
    }

    async fn is_ready(&self) -> bool {
        let reply = self.rest().raw(Method::GET, "/health/ready", None).await;
        reply.is_ok_and(|reply| reply.status == 200)
    }

    /// Ends the process at once, as a crash would.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            // A process that has already ended is as good.
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Asks the process to end and waits until it has; returns how long that took.
    ///
    /// # Panics
    /// If it does not drain in time, or fails.
    pub async fn terminate(&mut self) -> Duration {
        let begin = Instant::now();
        let Some(mut process) = self.process.take() else { return Duration::ZERO };
        let pid = Pid::from_child(&process);
        kill_process(pid, Signal::TERM).expect("the process can be signalled");
        loop {
            if let Some(status) = process.try_wait().expect("the process can be waited for") {
                assert!(status.success(), "the server ended with {status}:\n{}", self.log());
                return begin.elapsed();
            }
            assert!(begin.elapsed() < PATIENCE, "the server does not drain:\n{}", self.log());
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Process id, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(Child::id)
    }

    /// Such as `http://127.0.0.1:40123`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it keeps on the disk.
    pub fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// Its database, if that is PostgreSQL.
    pub fn database(&self) -> Option<&Database> {
        self.database.as_ref()
    }

    /// A client that is not signed in.
    pub fn rest(&self) -> Rest {
        Rest::new(&self.url()).expect("the address of the server is an address")
    }

    /// Registers somebody.
    ///
    /// # Panics
    /// If the server refuses.
    pub async fn account(&self, username: &str) -> Account {
        Account::register(&self.rest(), username).await
    }

    /// Everything that the server has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    fn log_path(&self) -> PathBuf {
        self.dir.path().join("log")
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            let mut tail = String::new();
            for line in &lines[lines.len().saturating_sub(40)..] {
                let _ = writeln!(tail, "  {line}");
            }
            eprintln!("the end of the server's log:\n{tail}");
        }
    }
}

impl Account {
    /// Registers somebody with the server at `rest`.
    ///
    /// # Panics
    /// If the server refuses.
    pub async fn register(rest: &Rest, username: &str) -> Self {
        let rest = rest.anonymous();
        let body =
            Register { username: username.to_owned(), password: PASSWORD.to_owned(), ..Register::default() };
        let signed_in = rest.register(&body).await.unwrap_or_else(|error| panic!("{username}: {error}"));
        Self { rest, id: signed_in.user.user.id, username: username.to_owned() }
    }

    /// Signs in once more, as another device does.
    ///
    /// # Panics
    /// If the server refuses.
    pub async fn another_session(&self) -> Self {
        let rest = self.rest.anonymous();
        rest.login(&self.username, PASSWORD)
            .await
            .unwrap_or_else(|error| panic!("{}: {error}", self.username));
        Self { rest, ..self.clone() }
    }

    /// The same sign-in at another node.
    ///
    /// # Panics
    /// If that is no server.
    pub fn at(&self, node: &TestServer) -> Self {
        let rest = node.rest();
        rest.set_tokens(self.rest.tokens());
        Self { rest, ..self.clone() }
    }

    /// The conversation with one other person.
    ///
    /// # Panics
    /// If the server refuses.
    pub async fn dm(&self, other: &Self) -> Conversation {
        self.converse(ConversationType::Dm, None, &[other]).await
    }

    /// A new group with others.
    ///
    /// # Panics
    /// If the server refuses.
    pub async fn group(&self, name: &str, others: &[&Self]) -> Conversation {
        self.converse(ConversationType::Group, Some(name), others).await
    }

    /// Says something over HTTP.
    ///
    /// # Panics
    /// If the server refuses.
    pub async fn say(&self, conversation: ConversationId, content: &str) -> Message {
        let message = SendMessage {
            conversation_id: Some(conversation),
            content: Some(content.to_owned()),
            ..SendMessage::default()
        };
        self.rest.send(&message).await.unwrap_or_else(|error| panic!("{}: {error}", self.username))
    }

    async fn converse(&self, kind: ConversationType, name: Option<&str>, others: &[&Self]) -> Conversation {
        let body = CreateConversation {
            conversation_type: kind,
            participant_ids: Some(others.iter().map(|other| other.id).collect()),
            usernames: None,
            name: name.map(str::to_owned),
            topic: None,
            encryption: None,
        };
        self.rest
            .create_conversation(&body)
            .await
            .unwrap_or_else(|error| panic!("{}: {error}", self.username))
    }
}

/// A free port of this machine. Nobody else is given it while the test runs, or hardly ever: the kernel hands ports out
/// in turn.
///
/// # Errors
/// If there is none.
pub fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

/// The program under test: `KITH_BIN`, or what the test runner built for this test, or what lies beside it.
pub fn program() -> PathBuf {
    let named =
        ["KITH_BIN", "NEXTEST_BIN_EXE_kith", "CARGO_BIN_EXE_kith"].into_iter().find_map(std::env::var_os);
    named.map(PathBuf::from).unwrap_or_else(|| {
        let own = std::env::current_exe().unwrap_or_default();
        let beside = own.ancestors().skip(1).take(2).map(|dir| dir.join("kith")).find(|path| path.is_file());
        beside.unwrap_or_else(|| PathBuf::from("kith"))
    })
}
