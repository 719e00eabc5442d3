//! What is written from the descriptions: the sample file, the reference page and `config show`.

use std::fmt::Write;

use serde_json::json;

use super::{
    Config, Key, Secret,
    environment::{Meaning, PUBLISHED},
    value::quoted,
};

/// A `kith.toml` in which every key stands at its default behind `#`, but the secret.
pub fn sample(jwt_secret: &Secret) -> String {
    let mut text = String::from(
        "# Configuration of Kith. A key behind `#` shows its default; remove the `#` to change it.\n\
         # Environment variables and flags overrule this file. It holds a secret: keep it readable to the server alone.\n",
    );
    for section in Config::default().sections() {
        text += "\n";
        for line in section.about() {
            text += &format!("#{line}\n");
        }
        text += &format!("[{}]\n", section.name());
        for key in section.keys() {
            text += "\n";
            for line in key.sentences {
                text += &format!("#{line}\n");
            }
            text += &format!("# Must be {}.\n", key.allowed);
            text += &match key.path {
                "auth.jwt_secret" => format!("{} = {}\n", key.name, quoted(jwt_secret.expose())),
                _ => format!("# {} = {}\n", key.name, key.default),
            };
        }
    }
    text
}

/// The reference page, `docs/configuration.md`.
pub fn reference() -> String {
    let mut page = String::from(INTRODUCTION);
    for section in Config::default().sections() {
        page += &format!("\n## `[{}]`\n\n{}\n\n", section.name(), prose(section.about()));
        page += "| key | default | must be | |\n| --- | --- | --- | --- |\n";
        for Key { name, sentences, default, allowed, .. } in section.keys() {
            page +=
                &format!("| `{name}` | `{default}` | {} | {} |\n", cell(&allowed), cell(&prose(sentences)));
        }
    }
    page += "\n## Environment variables with other names\n\n\
             These are understood as well, because other chat servers and hosting platforms set them. \
             `KITH_SECTION__KEY` overrules them.\n\n\
             | variable | means |\n| --- | --- |\n";
    for (name, meaning) in PUBLISHED {
        let meaning = match meaning {
            Meaning::Key(path) => format!("`{path}`"),
            Meaning::Host => "the address of `server.bind`".to_owned(),
            Meaning::Port => "the port of `server.bind`".to_owned(),
            Meaning::Unused(reason) => format!("nothing, with a warning: {reason}"),
        };
        page += &format!("| `{name}` | {meaning} |\n");
    }
    page
}

const INTRODUCTION: &str = "<!-- Generated from the code: cargo xtask codegen -->

# Configuration

Kith works without any configuration. What is set comes from, each overruling the one before:

1. the defaults below;
2. `kith.toml` in the working directory, or the file of `--config` or `KITH_CONFIG` (`kith init` writes one with every key);
3. environment variables: `KITH_` + section + `__` + key, so `KITH_AUTH__ACCESS_TTL=5m`; lists are separated by commas; an
   empty variable counts as not set; the name with `_FILE` added reads the value from the file it names;
4. flags: `--set auth.access_ttl=5m`. Secrets are refused there, because everybody on the machine can read a command line.

A wrong value or an unknown key stops the start and says what is allowed. `kith config check` does only that;
`kith config show` prints what is in force and where it was set.
";

fn prose(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

impl Config {
    /// What is in force, as a file, with the place where it was set; secrets are redacted.
    pub fn show(&self) -> String {
        let mut text = String::new();
        for section in self.sections() {
            let _ = writeln!(text, "{}[{}]", if text.is_empty() { "" } else { "\n" }, section.name());
            for Key { name, path, .. } in section.keys() {
                let _ = writeln!(
                    text,
                    "{name} = {}  # {}",
                    section.show(name).unwrap_or_default(),
                    self.place(path)
                );
            }
        }
        text
    }

    /// The same for programs: an object of `{"value", "from"}` by key.
    pub fn show_json(&self) -> serde_json::Value {
        let sections = self.sections();
        let entries = sections.into_iter().flat_map(|section| {
            section.keys().into_iter().map(move |Key { name, path, .. }| {
                let value: Option<toml::Value> = section.show(name).and_then(|value| value.parse().ok());
                (path.to_owned(), json!({ "value": value, "from": self.place(path) }))
            })
        });
        serde_json::Value::Object(entries.collect())
    }

    fn place(&self, path: &str) -> String {
        self.places.get(path).map_or_else(|| "default".to_owned(), ToString::to_string)
    }
}
