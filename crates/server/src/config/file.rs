//! `kith.toml`.

use std::{
    io,
    path::{Path, PathBuf},
};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{Config, Entry, Place, Problem, Raw, unknown_key};

/// The text of a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFile {
    /// Where it was read, for messages.
    pub path: PathBuf,
    /// What it says.
    pub text: String,
}

impl ConfigFile {
    /// The name that is looked for in the working directory.
    pub const DEFAULT_NAME: &str = "kith.toml";

    /// Reads `chosen`, which must exist, or else `kith.toml` in the working directory, which need not.
    ///
    /// # Errors
    /// The file cannot be read or is not UTF-8.
    pub fn find(chosen: Option<&Path>) -> io::Result<Option<Self>> {
        let path = chosen.unwrap_or(Path::new(Self::DEFAULT_NAME));
        match std::fs::read_to_string(path) {
            Ok(text) => Ok(Some(Self { path: path.to_owned(), text })),
            Err(error) if chosen.is_none() && error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io::Error::new(error.kind(), format!("{}: {error}", path.display()))),
        }
    }

    /// The keys and values of all sections.
    pub(super) fn entries(&self, problems: &mut Vec<Problem>) -> Vec<Entry> {
        let document = match DeTable::parse(&self.text) {
            Ok(document) => document,
            Err(error) => {
                let start = error.span().map_or(0, |span| span.start);
                problems.push(Problem { place: self.place(start), message: error.message().to_owned() });
                return Vec::new();
            }
        };
        let mut entries = Vec::new();
        for (section, value) in document.get_ref() {
            let place = self.place(section.span().start);
            let known = Config::default().sections().iter().any(|it| it.name() == section.get_ref());
            match value.get_ref().as_table() {
                Some(table) if known || !table.is_empty() => {
                    entries.extend(table.iter().map(|(name, value)| Entry {
                        path: format!("{}.{}", section.get_ref(), name.get_ref()),
                        raw: raw(value.get_ref()),
                        place: self.place(name.span().start),
                    }));
                }
                None if known => {
                    let message = format!("{0} is a section: write [{0}]", section.get_ref());
                    problems.push(Problem { place, message });
                }
                _ => problems.push(Problem { place, message: unknown_key(section.get_ref()) }),
            }
        }
        entries
    }

    fn place(&self, offset: usize) -> Place {
        let line = self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1;
        Place::File { path: self.path.clone(), line }
    }
}

fn raw(value: &DeValue<'_>) -> Raw {
    match value {
        DeValue::Array(items) => match items.iter().map(Spanned::get_ref).map(scalar).collect() {
            Some(items) => Raw::List(items),
            None => Raw::Other("an array of other things than text"),
        },
        DeValue::Table(_) => Raw::Other("a table"),
        DeValue::Datetime(_) => Raw::Other("a date"),
        _ => scalar(value).map_or(Raw::Other(value.type_str()), Raw::Text),
    }
}

fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Boolean(value) => Some(value.to_string()),
        DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    }
}
