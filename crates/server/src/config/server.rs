//! `[server]`.

use std::{net::SocketAddr, path::PathBuf};

use ipnet::IpNet;

use super::{
    key::section,
    value::{CorsOrigin, Origin},
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
    }
}
