//! Documents from files of results, without measuring anything.

use crate::{
    compare::Load,
    report::{Results, Section, replace},
};
use clap::ValueEnum as _;
use std::{fmt::Write as _, io, path::PathBuf};

#[derive(clap::Args)]
pub(crate) struct Report {
    /// Files that `--json` wrote.
    #[arg(required = true)]
    results: Vec<PathBuf>,
    /// Writes the plots into this directory.
    #[arg(long)]
    plots: Option<PathBuf>,
    /// Replaces the generated parts of this document instead of printing them.
    #[arg(long)]
    document: Option<PathBuf>,
}

/// Prints the summary, the tables and links to the plots, or puts them into a document.
pub(crate) fn report(options: &Report) -> io::Result<()> {
    let results = Results::read(&options.results)?;
    let mut parts = vec![
        ("machine", results.machine.sentence()),
        ("summary", results.summary()),
        ("loads", tables(&results, |section| is_load(section))),
        ("curves", tables(&results, |section| section.axis.is_some())),
        ("disturbances", tables(&results, |section| section.axis.is_none() && !is_load(section))),
    ];
    if let Some(directory) = &options.plots {
        let mut links = String::new();
        for (name, title) in results.plots(directory)? {
            let _ = writeln!(links, "![{title}](plots/{name})\n");
        }
        parts.push(("plots", links));
    }
    for (name, text) in parts {
        match &options.document {
            Some(path) => replace(path, name, &text)?,
            None => println!("{text}"),
        }
    }
    Ok(())
}

fn is_load(section: &Section) -> bool {
    Load::value_variants().iter().any(|load| load.key() == section.key)
}

fn tables(results: &Results, belongs: impl Fn(&&Section) -> bool) -> String {
    results.sections.iter().filter(belongs).map(Section::table).collect::<Vec<_>>().join("\n")
}
