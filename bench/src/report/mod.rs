//! Medians, as tables and plots for people and as JSON for programs.

mod document;
mod number;
mod plot;
mod summary;

pub(crate) use document::replace;
pub(crate) use number::number;

use crate::{load::Figures, machine::Machine, system::Kind};
use plot::{Line, Plot};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeSet,
    fmt::{Display, Write as _},
    fs, io,
    path::Path,
};

/// What one run of one load gave.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Run {
    /// Which system.
    pub(crate) system: Kind,
    /// Which turn, from 1.
    pub(crate) turn: usize,
    /// Where on the section's axis, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<u64>,
    /// The figures by name.
    pub(crate) figures: Figures,
}

/// All runs of one load, or of one load at growing sizes.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Section {
    /// Short name.
    pub(crate) key: String,
    /// What was done.
    pub(crate) title: String,
    /// What grows, if something does.
    pub(crate) axis: Option<String>,
    /// The figures that are drawn.
    pub(crate) plotted: Vec<String>,
    /// Every run, in the order in which they were made.
    pub(crate) runs: Vec<Run>,
    /// What did not work.
    pub(crate) failures: Vec<String>,
}

/// Everything that was measured in one go.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Results {
    /// Where.
    pub(crate) machine: Machine,
    /// What.
    pub(crate) sections: Vec<Section>,
}

impl Results {
    /// Nothing yet, on this machine.
    pub(crate) fn begin() -> Self {
        Self { machine: Machine::look(), sections: Vec::new() }
    }

    /// Reads files that [`Self::add`] wrote; the machine is that of the first.
    ///
    /// # Errors
    /// If one cannot be read.
    pub(crate) fn read(paths: &[impl AsRef<Path>]) -> io::Result<Self> {
        let mut all: Option<Self> = None;
        for path in paths {
            let more: Self = serde_json::from_slice(&fs::read(path)?)?;
            match &mut all {
                Some(all) => all.sections.extend(more.sections),
                None => all = Some(more),
            }
        }
        all.ok_or_else(|| io::Error::other("no file of results was given"))
    }

    /// Adds a section and writes everything so far to `path`, so that a run that ends early is not lost.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) fn add(&mut self, section: Section, path: Option<&Path>) -> io::Result<()> {
        self.sections.push(section);
        let Some(path) = path else { return Ok(()) };
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, serde_json::to_vec_pretty(self)?)
    }

    /// The section of this name.
    pub(crate) fn section(&self, key: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.key == key)
    }

    /// An error if anything failed.
    ///
    /// # Errors
    /// With how much did.
    pub(crate) fn verdict(&self) -> io::Result<()> {
        match self.sections.iter().map(|section| section.failures.len()).sum() {
            0 => Ok(()),
            failures @ 1_usize.. => Err(io::Error::other(format!("{failures} runs failed, see above"))),
        }
    }

    /// One table of all systems, with ratios to Kith.
    pub(crate) fn summary(&self) -> String {
        summary::table(self)
    }

    /// Writes each drawn figure of each section with an axis as an SVG file; returns their names and titles.
    ///
    /// # Errors
    /// If one cannot be written.
    pub(crate) fn plots(&self, directory: &Path) -> io::Result<Vec<(String, String)>> {
        let mut written = Vec::new();
        for section in &self.sections {
            let Some(axis) = &section.axis else { continue };
            for (index, figure) in section.plotted.iter().enumerate() {
                let lines: Vec<Line> =
                    section.systems().into_iter().filter_map(|system| section.line(system, figure)).collect();
                if lines.is_empty() {
                    continue;
                }
                let plot = Plot { title: format!("{}: {figure}", section.title), axis: axis.clone(), lines };
                let name = format!("{}-{}.svg", section.key, index + 1);
                fs::create_dir_all(directory)?;
                fs::write(directory.join(&name), plot.svg())?;
                written.push((name, plot.title));
            }
        }
        Ok(written)
    }
}

impl Section {
    pub(crate) fn new(key: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            title: title.into(),
            axis: None,
            plotted: Vec::new(),
            runs: Vec::new(),
            failures: Vec::new(),
        }
    }

    /// Tells and keeps what did not work.
    pub(crate) fn fail(&mut self, system: Kind, at: Option<u64>, error: &dyn Display) {
        let place = at.map(|at| format!(" at {at}")).unwrap_or_default();
        let failure = format!("{}{place}: {error}", system.title());
        eprintln!("{}, {failure}", self.title);
        self.failures.push(failure);
    }

    /// A Markdown table of the medians: a row a figure, a column a system; with an axis, a row a figure of a system and
    /// a column a place.
    pub(crate) fn table(&self) -> String {
        let mut table = format!("### {}\n\n", self.title);
        match &self.axis {
            None => self.side_by_side(&mut table),
            Some(axis) => self.along(axis, &mut table),
        }
        for failure in &self.failures {
            let _ = writeln!(table, "\nFailed: {failure}");
        }
        table
    }

    fn side_by_side(&self, table: &mut String) {
        let systems = self.systems();
        let heads = systems.iter().map(|system| system.title().to_owned());
        self.head(table, &format!("median of {}", self.turns()), heads);
        for name in self.names() {
            let _ = write!(table, "| {name} |");
            for system in &systems {
                let _ = write!(table, " {} |", shown(self.median(*system, None, name)));
            }
            table.push('\n');
        }
    }

    fn along(&self, axis: &str, table: &mut String) {
        let places: BTreeSet<u64> = self.runs.iter().filter_map(|run| run.at).collect();
        let first = format!("{axis} (median of {})", self.turns());
        self.head(table, &first, places.iter().map(|place| number(*place as f64)));
        for name in self.names() {
            for system in self.systems() {
                if !self.runs.iter().any(|run| run.system == system && run.figures.contains_key(name)) {
                    continue;
                }
                let _ = write!(table, "| {name}: {} |", system.title());
                for place in &places {
                    let _ = write!(table, " {} |", shown(self.median(system, Some(*place), name)));
                }
                table.push('\n');
            }
        }
    }

    fn head(&self, table: &mut String, first: &str, heads: impl Iterator<Item = String>) {
        let heads: Vec<String> = heads.collect();
        let _ = writeln!(table, "| {first} | {} |", heads.join(" | "));
        let _ = writeln!(table, "| --- |{}", " ---: |".repeat(heads.len()));
    }

    fn systems(&self) -> BTreeSet<Kind> {
        self.runs.iter().map(|run| run.system).collect()
    }

    fn names(&self) -> BTreeSet<&str> {
        self.runs.iter().flat_map(|run| run.figures.keys().map(String::as_str)).collect()
    }

    fn turns(&self) -> usize {
        self.runs.iter().map(|run| run.turn).max().unwrap_or_default()
    }

    /// The points of a system that has a figure.
    fn line(&self, system: Kind, figure: &str) -> Option<Line> {
        let places: BTreeSet<u64> = self.runs.iter().filter_map(|run| run.at).collect();
        let points: Vec<(f64, f64)> = places
            .into_iter()
            .filter_map(|place| Some((place as f64, self.median(system, Some(place), figure)?)))
            .collect();
        (!points.is_empty()).then(|| Line {
            name: system.title().to_owned(),
            colour: system as usize,
            points,
        })
    }

    /// The middle of what a system's turns gave, at one place of the axis.
    pub(crate) fn median(&self, system: Kind, at: Option<u64>, name: &str) -> Option<f64> {
        let runs = self.runs.iter().filter(|run| run.system == system && run.at == at);
        median(runs.filter_map(|run| run.figures.get(name).copied()).collect())
    }
}

fn shown(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), number)
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(values[odd / 2]),
        even => Some(f64::midpoint(values[even / 2 - 1], values[even / 2])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::figures;

    fn run(system: Kind, turn: usize, at: Option<u64>, value: f64) -> Run {
        Run { system, turn, at, figures: figures([("CPU µs", value)]) }
    }

    #[test]
    fn the_median_stands_in_the_table() {
        let runs = vec![
            run(Kind::KithSqlite, 1, None, 3.0),
            run(Kind::NodePostgres, 1, None, 12_345.6),
            run(Kind::KithSqlite, 2, None, 90.0),
            run(Kind::KithSqlite, 3, None, 1.0),
        ];
        let table = Section { runs, ..Section::new("load", "Load") }.table();
        assert!(table.contains("| median of 3 | Kith, SQLite | Node, PostgreSQL |"), "{table}");
        assert!(table.contains("| CPU µs | 3 | 12,346 |"), "{table}");
    }

    #[test]
    fn an_axis_makes_columns_and_points() {
        let runs = vec![
            run(Kind::KithSqlite, 1, Some(1000), 4.0),
            run(Kind::KithSqlite, 1, Some(10), 2.0),
            run(Kind::KithSqlite, 2, Some(10), 3.0),
            run(Kind::NodePostgres, 1, Some(10), 9.0),
        ];
        let axis = Some("members".to_owned());
        let section = Section { runs, axis, ..Section::new("rooms", "Rooms") };
        let table = section.table();
        assert!(table.contains("| members (median of 2) | 10 | 1,000 |"), "{table}");
        assert!(table.contains("| CPU µs: Kith, SQLite | 2.50 | 4 |"), "{table}");
        assert!(table.contains("| CPU µs: Node, PostgreSQL | 9 | – |"), "{table}");
        let line = section.line(Kind::KithSqlite, "CPU µs").unwrap();
        assert_eq!(line.points, [(10.0, 2.5), (1000.0, 4.0)]);
    }

    #[test]
    fn results_survive_their_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/results.json");
        let mut results = Results::begin();
        let runs = vec![run(Kind::Socketioxide, 1, Some(5), 0.125)];
        results.add(Section { runs, ..Section::new("one", "One") }, Some(&path)).unwrap();
        let read = Results::read(&[&path, &path]).unwrap();
        assert_eq!(read.sections.len(), 2);
        assert_eq!(read.section("one").unwrap().median(Kind::Socketioxide, Some(5), "CPU µs"), Some(0.125));
    }
}
