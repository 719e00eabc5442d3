//! From a realtime command to its action: one match.

use crate::conversations::mark;
use crate::messages::{delete, edit, react, send};
use crate::{Actor, Ctx, Error, Result, presence, sync, typing};
use kith_api::Command;
use kith_api::command::ReceiptKind;
use serde::Serialize;

/// The answer to a command, as JSON.
pub type Answer = Box<serde_json::value::RawValue>;

/// Runs a command. Presence subscriptions belong to a connection, so the hub takes them before this.
pub async fn dispatch(ctx: &Ctx, actor: &Actor, command: Command) -> Result<Answer> {
    match command {
        Command::SendMessage(request) => answer(&send::send(ctx, actor, *request).await?),
        Command::EditMessage(request) => {
            answer(&edit::edit(ctx, actor, request.message_id, request.content).await?)
        }
        Command::DeleteMessage(request) => {
            answer(&delete::delete(ctx, actor, request.message_id, request.scope).await?)
        }
        Command::MarkDelivered(request) => {
            answer(&mark::mark(ctx, actor, ReceiptKind::Delivered, request).await?)
        }
        Command::MarkRead(request) => answer(&mark::mark(ctx, actor, ReceiptKind::Read, request).await?),
        Command::TypingStart(request) => answer(&typing::start(ctx, actor, request).await?),
        Command::TypingStop(request) => answer(&typing::stop(ctx, actor, request).await?),
        Command::React(request) => answer(&react::react(ctx, actor, request).await?),
        Command::UpdatePresence(request) => answer(&presence::update(ctx, actor, request.status).await?),
        Command::SubscribePresence(_) => answer(&()),
        Command::Sync(request) => answer(&sync::page(ctx, actor, request).await?),
        Command::Ping => answer(&"pong"),
    }
}

fn answer<T: Serialize>(value: &T) -> Result<Answer> {
    serde_json::value::to_raw_value(value).map_err(Error::internal)
}
