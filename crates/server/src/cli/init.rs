//! `kith init`.

use std::{fs::File, io::Write, path::Path};

use clap::Args;
use kith_server::{
    config::{ConfigFile, sample},
    server::fresh_secret,
};
use tempfile::NamedTempFile;

use super::{
    invocation::Invocation,
    output::{Failure, Outcome, note},
};

#[derive(Debug, Args)]
pub(super) struct Init {
    /// Overwrites a file that exists; its secret is lost, so everybody must sign in again
    #[arg(long)]
    force: bool,
}

impl Init {
    pub(super) fn run(self, invocation: &Invocation) -> Outcome {
        if invocation.sets_keys() {
            return Err(Failure::Usage(
                "init writes every key at its default: leave --set out, and edit the file".into(),
            ));
        }
        let path = invocation.chosen_file().unwrap_or(Path::new(ConfigFile::DEFAULT_NAME));
        if path.exists() && !self.force {
            return Err(Failure::Failed(format!(
                "{} exists: --force overwrites it, --config writes elsewhere",
                path.display()
            )));
        }
        self.write(path, &sample(&fresh_secret()))
            .map_err(|error| Failure::while_doing(format_args!("writing {}", path.display()), error))?;
        note(&format!("{} is written, readable to you alone", path.display()));
        Ok(())
    }

    /// The file appears whole or not at all, and never readable to others.
    fn write(&self, path: &Path, text: &str) -> std::io::Result<()> {
        let directory = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        // Temporary files are made with mode 0600.
        let mut file = NamedTempFile::new_in(directory)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        match self.force {
            true => file.persist(path)?,
            false => file.persist_noclobber(path)?,
        };
        File::open(directory)?.sync_all()
    }
}
