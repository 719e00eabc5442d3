//! What came of a fault, and the table of all.

use kith_testkit::{checker::Report, load::Load};
use std::{fmt::Write as _, time::Duration};

/// What came of one fault, injected once or often.
#[derive(Clone, Debug, Default)]
pub struct Finding {
    /// The fault, as the table names it.
    pub fault: String,
    /// How often it was injected.
    pub injected: usize,
    /// The checker's verdicts, added up.
    pub report: Report,
    /// How long people were talking; without the time that the server was down, if it is killed.
    pub lasted: Duration,
    /// The slowest recovery.
    pub recovery: Duration,
    /// The longest recovery that the table allows, if it says.
    pub allowed: Option<Duration>,
    /// Promises that were not kept.
    pub broken: Vec<String>,
}

impl Finding {
    /// Nothing yet.
    pub fn about(fault: impl Into<String>) -> Self {
        Self { fault: fault.into(), ..Self::default() }
    }

    /// All must be well again within this time.
    pub fn within(self, allowed: Duration) -> Self {
        Self { allowed: Some(allowed), ..self }
    }

    /// Notes an injection, and how long the recovery took.
    pub fn recovered(&mut self, took: Duration) {
        self.injected += 1;
        self.recovery = self.recovery.max(took);
        if let Some(allowed) = self.allowed.filter(|allowed| took > *allowed) {
            self.broken.push(format!("recovery within {allowed:?}: took {took:?}"));
        }
    }

    /// Notes several injections, and how long each client's recovery from each took, of which the slowest in a hundred do
    /// not count.
    pub fn recovered_but_one_percent(&mut self, injections: usize, mut took: Vec<Duration>) {
        took.sort();
        let place = (took.len() * 99).div_ceil(100);
        self.recovered(took[place.max(1) - 1]);
        self.injected += injections - 1;
    }

    /// Notes what must hold, if it does not.
    pub fn expect(&mut self, held: bool, promise: impl Into<String>) {
        if !held {
            self.broken.push(promise.into());
        }
    }

    /// Ends the load and adds the checker's verdict.
    pub async fn judge(&mut self, load: Load) {
        self.report.add(load.end().await);
    }

    /// Adds another finding about the same fault.
    pub fn add(&mut self, other: Self) {
        self.injected += other.injected;
        self.report.add(other.report);
        self.lasted += other.lasted;
        self.recovery = self.recovery.max(other.recovery);
        self.broken.extend(other.broken);
    }

    /// Whether nothing was lost, doubled or out of order, and every promise was kept.
    pub fn holds(&self) -> bool {
        self.broken.is_empty() && self.report.violations.is_empty()
    }

    /// Messages acknowledged a second.
    pub fn rate(&self) -> f64 {
        self.report.acknowledged as f64 / self.lasted.as_secs_f64().max(0.001)
    }

    /// Prints the line of the table.
    ///
    /// # Panics
    /// With what is wrong, if it does not hold.
    pub fn assert_holds(&self) {
        println!("{}", table(std::slice::from_ref(self), false));
        assert!(self.holds(), "{}: {}\nbroken: {:#?}", self.fault, self.report, self.broken);
        assert!(self.report.acknowledged > 100, "{}: too little was sent to show anything", self.fault);
    }
}

const HEADINGS: [&str; 9] = [
    "fault",
    "injected",
    "acknowledged",
    "messages/s",
    "lost",
    "duplicated",
    "out of order",
    "slowest recovery",
    "verdict",
];

/// The fault table, as text or as Markdown.
pub fn table(findings: &[Finding], markdown: bool) -> String {
    let mut lines = vec![HEADINGS.map(str::to_owned)];
    lines.extend(findings.iter().map(|finding| {
        let report = &finding.report;
        [
            finding.fault.clone(),
            finding.injected.to_string(),
            report.acknowledged.to_string(),
            format!("{:.0}", finding.rate()),
            report.lost().to_string(),
            report.duplicated().to_string(),
            report.disordered().to_string(),
            match finding.allowed {
                Some(allowed) => format!("{} of {} ms", finding.recovery.as_millis(), allowed.as_millis()),
                None => format!("{} ms", finding.recovery.as_millis()),
            },
            if finding.holds() { "holds" } else { "BROKEN" }.to_owned(),
        ]
    }));
    let width = |column: usize| lines.iter().map(|line| line[column].len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..HEADINGS.len()).map(width).collect();
    let (edge, between) = if markdown { ("|", " | ") } else { ("", "  ") };
    let mut text = String::new();
    for (number, line) in lines.iter().enumerate() {
        let cells: Vec<String> =
            line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}", width = *width)).collect();
        let row = cells.join(between);
        let row = if markdown { format!("{edge} {row} {edge}") } else { row.trim_end().to_owned() };
        let _ = writeln!(text, "{row}");
        if markdown && number == 0 {
            let dashes: Vec<&str> = vec!["---"; HEADINGS.len()];
            let _ = writeln!(text, "| {} |", dashes.join(" | "));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use kith_testkit::checker::Violation;

    #[test]
    fn what_was_lost_or_late_does_not_hold() {
        let second = Duration::from_secs(1);
        let mut good = Finding::about("crash").within(second);
        good.recovered(second);
        assert!(good.holds());

        let mut late = good.clone();
        late.recovered(2 * second);
        assert!(!late.holds());

        let mut mostly = Finding::about("crash").within(second);
        mostly.recovered_but_one_percent(5, [vec![second; 99], vec![9 * second]].concat());
        assert_eq!((mostly.injected, mostly.holds()), (5, true), "one in a hundred does not count");

        let mut lossy = good.clone();
        let violation = Violation::Gap { observer: "history".into(), seq: 1 };
        lossy.report.violations.push(violation);
        assert!(!lossy.holds());

        good.add(lossy);
        assert_eq!((good.injected, good.holds()), (2, false), "sums keep what is wrong");
        let text = table(&[good], true);
        assert!(text.contains("| crash | 2 ") && text.contains("| BROKEN"), "{text}");
    }
}
