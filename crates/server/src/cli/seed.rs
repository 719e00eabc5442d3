//! `kith seed`: demo people and what they have said to each other.

use clap::Args;
use kith_api::{
    ConversationId, MessageId, UserId,
    command::{CreateConversation, Mark, React, ReactionAction, ReceiptKind, Register, SendMessage},
    view::{ConversationType, Role},
};
use kith_core::{
    Actor, Ctx, Error,
    accounts::{list, register},
    conversations::{self, mark},
    messages::{react, send},
};
use kith_db::users::Account;
use kith_server::server::fresh_secret;
use serde::Serialize;

use super::{
    database,
    invocation::Invocation,
    output::{Format, Outcome, note, print, print_json, table},
    password::PasswordSource,
};

/// Usernames and names to show. The prefix keeps clear of real people's names.
const PEOPLE: [(&str, &str); 4] =
    [("demo.ada", "Ada"), ("demo.ben", "Ben"), ("demo.chloe", "Chloé"), ("demo.dev", "Dev")];

const GROUP: &str = "Saturday hike";

/// What is said in the group: who, and what.
const IN_THE_GROUP: [(usize, &str); 6] = [
    (0, "Who is in for a walk on Saturday? The forecast says **sun**."),
    (1, "Me! Shall we take the ridge or the lake?"),
    (2, "The lake, please. My knees still remember the ridge 😅"),
    (3, "Lake it is. I bring coffee, somebody bring something sweet?"),
    (1, "Cinnamon buns. Train at 8:40 from platform 3."),
    (0, "Perfect. I will be the one with the ridiculous hat."),
];

/// What two say to each other: who to whom, and what.
const BETWEEN_TWO: [(usize, usize, &str); 5] = [
    (1, 0, "Did you find the old map?"),
    (0, 1, "In the attic, under the tent. The lake is still called _Mirror Pond_ on it."),
    (1, 0, "Bring it along!"),
    (2, 0, "Can I borrow your rain jacket, just in case?"),
    (3, 2, "Do you take milk in your coffee?"),
];

#[derive(Debug, Args)]
pub(super) struct Seed {
    #[command(flatten)]
    password: PasswordSource,
    #[command(flatten)]
    format: Format,
}

/// One of the demo people, as JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Person {
    id: UserId,
    username: String,
    display_name: String,
    role: Role,
    /// Whether this run made the account.
    created: bool,
    /// The password, if this run chose it; it is stored nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
    #[serde(skip)]
    actor: Actor,
}

impl Seed {
    pub(super) fn run(self, invocation: &Invocation) -> Outcome {
        let config = invocation.config()?;
        let given = if self.password.is_file() { Some(self.password.read(invocation)?) } else { None };
        let length = config.auth.password_min_length.max(20) as usize;
        let people = database::with(&config, async |ctx| {
            let people = meet(ctx, given, length).await?;
            talk_in_the_group(ctx, &people).await?;
            talk_between_two(ctx, &people).await?;
            Ok(people)
        })?;
        if self.format.json {
            return print_json(&people);
        }
        let shown = people.iter().filter(|person| person.password.is_some()).count();
        if shown > 0 {
            note("these passwords are shown only now");
        }
        print(&table(&rows(people)))
    }
}

fn rows(people: Vec<Person>) -> Vec<[String; 4]> {
    let mut rows = vec![["USERNAME", "NAME", "ROLE", "PASSWORD"].map(str::to_owned)];
    for person in people {
        let password = match (person.created, person.password) {
            (true, Some(password)) => password,
            (true, None) => "(from the file)".to_owned(),
            (false, _) => "(was there already)".to_owned(),
        };
        rows.push([person.username, person.display_name, person.role.as_str().to_owned(), password]);
    }
    rows
}

/// Makes the accounts that are missing. On a fresh server the first becomes its administrator, as anybody would.
async fn meet(ctx: &Ctx, password: Option<String>, length: usize) -> Result<Vec<Person>, Error> {
    let known = list::list(ctx).await?;
    let mut people = Vec::new();
    for (username, display_name) in PEOPLE {
        let found = known.iter().find(|account| account.username == username);
        let (account, chosen) = match found {
            Some(account) => (account.clone(), None),
            None => {
                let chosen = password.is_none().then(|| random_password(length));
                let password = password.as_ref().or(chosen.as_ref()).cloned().unwrap_or_default();
                (register::create(ctx, newcomer(username, display_name, password), None).await?, chosen)
            }
        };
        people.push(person(account, found.is_none(), chosen));
    }
    Ok(people)
}

fn newcomer(username: &str, display_name: &str, password: String) -> Register {
    Register {
        username: username.to_owned(),
        display_name: Some(display_name.to_owned()),
        password,
        ..Register::default()
    }
}

fn person(account: Account, created: bool, password: Option<String>) -> Person {
    Person {
        actor: Actor::without_session(&account),
        id: account.id,
        username: account.username,
        display_name: account.display_name,
        role: account.role,
        created,
        password,
    }
}

/// Random text of this many characters; the rules may ask for more than one secret has.
fn random_password(length: usize) -> String {
    let mut text = String::new();
    while text.len() < length {
        text += fresh_secret().expose();
    }
    text.truncate(length);
    text
}

async fn talk_in_the_group(ctx: &Ctx, people: &[Person]) -> Result<(), Error> {
    let id = group(ctx, people).await?;
    let mut said = Vec::new();
    for (index, (who, text)) in IN_THE_GROUP.into_iter().enumerate() {
        let message = SendMessage {
            conversation_id: Some(id),
            content: Some(text.to_owned()),
            client_message_id: Some(format!("seed-group-{index}")),
            ..SendMessage::default()
        };
        said.push(send::send(ctx, &people[who].actor, message).await?.id);
    }
    cheer(ctx, people, &said).await
}

/// The group of all of them, by whatever name it goes now, or a new one.
async fn group(ctx: &Ctx, people: &[Person]) -> Result<ConversationId, Error> {
    let ids: Vec<UserId> = people.iter().map(|person| person.id).collect();
    let filter = conversations::list::Filter {
        conversation_type: Some(ConversationType::Group),
        limit: 1000,
        ..Default::default()
    };
    let (groups, _) = conversations::list::list(ctx, &people[0].actor, filter).await?;
    let theirs = groups.into_iter().find(|group| ids.iter().all(|id| group.participant_ids.contains(id)));
    if let Some(group) = theirs {
        return Ok(group.id);
    }
    let request = CreateConversation {
        conversation_type: ConversationType::Group,
        participant_ids: Some(ids[1..].to_vec()),
        usernames: None,
        name: Some(GROUP.to_owned()),
        topic: Some("Once a month, whatever the weather".to_owned()),
        encryption: None,
    };
    Ok(conversations::create::create(ctx, &people[0].actor, request).await?.0.id)
}

/// Two react to the first message, and everybody but the last has read everything.
async fn cheer(ctx: &Ctx, people: &[Person], said: &[MessageId]) -> Result<(), Error> {
    for (person, emoji) in [(&people[2], "☀️"), (&people[3], "🥾")] {
        let reaction = React { message_id: said[0], emoji: emoji.to_owned(), action: ReactionAction::Add };
        react::react(ctx, &person.actor, reaction).await?;
    }
    for person in &people[..3] {
        let newest = Mark { message_id: said.last().copied(), ..Mark::default() };
        mark::mark(ctx, &person.actor, ReceiptKind::Read, newest).await?;
    }
    Ok(())
}

async fn talk_between_two(ctx: &Ctx, people: &[Person]) -> Result<(), Error> {
    for (index, (from, to, text)) in BETWEEN_TWO.into_iter().enumerate() {
        let message = SendMessage {
            receiver_id: Some(people[to].id),
            content: Some(text.to_owned()),
            client_message_id: Some(format!("seed-direct-{index}")),
            ..SendMessage::default()
        };
        send::send(ctx, &people[from].actor, message).await?;
    }
    Ok(())
}
