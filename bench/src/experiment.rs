//! How anything is measured: all systems are started on fresh data, then take turns, each turn with a fresh process.

use crate::{
    load::Figures,
    report::{Run, Section},
    system::{Kind, System},
};
use std::io;

/// Settings of the server under test, as environment variables.
pub(crate) type Settings = Vec<(&'static str, String)>;

/// Something that is done to a system and gives figures.
pub(crate) trait Experiment {
    /// What it needs before its first turn.
    type Stage;

    /// Settings that Kith needs for it.
    fn settings(&self) -> Settings {
        Settings::new()
    }

    /// Makes accounts, conversations and whatever else is needed, once for each system.
    async fn prepare(&self, system: &mut System) -> io::Result<Self::Stage>;

    /// Measures once; the server has just been started.
    async fn run(&self, system: &mut System, stage: &Self::Stage) -> io::Result<Figures>;
}

/// Runs an experiment in turns and adds what it gives to `section`; `at` is the place on the section's axis. What fails
/// is told in the section, and the others go on.
pub(crate) async fn take_turns<E: Experiment>(
    experiment: &E,
    section: &mut Section,
    at: Option<u64>,
    kinds: &[Kind],
    turns: usize,
) {
    let mut systems = Vec::new();
    for kind in kinds {
        match start(experiment, *kind).await {
            Ok(ready) => systems.push(ready),
            Err(error) => section.fail(*kind, at, &error),
        }
    }
    for turn in 1..=turns {
        for (system, stage) in &mut systems {
            match one_turn(experiment, system, stage).await {
                Ok(figures) => {
                    let place = at.map(|at| format!(" at {at}")).unwrap_or_default();
                    let title = system.kind.title();
                    eprintln!("{}{place}, {title} ({turn}): {figures:.2?}", section.title);
                    section.runs.push(Run { system: system.kind, turn, at, figures });
                }
                Err(error) => section.fail(system.kind, at, &error),
            }
        }
    }
}

async fn start<E: Experiment>(experiment: &E, kind: Kind) -> io::Result<(System, E::Stage)> {
    let settings = experiment.settings();
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut system = System::start(kind, &settings).await?;
    let stage = experiment.prepare(&mut system).await?;
    Ok((system, stage))
}

async fn one_turn<E: Experiment>(
    experiment: &E,
    system: &mut System,
    stage: &E::Stage,
) -> io::Result<Figures> {
    let ready = system.restart().await?;
    let mut figures = experiment.run(system, stage).await?;
    figures.insert("ms from start to ready".into(), ready.as_secs_f64() * 1e3);
    Ok(figures)
}
