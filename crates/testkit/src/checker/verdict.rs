//! The comparison of a record with what was seen.

use super::record::{Attempt, Outcome};
use kith_api::{ConversationId, MessageId, UserId, view::Message};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
    time::Duration,
};

/// A message as an observer saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its identifier.
    pub id: MessageId,
    /// Its place.
    pub seq: i64,
    /// Who said it.
    pub sender: UserId,
    /// The sender's identifier for it.
    pub client_message_id: String,
    /// The text.
    pub content: String,
}

impl From<&Message> for Seen {
    fn from(message: &Message) -> Self {
        Self {
            id: message.id,
            seq: message.seq,
            sender: message.sender_id,
            client_message_id: message.client_message_id.clone().unwrap_or_default(),
            content: message.content.clone().unwrap_or_default(),
        }
    }
}

/// All messages of one conversation in the order in which one observer came to show them.
#[derive(Clone, Debug)]
pub struct Observation {
    /// Who looked, for the report: a device, or the server's history.
    pub observer: String,
    /// Where.
    pub conversation_id: ConversationId,
    /// What, first shown first.
    pub seen: Vec<Seen>,
}

/// One contradiction to the delivery guarantee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// An acknowledged message that an observer never saw.
    Lost {
        /// Who missed it.
        observer: String,
        /// Which.
        client_message_id: String,
    },
    /// A message that an observer saw more than once, or that has two places or two names.
    Duplicated {
        /// Who saw it twice.
        observer: String,
        /// Which.
        client_message_id: String,
    },
    /// Shown before a message that stands in front of it.
    OutOfOrder {
        /// To whom.
        observer: String,
        /// The place of the earlier message, shown later.
        seq: i64,
    },
    /// Acknowledged before another was even asked for, yet placed after it.
    Overtaken {
        /// The one that should stand first.
        client_message_id: String,
    },
    /// A place without a message.
    Gap {
        /// Whose.
        observer: String,
        /// The missing place.
        seq: i64,
    },
    /// An acknowledgement names another message or place than the one that is stored.
    WronglyAcknowledged {
        /// Which.
        client_message_id: String,
    },
    /// A send without an answer that happened for some and not for others.
    Disputed {
        /// Which.
        client_message_id: String,
    },
    /// A refused message that is there.
    Ghost {
        /// Which.
        client_message_id: String,
    },
    /// A message, or a text, that nobody sent.
    Invented {
        /// Who saw it.
        observer: String,
        /// Which.
        client_message_id: String,
    },
}

/// The outcome of a check. Its `Display` is a line of figures and the first violations.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Sends acknowledged.
    pub acknowledged: usize,
    /// Sends refused.
    pub failed: usize,
    /// Sends without an answer that nobody sees.
    pub unknown_absent: usize,
    /// Sends without an answer that everybody sees.
    pub unknown_present: usize,
    /// Histories compared.
    pub observations: usize,
    /// Contradictions found.
    pub violations: Vec<Violation>,
}

impl Report {
    /// Counts the violations that `kind` accepts.
    pub fn count(&self, kind: impl Fn(&Violation) -> bool) -> usize {
        self.violations.iter().filter(|violation| kind(violation)).count()
    }

    /// Acknowledged messages that somebody misses, and places without a message.
    pub fn lost(&self) -> usize {
        self.count(|violation| matches!(violation, Violation::Lost { .. } | Violation::Gap { .. }))
    }

    /// Messages that somebody saw more than once.
    pub fn duplicated(&self) -> usize {
        self.count(|violation| matches!(violation, Violation::Duplicated { .. }))
    }

    /// Messages that do not stand where they should.
    pub fn disordered(&self) -> usize {
        self.count(|violation| {
            matches!(violation, Violation::OutOfOrder { .. } | Violation::Overtaken { .. })
        })
    }

    /// Adds what another run showed.
    pub fn add(&mut self, other: Self) {
        self.acknowledged += other.acknowledged;
        self.failed += other.failed;
        self.unknown_absent += other.unknown_absent;
        self.unknown_present += other.unknown_present;
        self.observations += other.observations;
        self.violations.extend(other.violations);
    }

    /// # Panics
    /// With the report, if there is any violation.
    pub fn assert_clean(&self) {
        assert!(self.violations.is_empty(), "{self}");
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (lost, duplicated, order) = (self.lost(), self.duplicated(), self.disordered());
        write!(
            f,
            "{} acknowledged, {} refused, {} unknown ({} stored), {} histories: {lost} lost, {duplicated} duplicated, \
             {order} out of order, {} other",
            self.acknowledged,
            self.failed,
            self.unknown_absent + self.unknown_present,
            self.unknown_present,
            self.observations,
            self.violations.len() - lost - duplicated - order,
        )?;
        for violation in self.violations.iter().take(20) {
            write!(f, "\n  {violation:?}")?;
        }
        Ok(())
    }
}

/// Compares the record with the observations. Every observer must have been a member from the first message on.
pub fn check(attempts: &[Attempt], observations: &[Observation]) -> Report {
    let mut report = Report { observations: observations.len(), ..Report::default() };
    let mut conversations: BTreeMap<ConversationId, Vec<&Observation>> = BTreeMap::new();
    for observation in observations {
        one_view(observation, &mut report.violations);
        conversations.entry(observation.conversation_id).or_default().push(observation);
    }
    let mut sends: HashMap<ConversationId, Vec<&Attempt>> = HashMap::new();
    for attempt in attempts {
        sends.entry(attempt.conversation_id).or_default().push(attempt);
    }
    for (conversation_id, views) in conversations {
        let sends = sends.remove(&conversation_id).unwrap_or_default();
        outcomes(&sends, &views, &mut report);
        origins(&sends, &views, &mut report.violations);
        real_time(&sends, &mut report.violations);
    }
    // A conversation that nobody could look at has kept nothing.
    for attempt in sends.into_values().flatten() {
        if matches!(attempt.outcome, Outcome::Ok { .. }) {
            report.acknowledged += 1;
            report.violations.push(Violation::Lost {
                observer: "nobody looked".into(),
                client_message_id: attempt.client_message_id.clone(),
            });
        }
    }
    report
}

/// What one observer's view must hold by itself: each message once, in order, from 1 without gaps.
fn one_view(view: &Observation, violations: &mut Vec<Violation>) {
    let (mut ids, mut places, mut names) = (HashSet::new(), HashSet::new(), HashSet::new());
    let mut newest = 0;
    for seen in &view.seen {
        let fresh = [
            ids.insert(seen.id),
            places.insert(seen.seq),
            names.insert((seen.sender, &seen.client_message_id)),
        ];
        if fresh.contains(&false) {
            violations.push(Violation::Duplicated {
                observer: view.observer.clone(),
                client_message_id: seen.client_message_id.clone(),
            });
        } else if seen.seq < newest {
            violations.push(Violation::OutOfOrder { observer: view.observer.clone(), seq: seen.seq });
        }
        newest = newest.max(seen.seq);
    }
    violations.extend(
        (1..=newest)
            .filter(|seq| !places.contains(seq))
            .map(|seq| Violation::Gap { observer: view.observer.clone(), seq }),
    );
}

/// What became of each send, for every observer.
fn outcomes(sends: &[&Attempt], views: &[&Observation], report: &mut Report) {
    let shown: Vec<HashMap<(UserId, &str), &Seen>> = views
        .iter()
        .map(|view| {
            view.seen.iter().map(|seen| ((seen.sender, seen.client_message_id.as_str()), seen)).collect()
        })
        .collect();
    for attempt in sends {
        let key = (attempt.sender, attempt.client_message_id.as_str());
        let found: Vec<Option<&&Seen>> = shown.iter().map(|view| view.get(&key)).collect();
        let present = found.iter().flatten().count();
        let client_message_id = attempt.client_message_id.clone();
        match attempt.outcome {
            Outcome::Ok { id, seq } => {
                report.acknowledged += 1;
                for (view, _) in views.iter().zip(&found).filter(|(_, found)| found.is_none()) {
                    report.violations.push(Violation::Lost {
                        observer: view.observer.clone(),
                        client_message_id: client_message_id.clone(),
                    });
                }
                if found.iter().flatten().any(|seen| seen.id != id || seen.seq != seq) {
                    report.violations.push(Violation::WronglyAcknowledged { client_message_id });
                }
            }
            Outcome::Fail => {
                report.failed += 1;
                if present > 0 {
                    report.violations.push(Violation::Ghost { client_message_id });
                }
            }
            Outcome::Unknown if present == 0 => report.unknown_absent += 1,
            Outcome::Unknown => {
                report.unknown_present += 1;
                let agreed: HashSet<_> =
                    found.iter().map(|seen| seen.map(|seen| (seen.id, seen.seq))).collect();
                if agreed.len() > 1 {
                    report.violations.push(Violation::Disputed { client_message_id });
                }
            }
        }
    }
}

/// Whatever is seen was sent, with that text.
fn origins(sends: &[&Attempt], views: &[&Observation], violations: &mut Vec<Violation>) {
    let sent: HashMap<(UserId, &str), &str> = sends
        .iter()
        .map(|send| ((send.sender, send.client_message_id.as_str()), send.content.as_str()))
        .collect();
    for view in views {
        for seen in &view.seen {
            if sent.get(&(seen.sender, seen.client_message_id.as_str())) != Some(&seen.content.as_str()) {
                violations.push(Violation::Invented {
                    observer: view.observer.clone(),
                    client_message_id: seen.client_message_id.clone(),
                });
            }
        }
    }
}

/// A send that was acknowledged before another was asked for stands before it.
fn real_time(sends: &[&Attempt], violations: &mut Vec<Violation>) {
    let mut placed: Vec<(i64, &Attempt)> = sends
        .iter()
        .filter_map(|send| match send.outcome {
            Outcome::Ok { seq, .. } => Some((seq, *send)),
            Outcome::Fail | Outcome::Unknown => None,
        })
        .collect();
    placed.sort_by_key(|(seq, _)| std::cmp::Reverse(*seq));
    // From the last place to the first: was anything behind this one complete before this one began?
    let mut earliest: Option<(Duration, &Attempt)> = None;
    for (_, send) in placed {
        if let Some((completed, overtaken)) = earliest
            && completed < send.invoked
        {
            violations.push(Violation::Overtaken { client_message_id: overtaken.client_message_id.clone() });
        }
        if earliest.is_none_or(|(completed, _)| send.completed < completed) {
            earliest = Some((send.completed, send));
        }
    }
}
