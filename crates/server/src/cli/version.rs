//! `kith version`.

use clap::Args;
use serde_json::json;

use super::{
    VERSION,
    output::{Format, Outcome, print, print_json},
};

#[derive(Debug, Args)]
pub(super) struct Version {
    #[command(flatten)]
    format: Format,
}

impl Version {
    pub(super) fn run(self) -> Outcome {
        match self.format.json {
            true => print_json(&json!({ "name": "kith", "version": VERSION })),
            false => print(&format!("kith {VERSION}")),
        }
    }
}
