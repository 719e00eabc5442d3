//! `[server]`.

use std::{net::SocketAddr, path::PathBuf};

use ipnet::IpNet;

use super::{
    key::section,
    value::{CorsOrigin, Origin, choice},
};

section! {
    /// How the server is reached and where it keeps what it owns.
    Server = "server" {
        /// Address and port to listen on.
        bind: SocketAddr = "0.0.0.0:3000";
        /// Where people reach the server. Empty: taken from each request, which suits a server without a proxy.
        public_url: Option<Origin> = "";
        /// The name that people see.
        name: String = "Kith";
        /// Directory of the embedded database and of the secrets that the server makes for itself.
        data_dir: PathBuf = "kith-data";
        /// Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed; nobody else's are.
        trusted_proxies: Vec<IpNet> = "";
        /// Other origins whose pages may call the API; `*` is any, without cookies.
        cors_origins: Vec<CorsOrigin> = "";
        /// Threads that serve connections; 0 is one for each core.
        workers: u32 = "0", of "threads", in "0"..="1024";
        /// What this process does, if several share the work by a bus: `api` serves HTTP and the web client,
        /// `realtime` serves sockets, `worker` runs jobs in the background.
        roles: Vec<Role> = "api,realtime,worker";
    }
}

choice! {
    /// A part of the server that can run as a process of its own.
    Role {
        /// HTTP and the web client.
        Api = "api",
        /// Socket.IO and raw WebSocket.
        Realtime = "realtime",
        /// Jobs by the clock.
        Worker = "worker",
    }
}

impl Server {
    /// Whether this process does this.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether it needs no other process.
    pub fn is_whole(&self) -> bool {
        [Role::Api, Role::Realtime, Role::Worker].into_iter().all(|role| self.has(role))
    }
}
