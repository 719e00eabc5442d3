//! Private PostgreSQL clusters on a Unix socket, with `fsync` on.
//!
//! [`Cluster::shared`] is one cluster for all test processes of this user, because runners such as nextest give each
//! test a process of its own. Every process that uses it holds a shared lock on a file; a small supervisor stops and
//! removes the cluster once nobody has held the lock for a while. Locks end with their process, so a killed test
//! leaves nothing behind.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    net::Ipv4Addr,
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

/// Settings for short-lived data that must nevertheless survive a crash as production data would.
const SETTINGS: &str = "\
listen_addresses = ''
max_connections = 300
shared_buffers = 128MB
fsync = on
synchronous_commit = on
full_page_writes = on
autovacuum = on
log_min_messages = warning
";

/// A running PostgreSQL cluster.
#[derive(Debug)]
pub struct Cluster {
    place: Place,
    /// Held for as long as the shared cluster must stay; `None` when the cluster is this value's own.
    lease: Option<File>,
}

impl Cluster {
    /// The cluster that all test processes of this user share; started by whoever comes first.
    ///
    /// # Panics
    /// If PostgreSQL is not installed or does not start.
    pub fn shared() -> &'static Cluster {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| Self::join_shared().expect("the shared PostgreSQL cluster starts"))
    }

    fn join_shared() -> io::Result<Self> {
        let place = Place::new(std::env::temp_dir().join(format!("kith-testkit-{}", caller_uid()?)))?;
        let starting = File::create(place.dir.join("starting.lock"))?;
        starting.lock()?;
        // Blocks while the supervisor is stopping the cluster.
        let lease = File::create(place.dir.join("users.lock"))?;
        lease.lock_shared()?;
        if !place.is_running()? {
            place.start()?;
            place.supervise()?;
        }
        Ok(Self { place, lease: Some(lease) })
    }

    /// A cluster of one's own in `dir`, stopped when dropped. `dir` must be a path that the `postgres` user can reach.
    ///
    /// # Errors
    /// If PostgreSQL is not installed or does not start.
    pub fn private(dir: impl Into<PathBuf>) -> io::Result<Self> {
        let place = Place::new(dir.into())?;
        place.start()?;
        Ok(Self { place, lease: None })
    }

    /// A streaming replica of this cluster in `dir`, stopped when dropped.
    ///
    /// # Errors
    /// If it cannot be copied or does not start.
    pub fn replica(&self, dir: impl Into<PathBuf>) -> io::Result<Self> {
        let place = Place::new(dir.into())?;
        place.copy(&self.place)?;
        Ok(Self { place, lease: None })
    }

    /// Where a database of the original is in this replica.
    pub fn url_of(&self, database: &Database) -> String {
        Database::address(&self.place, &database.name)
    }

    /// Runs SQL that concerns the whole cluster and returns what `psql` prints, without headers.
    ///
    /// # Errors
    /// What PostgreSQL says.
    pub fn sql(&self, sql: &str) -> io::Result<String> {
        self.place.sql(sql)
    }

    /// As [`Self::private`], also listening at an address of this machine, where its whole network is trusted.
    ///
    /// # Errors
    /// If PostgreSQL is not installed or does not start.
    pub fn private_at(dir: impl Into<PathBuf>, address: Ipv4Addr) -> io::Result<Self> {
        let place = Place { address: Some(address), ..Place::new(dir.into())? };
        place.start()?;
        Ok(Self { place, lease: None })
    }

    /// Process id of the postmaster.
    ///
    /// # Errors
    /// If the cluster is not running.
    pub fn pid(&self) -> io::Result<u32> {
        let text = fs::read_to_string(self.place.data().join("postmaster.pid"))?;
        text.lines()
            .next()
            .and_then(|line| line.parse().ok())
            .ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    /// Makes an empty database, dropped with the returned value.
    ///
    /// # Errors
    /// If the cluster refuses.
    pub fn database(&self) -> io::Result<Database> {
        let name = format!("kith_{}", uuid::Uuid::now_v7().simple());
        self.place.sql(&format!("CREATE DATABASE {name}"))?;
        Ok(Database { place: self.place.clone(), name })
    }

    /// Stops the cluster as an administrator would.
    ///
    /// # Errors
    /// If PostgreSQL does not end.
    pub fn stop(&self) -> io::Result<()> {
        self.place.pg_ctl(&["stop", "-m", "fast"])
    }

    /// Starts the cluster again after [`Self::stop`], with the data that it had.
    ///
    /// # Errors
    /// If PostgreSQL does not come back.
    pub fn resume(&self) -> io::Result<()> {
        self.place.pg_ctl(&["start"])
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.lease.is_none() {
            // The process may be on its way out already; there is nobody left to tell.
            let _ = self.place.pg_ctl(&["stop", "-m", "immediate"]);
        }
    }
}

/// A database of a cluster, dropped with this value.
#[derive(Debug)]
pub struct Database {
    place: Place,
    name: String,
}

impl Database {
    /// Where it is, in the form that both libpq-style and `node-postgres` clients read.
    pub fn url(&self) -> String {
        Self::address(&self.place, &self.name)
    }

    fn address(place: &Place, name: &str) -> String {
        match place.address {
            Some(address) => format!("postgres://postgres@{address}/{name}"),
            None => format!("postgres://postgres@localhost/{name}?host={}", place.dir.display()),
        }
    }

    /// Runs SQL and returns what `psql` prints, without headers.
    ///
    /// # Errors
    /// What PostgreSQL says.
    pub fn sql(&self, sql: &str) -> io::Result<String> {
        self.place.psql(&self.name, sql)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // A test that failed may have stopped the cluster; then the database goes with it.
        let _ = self.place.sql(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

/// Where a cluster lives and as whom its programs run.
#[derive(Clone, Debug)]
struct Place {
    dir: PathBuf,
    bin: PathBuf,
    owner: (u32, u32),
    /// Where it listens beside its socket.
    address: Option<Ipv4Addr>,
}

impl Place {
    fn new(dir: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&dir)?;
        let owner = server_owner()?;
        if fs::metadata(&dir)?.uid() != owner.0 {
            chown(&dir, Some(owner.0), Some(owner.1))?;
        }
        Ok(Self { dir, bin: programs()?, owner, address: None })
    }

    fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.bin.join(program));
        command.uid(self.owner.0).gid(self.owner.1).current_dir(&self.dir).env("LC_ALL", "C.UTF-8");
        command
    }

    fn is_running(&self) -> io::Result<bool> {
        let status = self.command("pg_ctl").arg("status").arg("-D").arg(self.data()).output()?;
        Ok(status.status.success())
    }

    fn start(&self) -> io::Result<()> {
        match fs::remove_dir_all(self.data()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        // Only the making of the empty cluster goes unsynced; SETTINGS apply from the first start on.
        run(self
            .command("initdb")
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "-D"])
            .arg(self.data()))?;
        let mut settings = format!("{SETTINGS}unix_socket_directories = '{}'\n", self.dir.display());
        if let Some(address) = self.address {
            settings += &format!("listen_addresses = '{address}'\n");
            let mut rules = File::options().append(true).open(self.data().join("pg_hba.conf"))?;
            rules.write_all(b"host all all samenet trust\n")?;
        }
        fs::write(self.data().join("postgresql.auto.conf"), settings)?;
        self.pg_ctl(&["start"])
    }

    /// Follows another cluster from a copy of it.
    fn copy(&self, original: &Self) -> io::Result<()> {
        run(self
            .command("pg_basebackup")
            .args(["-U", "postgres", "-R", "-X", "stream", "--checkpoint=fast", "--no-sync", "-h"])
            .arg(&original.dir)
            .arg("-D")
            .arg(self.data()))?;
        let settings = self.data().join("postgresql.auto.conf");
        let copied = fs::read_to_string(&settings)?;
        let (theirs, ours) =
            [original, self].map(|it| format!("unix_socket_directories = '{}'", it.dir.display())).into();
        fs::write(&settings, copied.replace(&theirs, &ours))?;
        self.pg_ctl(&["start"])
    }

    fn pg_ctl(&self, arguments: &[&str]) -> io::Result<()> {
        let mut command = self.command("pg_ctl");
        command.args(arguments).arg("-w").arg("-D").arg(self.data());
        if arguments[0] != "stop" {
            command.arg("-l").arg(self.dir.join("log"));
        }
        // The server inherits these; a pipe would keep the test runner waiting for it.
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        if status.success() {
            return Ok(());
        }
        let log = fs::read_to_string(self.dir.join("log")).unwrap_or_default();
        Err(io::Error::other(format!("pg_ctl {arguments:?}: {status}\n{log}")))
    }

    /// Leaves a process behind that stops the cluster when nobody has used it for about 20 s.
    fn supervise(&self) -> io::Result<()> {
        let script = "while sleep 20; do flock -xn users.lock sh -c '\"$0\" stop -m immediate -D data; rm -rf data log' \"$0\" && exit; done";
        Command::new("sh")
            .args(["-c", script])
            .arg(self.bin.join("pg_ctl"))
            .uid(self.owner.0)
            .gid(self.owner.1)
            .current_dir(&self.dir)
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        Ok(())
    }

    fn sql(&self, sql: &str) -> io::Result<String> {
        self.psql("postgres", sql)
    }

    fn psql(&self, database: &str, sql: &str) -> io::Result<String> {
        run(self
            .command("psql")
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-h"])
            .arg(&self.dir)
            .args(["-d", database, "-c", sql]))
    }
}

fn run(command: &mut Command) -> io::Result<String> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(io::Error::other(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr))))
}

/// Debian keeps the server's programs out of `PATH`, in a directory of each major version: the newest is taken.
fn programs() -> io::Result<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = debian
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort();
    let installed = versions.pop().map(|(_, path)| path).into_iter();
    let path = std::env::var_os("PATH").unwrap_or_default();
    installed
        .chain(std::env::split_paths(&path))
        .find(|bin| bin.join("initdb").is_file())
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "PostgreSQL's initdb is not installed"))
}

/// PostgreSQL refuses to run as root: then its programs run as the account that the package made.
fn server_owner() -> io::Result<(u32, u32)> {
    let me = caller_uid()?;
    if me != 0 {
        return Ok((me, fs::metadata("/proc/self")?.gid()));
    }
    let accounts = fs::read_to_string(Path::new("/etc/passwd"))?;
    accounts
        .lines()
        .filter_map(|line| line.strip_prefix("postgres:"))
        .find_map(|line| {
            let mut fields = line.split(':').skip(1);
            Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
        })
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "there is no postgres account"))
}

fn caller_uid() -> io::Result<u32> {
    Ok(fs::metadata("/proc/self")?.uid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_are_separate_and_durable() {
        let cluster = Cluster::shared();
        let (one, two) = (cluster.database().unwrap(), cluster.database().unwrap());
        one.sql("CREATE TABLE t (n bigint)").unwrap();
        assert!(two.sql("SELECT n FROM t").is_err(), "a table of one database shows in another");
        assert_eq!(one.sql("SHOW fsync").unwrap().trim(), "on");
        assert!(one.url().contains(&one.name));
    }

    #[test]
    fn a_database_goes_with_its_value() {
        let cluster = Cluster::shared();
        let database = cluster.database().unwrap();
        let name = database.name.clone();
        drop(database);
        let left =
            cluster.place.sql(&format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'")).unwrap();
        assert_eq!(left.trim(), "0");
    }

    #[test]
    fn a_private_cluster_comes_back_with_its_data_and_ends_with_its_value() {
        let dir = std::env::temp_dir().join(format!("kith-pg-{}", uuid::Uuid::now_v7().simple()));
        let cluster = Cluster::private(&dir).unwrap();
        let database = cluster.database().unwrap();
        database.sql("CREATE TABLE t AS SELECT 7 AS n").unwrap();
        cluster.stop().unwrap();
        assert!(!cluster.place.is_running().unwrap(), "the postmaster goes on");
        cluster.resume().unwrap();
        assert_eq!(database.sql("SELECT n FROM t").unwrap().trim(), "7");
        let place = cluster.place.clone();
        assert!(place.is_running().unwrap() && cluster.pid().unwrap() > 1);
        drop((database, cluster));
        assert!(!place.is_running().unwrap(), "the postmaster outlives its cluster");
        fs::remove_dir_all(dir).unwrap();
    }
}
