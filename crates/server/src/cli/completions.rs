//! `kith completions`.

use clap::Args;
use clap_complete::Shell;

use super::{
    grammar,
    output::{Outcome, print},
};

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell that shall complete
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self) -> Outcome {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut grammar(), "kith", &mut script);
        print(&String::from_utf8_lossy(&script))
    }
}
