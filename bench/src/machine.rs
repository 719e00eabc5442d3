//! Where measurements were made, as documents say it.

use serde::{Deserialize, Serialize};
use std::{fs, process::Command, thread};

/// A machine, its programs and the state of the source.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Machine {
    /// Such as `2 × AMD EPYC`.
    pub(crate) processor: String,
    /// GiB of memory.
    pub(crate) memory_gib: f64,
    /// Operating system, and the versions of what takes part.
    pub(crate) programs: Vec<String>,
    /// The commit that this tool was built from.
    pub(crate) commit: String,
    /// When the measurement began, as `YYYY-MM-DD`.
    pub(crate) date: String,
    /// Processes that wanted a processor in the minute before: a quiet machine has next to none.
    pub(crate) load: Option<f64>,
}

impl Machine {
    /// This one, now.
    pub(crate) fn look() -> Self {
        let cores = thread::available_parallelism().map_or(0, usize::from);
        let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = field(&cpuinfo, "model name").unwrap_or("unknown processor");
        let meminfo = fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let kib = field(&meminfo, "MemTotal").and_then(|text| text.split(' ').next()?.parse().ok());
        let kith = kith_testkit::server::program().display().to_string();
        let commands: [(&str, &[&str]); 6] = [
            ("uname", &["-sr"]),
            (&kith, &["--version"]),
            ("rustc", &["--version"]),
            ("node", &["--version"]),
            ("psql", &["--version"]),
            ("python3", &["--version"]),
        ];
        let programs = commands
            .into_iter()
            .filter_map(|(program, arguments)| {
                let said = output(program, arguments)?;
                Some(if program == "node" { format!("Node.js {said}") } else { said })
            })
            .collect();
        Self {
            processor: format!("{cores} × {model}"),
            memory_gib: kib.map_or(0.0, |kib: f64| (kib / 1024.0 / 1024.0).round()),
            programs,
            commit: output("git", &["rev-parse", "--short", "HEAD"]).unwrap_or_else(|| "unknown".into()),
            date: output("date", &["-u", "+%Y-%m-%d"]).unwrap_or_default(),
            load: fs::read_to_string("/proc/loadavg")
                .ok()
                .and_then(|text| text.split(' ').next()?.parse().ok()),
        }
    }

    /// One sentence.
    pub(crate) fn sentence(&self) -> String {
        let load =
            self.load.map(|load| format!(", with a load of {load} before the run")).unwrap_or_default();
        format!(
            "Measured on {} on {}, {} GiB of memory, shared with the load tool{load}; {}; commit `{}`.",
            self.date,
            self.processor,
            self.memory_gib,
            self.programs.join(", "),
            self.commit
        )
    }
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_once(':').map(|(_, value)| value.trim())
}

fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().next().filter(|_| output.status.success()).map(|line| line.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found() {
        let text = "processor\t: 0\nmodel name\t: Fast One\nMemTotal:       1048576 kB\n";
        assert_eq!(field(text, "model name"), Some("Fast One"));
        assert_eq!(field(text, "MemTotal"), Some("1048576 kB"));
        assert_eq!(field(text, "absent"), None);
    }
}
