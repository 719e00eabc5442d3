//! `kith user`: accounts, by the operator of the server.

use clap::{Args, Subcommand, ValueEnum};
use kith_api::{Timestamp, UserId, command, view};
use kith_core::accounts::{list, password, register, role};
use kith_db::users::Account;
use serde::Serialize;

use super::{
    database,
    invocation::Invocation,
    output::{Format, Outcome, note, print, print_json, table},
    password::PasswordSource,
};

#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// Makes an account; the first of a server becomes its administrator
    Create(Create),
    /// Lists all accounts
    List(Format),
    /// Changes what an account may do on the server
    Role(ChangeRole),
    /// Sets a new password and ends all sessions of the account
    Password(SetPassword),
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// Unique name of 3–32 characters: a–z, 0–9, . and _
    username: String,
    /// Name to show [default: the username]
    #[arg(long, value_name = "NAME")]
    display_name: Option<String>,
    /// Address, which the account can sign in with too
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// What it may do on the server [default: user; admin for the first account]
    #[arg(long)]
    role: Option<Role>,
    #[command(flatten)]
    password: PasswordSource,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct ChangeRole {
    /// Username or identifier of the account
    user: String,
    /// The new role
    role: Role,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct SetPassword {
    /// Username or identifier of the account
    user: String,
    #[command(flatten)]
    password: PasswordSource,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Role {
    /// A person
    User,
    /// May also handle reports
    Moderator,
    /// May do everything on the server
    Admin,
}

impl From<Role> for view::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::User => Self::User,
            Role::Moderator => Self::Moderator,
            Role::Admin => Self::Admin,
        }
    }
}

/// An account, as JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    id: UserId,
    username: String,
    display_name: String,
    email: Option<String>,
    role: view::Role,
    account_status: view::AccountStatus,
    created_at: Timestamp,
    last_seen: Option<Timestamp>,
}

impl From<Account> for Entry {
    fn from(account: Account) -> Self {
        Self {
            id: account.id,
            username: account.username,
            display_name: account.display_name,
            email: account.email,
            role: account.role,
            account_status: account.account_status,
            created_at: account.created_at,
            last_seen: account.last_seen,
        }
    }
}

impl User {
    pub(super) fn run(self, invocation: &Invocation) -> Outcome {
        match self {
            Self::Create(command) => command.run(invocation),
            Self::List(format) => print_all(invocation, format),
            Self::Role(command) => command.run(invocation),
            Self::Password(command) => command.run(invocation),
        }
    }
}

impl Create {
    fn run(self, invocation: &Invocation) -> Outcome {
        let config = invocation.config()?;
        let request = command::Register {
            username: self.username,
            password: self.password.read(invocation)?,
            email: self.email,
            display_name: self.display_name,
            ..command::Register::default()
        };
        let role = self.role.map(view::Role::from);
        let account = database::with(&config, async |ctx| register::create(ctx, request, role).await)?;
        print_one(account, self.format, |account| {
            format!("made {}, {}", account.username, account.role.as_str())
        })
    }
}

impl ChangeRole {
    fn run(self, invocation: &Invocation) -> Outcome {
        let config = invocation.config()?;
        database::existing(&config)?;
        let account =
            database::with(&config, async |ctx| role::change(ctx, &self.user, self.role.into()).await)?;
        print_one(account, self.format, |account| {
            format!("{} is {} now", account.username, account.role.as_str())
        })
    }
}

impl SetPassword {
    fn run(self, invocation: &Invocation) -> Outcome {
        let config = invocation.config()?;
        database::existing(&config)?;
        let new = self.password.read(invocation)?;
        let account = database::with(&config, async |ctx| password::set(ctx, &self.user, new).await)?;
        print_one(account, self.format, |account| {
            format!("{} has a new password and is signed out everywhere", account.username)
        })
    }
}

fn print_one(account: Account, format: Format, sentence: impl FnOnce(&Account) -> String) -> Outcome {
    if format.json { print_json(&Entry::from(account)) } else { print(&sentence(&account)) }
}

fn print_all(invocation: &Invocation, format: Format) -> Outcome {
    let config = invocation.config()?;
    database::existing(&config)?;
    let accounts = database::with(&config, list::list)?;
    if format.json {
        return print_json(&accounts.into_iter().map(Entry::from).collect::<Vec<_>>());
    }
    if accounts.is_empty() {
        note("there are no accounts yet");
        return Ok(());
    }
    let headings = ["USERNAME", "ROLE", "STATUS", "CREATED", "LAST SEEN", "NAME"].map(str::to_owned);
    let row = |account: Account| {
        [
            account.username,
            account.role.as_str().to_owned(),
            account.account_status.as_str().to_owned(),
            account.created_at.to_string(),
            account.last_seen.map_or_else(|| "never".to_owned(), |at| at.to_string()),
            account.display_name,
        ]
    };
    print(&table(&[headings].into_iter().chain(accounts.into_iter().map(row)).collect::<Vec<_>>()))
}
