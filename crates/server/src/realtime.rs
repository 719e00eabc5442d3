//! Kith behind the realtime engine: who connects, and what their commands do.

mod credentials;

use crate::config::Config;
use crate::http::seconds;
use crate::hub::{Client, Hub};
use crate::limits::{Key, Limiter, Tier};
use crate::metrics;
use crate::socket::{App, Class, CloseReason, ConnectRequest, Incoming, Refusal, Reply, Session};
use kith_api::command::ParseError;
use kith_api::event::ConnectionEstablished;
use kith_api::{Command, ErrorCode};
use kith_core::{Ctx, Error, dispatch::dispatch, presence, sync};
use serde_json::value::to_raw_value;
use std::sync::Arc;
use tokio::time::Instant;

/// The name under which refused commands are counted: what clients make up must not make labels.
const ANY: &str = "any";

/// The application of the engine.
pub struct Realtime {
    ctx: Ctx,
    hub: Arc<Hub>,
    limiter: Arc<Limiter>,
    config: Arc<Config>,
}

impl Realtime {
    /// Serves these actions to the hub's connections.
    pub fn new(ctx: Ctx, hub: Arc<Hub>, limiter: Arc<Limiter>, config: Arc<Config>) -> Self {
        Self { ctx, hub, limiter, config }
    }

    async fn sign_in(
        &self,
        session: &Arc<Session>,
        request: &ConnectRequest,
    ) -> Result<Arc<Client>, Refusal> {
        if request.namespace != "/" {
            return Err(refusal("Invalid namespace", "invalid_namespace", 4400));
        }
        let token = credentials::token(request, &self.config)?;
        let actor = self.ctx.authenticate(&token).await.map_err(refused)?;
        credentials::check_path(request, &actor)?;
        let chosen = presence::chosen(&self.ctx, &actor).await.map_err(refused)?;
        Ok(Arc::new(Client::new(Arc::clone(session), actor, chosen)))
    }

    /// A command within its limits.
    async fn command(&self, client: &Arc<Client>, event: &Incoming) -> Result<(&'static str, Reply), Error> {
        if !client.actor.is_live() {
            client.session.close(CloseReason::Revoked);
            return Err(Error::new(ErrorCode::SessionRevoked, "This session was ended; sign in again."));
        }
        // Taken first: what cannot be read costs as much as what can.
        self.take(client, Tier::Commands).await?;
        let command =
            Command::parse(event.name(), event.iter().next().unwrap_or("{}")).map_err(unreadable)?;
        if matches!(command, Command::SendMessage(_)) {
            self.take(client, Tier::Messages).await?;
        }
        let name = command.name();
        if let Command::SubscribePresence(request) = &command {
            if request.user_ids.len() > 500 {
                return Err(Error::field("userIds", "must name at most 500 people"));
            }
            self.hub.watch(client, &request.user_ids);
        }
        // Whoever comes back and missed nothing costs the store no question.
        if let Command::Sync(request) = &command
            && let Some(calm) = client.take_calm()
            && let Some(page) = sync::calm_page(&self.ctx, calm, request)
        {
            let page = to_raw_value(&page).map_err(Error::internal)?;
            return Ok((name, Reply::success(Box::<str>::from(page))));
        }
        let answer = dispatch(&self.ctx, &client.actor, command).await?;
        Ok((name, Reply::success(Box::<str>::from(answer))))
    }

    /// Takes one from a tier of the person; a connection that is refused again and again is closed.
    async fn take(&self, client: &Client, tier: Tier) -> Result<(), Error> {
        let decision = self.limiter.check(tier, Key::User(client.actor.user_id())).await;
        let Some(refused) = decision.and_then(|decision| decision.refusal()) else { return Ok(()) };
        if client.refused((self.ctx.now().0 / 60_000) as u64) {
            client.session.close(CloseReason::TooManyEvents);
        }
        Err(refused)
    }
}

impl App for Realtime {
    type Conn = Client;

    async fn connect(
        self: &Arc<Self>,
        session: &Arc<Session>,
        request: ConnectRequest,
    ) -> Result<Arc<Client>, Refusal> {
        let client = self.sign_in(session, &request).await?;
        // Announced before the snapshot is read, so that no membership change falls between the two.
        self.hub.announce(&client).await;
        let (heads, calm) = sync::heads(&self.ctx, client.actor.user_id()).await.map_err(refused)?;
        client.keep_heads(heads, calm);
        Ok(client)
    }

    fn may_resume(self: &Arc<Self>, kept: &Arc<Client>, fresh: &Arc<Client>) -> bool {
        kept.actor.is_live() && kept.actor.session_id() == fresh.actor.session_id()
    }

    fn connected(self: &Arc<Self>, session: &Arc<Session>, client: &Arc<Client>, resumed: bool) {
        let established = ConnectionEstablished {
            user_id: client.actor.user_id(),
            session_id: client.actor.session_id(),
            server_time: self.ctx.now(),
            cursor: sync::start_cursor(&self.ctx),
            ping_interval: match session.kind() {
                crate::socket::Kind::Raw => self.config.realtime.raw_ping,
                _ => self.config.realtime.ping_interval,
            }
            .as_millis() as u64,
        };
        // Told first: events that follow are those that the cursor does not cover.
        self.hub.tell(client, "connection:established", &established, Class::Reply);
        if resumed {
            self.hub.attached(client);
        } else if let Some((heads, calm)) = client.take_heads() {
            self.hub.join(client, heads, calm);
        }
    }

    async fn event(
        self: &Arc<Self>,
        _session: &Arc<Session>,
        client: &Arc<Client>,
        event: Incoming,
    ) -> Option<Reply> {
        let began = Instant::now();
        let (name, outcome, reply) = match self.command(client, &event).await {
            Ok((name, reply)) => (name, "ok", reply),
            Err(error) => (ANY, error.code.as_str(), failed(&error)),
        };
        metrics::command(name, outcome, began.elapsed());
        if name == "ping" && !event.wants_ack() {
            self.hub.tell(client, "pong", &serde_json::json!({}), Class::Reply);
        }
        Some(reply)
    }

    fn disconnected(self: &Arc<Self>, _session: &Arc<Session>, client: &Arc<Client>, _reason: CloseReason) {
        self.hub.leave(client);
    }

    fn detached(self: &Arc<Self>, _session: &Arc<Session>, client: &Arc<Client>) {
        self.hub.detached(client);
    }
}

fn unreadable(error: ParseError) -> Error {
    match error {
        ParseError::UnknownCommand => {
            Error::new(ErrorCode::UnknownCommand, "There is no command of this name.")
        }
        ParseError::Payload(error) => {
            Error::new(ErrorCode::ValidationFailed, format!("The payload does not fit: {error}."))
        }
    }
}

fn failed(error: &Error) -> Reply {
    let mut reply = Reply::error(error.message.clone(), error.code.as_str());
    if !error.details.is_empty() {
        reply = reply.with("details", serde_json::json!(error.details));
    }
    if let Some(after) = error.retry_after {
        reply = reply.with("retryAfter", seconds(after));
    }
    reply
}

fn refusal(message: &'static str, code: &'static str, close_code: u16) -> Refusal {
    Refusal { message: message.into(), code: code.into(), data: None, close_code }
}

/// Why an action's refusal keeps a client out: tokens are looked at again elsewhere, the rest may be tried again.
fn refused(error: Error) -> Refusal {
    let close_code = match error.code {
        ErrorCode::SessionRevoked => 4409,
        ErrorCode::Unauthenticated | ErrorCode::TokenExpired => 4401,
        ErrorCode::Forbidden | ErrorCode::AccountPending | ErrorCode::AccountSuspended => 4403,
        _ => 4503,
    };
    Refusal { message: error.message.into(), code: error.code.as_str().into(), data: None, close_code }
}
