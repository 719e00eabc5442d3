//! Where passwords come from: never from arguments, which everybody on the machine can read.

use std::{
    fs::File,
    io::{self, IsTerminal, Read},
    path::PathBuf,
};

use clap::Args;

use super::{
    invocation::Invocation,
    output::{Failure, Outcome},
};

/// More than any password may have, so that a wrong file is not read whole.
const LONGEST: u64 = 8 * 1024;

/// The choice of where a password is read.
#[derive(Debug, Args)]
pub(super) struct PasswordSource {
    /// Reads the password from this file [default: KITH_PASSWORD, or else standard input]
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

impl PasswordSource {
    /// Whether a file was named.
    pub(super) fn is_file(&self) -> bool {
        self.password_file.is_some()
    }

    /// The password: of the file, of `KITH_PASSWORD`, or of standard input, which is asked twice if it is a person.
    pub(super) fn read(&self, invocation: &Invocation) -> Outcome<String> {
        if let Some(path) = &self.password_file {
            let failed = |error| Failure::while_doing(format_args!("reading {}", path.display()), error);
            return only_line(File::open(path).map_err(failed)?).map_err(failed);
        }
        if let Some(password) = invocation.variable("KITH_PASSWORD") {
            return Ok(password.to_owned());
        }
        if io::stdin().is_terminal() {
            return ask();
        }
        only_line(io::stdin()).map_err(|error| Failure::while_doing("reading the password", error))
    }
}

/// The text without the line break at its end.
fn only_line(source: impl Read) -> io::Result<String> {
    let mut text = String::new();
    source.take(LONGEST).read_to_string(&mut text)?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.contains('\n') {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a password is one line"));
    }
    Ok(line.to_owned())
}

fn ask() -> Outcome<String> {
    let prompt = |text| {
        rpassword::prompt_password(text)
            .map_err(|error| Failure::while_doing("asking for the password", error))
    };
    let password = prompt("Password: ")?;
    if prompt("Once more: ")? != password {
        return Err(Failure::Failed("these are two different passwords".into()));
    }
    Ok(password)
}
