//! The fault table of Kith: every failure that it must survive, one a file. Each sets up real servers, lets people talk,
//! does the fault, heals it, and has the checker of `kith-testkit` judge what was acknowledged.
//!
//! A `round` is the short form, which the tests run; `make soak` runs rounds until the fault was injected as often as the
//! table of releases claims.

pub mod bus;
pub mod clock;
pub mod crash;
pub mod database;
pub mod descriptors;
pub mod disk;
mod finding;
pub mod node_kill;
pub mod partition;
pub mod poison;

pub mod power;
pub mod rolling;
mod shim;
pub mod site;
pub mod slow;
pub mod storm;

pub use finding::{Finding, table};

use kith_api::{ConversationId, command::SendMessage};
use std::{
    fs,
    ops::Range,
    path::{Path, PathBuf},
    time::Duration,
};

/// A random time, in milliseconds.
fn random(range: Range<u64>) -> Duration {
    let chance = getrandom::u64().expect("the operating system provides randomness");
    Duration::from_millis(range.start + chance % (range.end - range.start))
}

/// Something to say.
fn message(conversation: ConversationId, content: &str) -> SendMessage {
    SendMessage {
        conversation_id: Some(conversation),
        content: Some(content.to_owned()),
        ..SendMessage::default()
    }
}

/// A temporary directory that programs of other accounts, such as PostgreSQL's, can enter.
struct Place(PathBuf);

impl Place {
    fn new(what: &str) -> Self {
        let path = std::env::temp_dir().join(format!("kith-{what}-{}", uuid::Uuid::now_v7().simple()));
        fs::create_dir(&path).expect("a directory is made");
        Self(path)
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // What is left there is in nobody's way.
        let _ = fs::remove_dir_all(&self.0);
    }
}
