//! `kith healthcheck`: the probe of containers and service managers, without a shell or curl beside the program.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    time::Duration,
};

use clap::Args;
use serde_json::json;

use super::{
    invocation::Invocation,
    output::{Failure, Format, Outcome, print, print_json},
};

/// How long connecting and the answer may take, each; a probe that hangs is as bad an answer as none.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
pub(super) struct Healthcheck {
    #[command(flatten)]
    format: Format,
}

impl Healthcheck {
    pub(super) fn run(self, invocation: &Invocation) -> Outcome {
        let address = reachable(invocation.read_config()?.server.bind);
        let answer = ready(address);
        let is_ready = matches!(answer, Ok(200));
        if self.format.json {
            let error = answer.as_ref().err().map(ToString::to_string);
            let status = answer.ok();
            print_json(&json!({ "ready": is_ready, "address": address, "status": status, "error": error }))?;
            return if is_ready { Ok(()) } else { Err(Failure::Told(1)) };
        }
        match answer {
            Ok(200) => print("ready"),
            Ok(status) => {
                Err(Failure::Failed(format!("the server at {address} is not ready: it says {status}")))
            }
            Err(error) => Err(Failure::while_doing(format_args!("no server answers at {address}"), error)),
        }
    }
}

/// Where a server that is bound to this address can be reached from its own machine.
fn reachable(bind: SocketAddr) -> SocketAddr {
    let ip = match bind.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, bind.port())
}

/// The status of `GET /health/ready`.
fn ready(address: SocketAddr) -> io::Result<u16> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let request = format!("GET /health/ready HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut status_line = String::new();
    // What is not HTTP may have no lines at all.
    BufReader::new(io::Read::take(stream, 256)).read_line(&mut status_line)?;
    let status = status_line.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
    status.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "what answers is not a Kith server"))
}
