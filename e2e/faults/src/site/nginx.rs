//! nginx with the examples of `deploy/nginx`.

use kith_testkit::server::free_address;
use std::{
    fs::{self, File},
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::{net::TcpStream, time::sleep};

const SITE: &str = include_str!("../../../../deploy/nginx/kith.conf");
const NODES: &str = include_str!("../../../../deploy/nginx/kith-nodes.conf");

/// A running nginx. Dropped, it is killed.
pub(super) struct Nginx {
    process: Child,
    addresses: Vec<SocketAddr>,
}

impl Nginx {
    /// Starts it in `directory` in front of these nodes.
    ///
    /// # Panics
    /// With its log, if it does not start.
    pub(super) async fn start(directory: &Path, nodes: &[SocketAddr]) -> Self {
        let port = free_address().expect("there is a free port").port();
        let addresses: Vec<SocketAddr> =
            (1..=nodes.len() as u8).map(|last| (Ipv4Addr::new(127, 0, 0, last), port).into()).collect();
        let place = directory.display();
        let configuration = format!(
            // One process, so that killing it is enough.
            "daemon off; master_process off; worker_rlimit_nofile 19000; pid {place}/nginx.pid;
             events {{ worker_connections 9000; }}
             http {{ client_body_temp_path {place}; proxy_temp_path {place}; fastcgi_temp_path {place};
                     uwsgi_temp_path {place}; scgi_temp_path {place}; {} }}",
            adapted(nodes, &addresses).replace("/var/log/nginx", &place.to_string())
        );
        let file = directory.join("nginx.conf");
        fs::write(&file, configuration).expect("the configuration is written");
        let log = File::create(directory.join("nginx.log")).expect("the log is made");
        let process = Command::new(program())
            .args([Path::new("-e"), Path::new("stderr"), Path::new("-p"), directory, Path::new("-c"), &file])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("nginx is installed: see scripts/setup");
        let mut nginx = Self { process, addresses };
        while TcpStream::connect(nginx.addresses[0]).await.is_err() {
            let ended = !matches!(nginx.process.try_wait(), Ok(None));
            assert!(!ended, "{}", fs::read_to_string(directory.join("nginx.log")).unwrap_or_default());
            sleep(Duration::from_millis(10)).await;
        }
        nginx
    }

    /// Where it listens: one address of this machine for each node.
    pub(super) fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // A process that has already ended is as good.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The example for several nodes with these addresses, without TLS. All clients of a test come from one address, so it is
/// the address that they come to which keeps their polling at one node.
fn adapted(nodes: &[SocketAddr], addresses: &[SocketAddr]) -> String {
    let mut upstreams = NODES.replace("hash $remote_addr", "hash $server_addr");
    for (number, node) in nodes.iter().enumerate() {
        upstreams = upstreams.replace(&format!("10.0.0.{}:3000", number + 1), &node.to_string());
    }
    let (_, after) = SITE.split_once("keepalive 64;\n}").expect("the example has an upstream");
    let (before, site) = after.split_once("server {\n    listen 80;").expect("the example redirects to TLS");
    let (_, site) = site.split_once("server {").expect("the example has a server for TLS");
    let with_tls = |line: &&str| !["listen", "ssl_"].iter().any(|word| line.trim_start().starts_with(word));
    let site: Vec<&str> = site.lines().filter(with_tls).collect();
    let listen: String = addresses.iter().map(|address| format!("listen {address}; ")).collect();
    let site = site.join("\n").replace("http://kith;", "http://$kith_upstream;");
    format!("{upstreams}\n{before}\nserver {{ {listen}\n{site}")
}

/// `scripts/setup` unpacks nginx if it is not installed, because installing would start it.
fn program() -> PathBuf {
    let unpacked = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools/nginx/usr/sbin/nginx");
    let installed = Path::new("/usr/sbin/nginx");
    if installed.is_file() { installed.to_owned() } else { unpacked }
}
