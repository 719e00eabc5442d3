//! The network under a site whose nodes can be cut off: a namespace for each, joined by a bridge.

use std::{
    fs,
    io::Write as _,
    net::Ipv4Addr,
    path::Path,
    process::{Command, Stdio},
};

/// Namespaces and a bridge, named after this process. Removed when dropped.
pub(super) struct Ground {
    name: String,
    /// The third number of the addresses.
    subnet: u8,
    nodes: usize,
}

impl Ground {
    /// Makes a namespace for each node. What an earlier process was killed over is removed first.
    ///
    /// # Panics
    /// If the machine refuses; only root may.
    pub(super) fn lay(nodes: usize) -> Self {
        clear_leftovers();
        let pid = std::process::id();
        let ground = Self { name: format!("kf{pid}"), subnet: (pid % 250) as u8, nodes };
        let Self { name, .. } = &ground;
        run(&format!("ip link add {name} type bridge"));
        run(&format!("ip addr add {}/24 dev {name}", ground.services()));
        run(&format!("ip link set {name} up"));
        for node in 0..nodes {
            let (namespace, address) = (ground.namespace(node), ground.node(node));
            run(&format!("ip netns add {namespace}"));
            run(&format!("ip link add {namespace} type veth peer name eth0 netns {namespace}"));
            run(&format!("ip link set {namespace} master {name} up"));
            run(&format!("ip -n {namespace} addr add {address}/24 dev eth0"));
            run(&format!("ip -n {namespace} link set eth0 up"));
            run(&format!("ip -n {namespace} link set lo up"));
        }
        ground
    }

    /// Where what all nodes use listens.
    pub(super) fn services(&self) -> Ipv4Addr {
        Ipv4Addr::new(10, 213, self.subnet, 254)
    }

    /// Where a node listens.
    pub(super) fn node(&self, node: usize) -> Ipv4Addr {
        Ipv4Addr::new(10, 213, self.subnet, node as u8 + 1)
    }

    /// The name of a node's namespace.
    pub(super) fn namespace(&self, node: usize) -> String {
        format!("{}n{node}", self.name)
    }

    /// Drops all packets between a node and these ports of the services.
    pub(super) fn cut(&self, node: usize, ports: &[u16]) {
        let (services, mut rules) = (self.services(), String::new());
        for port in ports {
            rules += &format!(
                "add rule inet cut out ip daddr {services} tcp dport {port} drop\n\
                 add rule inet cut in ip saddr {services} tcp sport {port} drop\n"
            );
        }
        let chain = |name: &str, hook: &str| {
            format!("add chain inet cut {name} {{ type filter hook {hook} priority 0; }}\n")
        };
        let rules = format!("add table inet cut\n{}{}{rules}", chain("out", "output"), chain("in", "input"));
        let mut nft = Command::new("ip")
            .args(["netns", "exec", &self.namespace(node), "nft", "-f", "-"])
            .stdin(Stdio::piped())
            .spawn()
            .expect("nftables is installed");
        let mut input = nft.stdin.take().expect("its input is ours");
        input.write_all(rules.as_bytes()).expect("the rules are read");
        drop(input);
        assert!(nft.wait().is_ok_and(|status| status.success()), "nftables refuses {rules}");
    }

    /// Lets all packets through again.
    pub(super) fn heal(&self, node: usize) {
        run(&format!("ip netns exec {} nft delete table inet cut", self.namespace(node)));
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        remove(&self.name, self.nodes);
    }
}

/// Removes the grounds of processes that are no more.
fn clear_leftovers() {
    for entry in fs::read_dir("/sys/class/net").into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let pid = name.strip_prefix("kf").and_then(|pid| pid.parse::<u32>().ok());
        if pid.is_some_and(|pid| !Path::new(&format!("/proc/{pid}")).exists()) {
            remove(&name, super::NODES);
        }
    }
}

/// A namespace takes its end of the link with it.
fn remove(name: &str, nodes: usize) {
    for node in 0..nodes {
        attempt(&format!("ip netns del {name}n{node}"));
    }
    attempt(&format!("ip link del {name}"));
}

fn attempt(line: &str) -> bool {
    let mut words = line.split(' ');
    let program = words.next().unwrap_or_default();
    Command::new(program).args(words).stdin(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn run(line: &str) {
    assert!(attempt(line), "cannot {line}: is this root, and are iproute2 and nftables installed?");
}
