//! `kith config`.

use clap::Subcommand;
use kith_server::config::reference;
use serde_json::json;

use super::{
    invocation::{Invocation, Unusable},
    output::{Failure, Format, Outcome, print, print_json, warn},
};

#[derive(Debug, Subcommand)]
pub(super) enum Config {
    /// Says whether the configuration can be used, or everything that is wrong with it
    Check(Format),
    /// Prints what is in force and where it was set; secrets are hidden
    Show(Format),
    /// Prints the reference of all keys, in Markdown
    Docs,
}

impl Config {
    pub(super) fn run(self, invocation: &Invocation) -> Outcome {
        match self {
            Self::Check(format) => check(invocation, format),
            Self::Show(format) => show(invocation, format),
            Self::Docs => print(&reference()),
        }
    }
}

fn check(invocation: &Invocation, format: Format) -> Outcome {
    let read = invocation.read_config();
    if !format.json {
        read?.warnings.iter().for_each(|warning| warn(warning));
        return print("the configuration can be used");
    }
    let (warnings, problems) = match &read {
        Ok(config) => (config.warnings.as_slice(), Vec::new()),
        Err(Unusable::File(error)) => (&[][..], vec![json!({ "place": null, "message": error.to_string() })]),
        Err(Unusable::Keys(errors)) => {
            let problem = |it: &kith_server::config::Problem| json!({ "place": it.place.to_string(), "message": it.message });
            (&[][..], errors.0.iter().map(problem).collect())
        }
    };
    print_json(&json!({ "usable": read.is_ok(), "problems": problems, "warnings": warnings }))?;
    if read.is_ok() { Ok(()) } else { Err(Failure::Told(2)) }
}

fn show(invocation: &Invocation, format: Format) -> Outcome {
    let config = invocation.read_config()?;
    config.warnings.iter().for_each(|warning| warn(warning));
    if format.json { print_json(&config.show_json()) } else { print(&config.show()) }
}
