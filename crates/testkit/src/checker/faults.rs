//! Faults planted in a model of the messenger: the checker has to find each.

use super::{Attempt, Observation, Outcome, Record, Report, Seen, Violation, check};
use kith_api::{ConversationId, MessageId, UserId};
use std::time::Duration;
use uuid::Uuid;

/// What the model does wrong, once, with the send of this number.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    /// One device never gets it.
    Drop(u128),
    /// One device gets it twice.
    Duplicate(u128),
    /// A resend is stored a second time.
    StoreTwice(u128),
    /// One device gets it after its successor.
    Reorder(u128),
    /// The crash comes between acknowledgement and commit.
    AcknowledgeBeforeCommit(u128),
    /// The place is given out and then not used.
    SkipPlace(u128),
    /// No answer comes, and one device shows it although it was rolled back.
    Dispute(u128),
    /// It is stored although it was refused.
    StoreRefused(u128),
    /// The acknowledgement names another place.
    WrongAcknowledgement(u128),
    /// Its text is changed under way.
    Corrupt(u128),
}

const SENDS: u128 = 40;
const DEVICES: usize = 3;

fn conversation() -> ConversationId {
    ConversationId(Uuid::from_u128(1))
}

fn sender() -> UserId {
    UserId(Uuid::from_u128(2))
}

/// One sender, one conversation, three devices and the stored history; every seventh send is refused, every eleventh
/// goes unanswered, and of these every second is stored.
fn run(fault: Fault) -> Report {
    let record = Record::default();
    let mut stored: Vec<Seen> = Vec::new();
    let mut devices: Vec<Vec<Seen>> = vec![Vec::new(); DEVICES];
    let mut held: Option<Seen> = None;
    let mut place = 0;
    for n in 1..=SENDS {
        let (name, content) = (format!("c{n}"), format!("text {n}"));
        let ticket = record.invoke(sender(), conversation(), &name, &content);
        let refused = n % 7 == 0;
        let answered = n % 11 != 0 && fault != Fault::Dispute(n);
        let commits = !refused && n % 22 != 0 && fault != Fault::Dispute(n);
        if fault == Fault::SkipPlace(n) {
            place += 1;
        }
        let message = Seen {
            id: MessageId(Uuid::from_u128(100 + n)),
            seq: place + 1,
            sender: sender(),
            client_message_id: name,
            content,
        };
        if commits || fault == Fault::StoreRefused(n) {
            place += 1;
            let lost_in_crash = fault == Fault::AcknowledgeBeforeCommit(n);
            if lost_in_crash {
                place -= 1;
            } else {
                stored.push(message.clone());
                deliver(fault, n, &message, &mut devices, &mut held);
            }
            if fault == Fault::StoreTwice(n) {
                place += 1;
                let again = Seen { id: MessageId(Uuid::from_u128(900)), seq: place, ..message.clone() };
                stored.push(again.clone());
                devices.iter_mut().for_each(|device| device.push(again.clone()));
            }
        }
        if fault == Fault::Dispute(n) {
            devices[1].push(message.clone());
        }
        match (refused, answered) {
            (true, _) => ticket.fail(),
            (false, true) if fault == Fault::WrongAcknowledgement(n) => {
                ticket.ok_as(message.id, message.seq + 1)
            }
            (false, true) => ticket.ok_as(message.id, message.seq),
            (false, false) => drop(ticket),
        }
    }
    let mut observations: Vec<Observation> = devices
        .into_iter()
        .enumerate()
        .map(|(n, seen)| Observation {
            observer: format!("device {n}"),
            conversation_id: conversation(),
            seen,
        })
        .collect();
    observations.push(Observation {
        observer: "history".into(),
        conversation_id: conversation(),
        seen: stored,
    });
    check(&record.attempts(), &observations)
}

fn deliver(fault: Fault, n: u128, message: &Seen, devices: &mut [Vec<Seen>], held: &mut Option<Seen>) {
    for (device, view) in devices.iter_mut().enumerate() {
        let chosen = device == 1;
        let mut message = message.clone();
        if chosen && fault == Fault::Drop(n) {
            continue;
        }
        if chosen && fault == Fault::Corrupt(n) {
            message.content.push('!');
        }
        if chosen && fault == Fault::Reorder(n) {
            *held = Some(message);
            continue;
        }
        view.push(message.clone());
        if chosen && fault == Fault::Duplicate(n) {
            view.push(message);
        }
        if chosen && let Some(late) = held.take() {
            view.push(late);
        }
    }
}

fn assert_finds(fault: Fault, expected: impl Fn(&Violation) -> bool) {
    let report = run(fault);
    assert!(report.count(expected) > 0, "{fault:?} was not found: {report}");
}

#[test]
fn a_faultless_run_is_clean() {
    let report = run(Fault::None);
    report.assert_clean();
    assert_eq!(
        (report.acknowledged, report.failed, report.unknown_present, report.unknown_absent),
        (32, 5, 2, 1),
        "{report}"
    );
}

#[test]
fn drops_are_found() {
    assert_finds(Fault::Drop(5), |violation| {
        *violation == Violation::Lost { observer: "device 1".into(), client_message_id: "c5".into() }
    });
    // The last message leaves no gap behind it.
    assert_finds(Fault::Drop(SENDS), |violation| matches!(violation, Violation::Lost { .. }));
}

#[test]
fn duplicates_are_found() {
    assert_finds(Fault::Duplicate(5), |violation| {
        *violation == Violation::Duplicated { observer: "device 1".into(), client_message_id: "c5".into() }
    });
    assert_finds(Fault::StoreTwice(5), |violation| matches!(violation, Violation::Duplicated { .. }));
}

#[test]
fn disorder_is_found() {
    assert_finds(Fault::Reorder(5), |violation| matches!(violation, Violation::OutOfOrder { .. }));
}

#[test]
fn acknowledgement_before_commit_is_found() {
    assert_finds(Fault::AcknowledgeBeforeCommit(5), |violation| {
        *violation == Violation::Lost { observer: "history".into(), client_message_id: "c5".into() }
    });
}

#[test]
fn gaps_are_found() {
    assert_finds(Fault::SkipPlace(5), |violation| {
        *violation == Violation::Gap { observer: "history".into(), seq: 5 }
    });
}

#[test]
fn unknown_outcomes_must_be_the_same_for_everybody() {
    assert_finds(Fault::Dispute(5), |violation| {
        *violation == Violation::Disputed { client_message_id: "c5".into() }
    });
}

#[test]
fn refused_messages_must_not_be_there() {
    assert_finds(Fault::StoreRefused(7), |violation| {
        *violation == Violation::Ghost { client_message_id: "c7".into() }
    });
}

#[test]
fn acknowledgements_must_name_what_is_stored() {
    assert_finds(Fault::WrongAcknowledgement(5), |violation| {
        *violation == Violation::WronglyAcknowledged { client_message_id: "c5".into() }
    });
}

#[test]
fn changed_texts_are_found() {
    assert_finds(Fault::Corrupt(5), |violation| matches!(violation, Violation::Invented { .. }));
}

#[test]
fn an_acknowledged_message_stands_before_those_asked_for_later() {
    let attempt = |n: u64, seq: i64| Attempt {
        sender: sender(),
        conversation_id: conversation(),
        client_message_id: format!("c{n}"),
        content: "text".into(),
        invoked: Duration::from_millis(n * 10),
        completed: Duration::from_millis(n * 10 + 5),
        outcome: Outcome::Ok { id: MessageId(Uuid::from_u128(u128::from(n))), seq },
    };
    let attempts = [attempt(1, 2), attempt(2, 1)];
    let mut seen: Vec<Seen> = attempts
        .iter()
        .map(|attempt| match attempt.outcome {
            Outcome::Ok { id, seq } => Seen {
                id,
                seq,
                sender: attempt.sender,
                client_message_id: attempt.client_message_id.clone(),
                content: attempt.content.clone(),
            },
            Outcome::Fail | Outcome::Unknown => unreachable!("both are acknowledged"),
        })
        .collect();
    seen.sort_by_key(|seen| seen.seq);
    let history = Observation { observer: "history".into(), conversation_id: conversation(), seen };
    let report = check(&attempts, &[history]);
    assert_eq!(report.violations, [Violation::Overtaken { client_message_id: "c1".into() }]);
}

#[test]
fn acknowledged_messages_that_nobody_looks_for_are_lost() {
    let record = Record::default();
    record.invoke(sender(), conversation(), "c1", "text").ok_as(MessageId(Uuid::from_u128(1)), 1);
    let report = check(&record.attempts(), &[]);
    assert!(matches!(report.violations[..], [Violation::Lost { .. }]), "{report}");
}
