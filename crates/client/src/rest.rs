//! The HTTP API with types.

use crate::error::{Error, Refusal};
use kith_api::{
    ConversationId, ErrorCode, MessageId, SessionId, UserId,
    command::{
        AddParticipant, ChangeRole, CreateConversation, DeleteFor, Login, PublishKey, Register,
        RegisterDevice, SendMessage, SetStatus, UpdateConversation, UpdatePresence, UpdateProfile,
    },
    command::{Mark, ReceiptKind},
    view::{
        Conversation, Device, Me, Message, Page, Presence, PublicKey, ReadMarker, Receipt, Session, SignedIn,
        Stats, SyncPage, Tokens, User,
    },
};
use reqwest::{Method, StatusCode, Url, header};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

/// A client of one server. Clones share connections and tokens.
///
/// Every request fails with [`Error::Api`] when the server refuses and with [`Error::Unanswered`] when no answer came,
/// which leaves open whether it was done. An expired access token is refreshed once on the way.
#[derive(Clone)]
pub struct Rest {
    http: reqwest::Client,
    base: Url,
    tokens: Arc<RwLock<Option<Tokens>>>,
    refreshing: Arc<tokio::sync::Mutex<()>>,
}

impl fmt::Debug for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rest").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Listing<T> {
    /// The entries.
    pub items: Vec<T>,
    /// Where it goes on.
    pub page: Page,
}

/// Any response, as it came.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: header::HeaderMap,
    /// The body; `null` when it is not JSON.
    pub body: Value,
}

/// Which messages of a conversation.
#[derive(Clone, Debug, Default)]
pub struct MessageQuery {
    /// Messages a page, 1–100.
    pub limit: Option<u32>,
    /// Opaque, from the last page.
    pub cursor: Option<String>,
    /// Older than this `seq`, newest first.
    pub before: Option<i64>,
    /// Newer than this `seq`, oldest first.
    pub after: Option<i64>,
    /// A window around this message.
    pub anchor: Option<MessageId>,
    /// How many on both sides of the anchor.
    pub around: Option<u32>,
    /// How many to leave out, newest first.
    pub offset: Option<u32>,
}

impl MessageQuery {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let number = |name, value: Option<i64>| value.map(|value| (name, value.to_string()));
        [
            number("limit", self.limit.map(i64::from)),
            self.cursor.clone().map(|cursor| ("cursor", cursor)),
            number("before", self.before),
            number("after", self.after),
            self.anchor.map(|anchor| ("anchor", anchor.to_string())),
            number("around", self.around.map(i64::from)),
            number("offset", self.offset.map(i64::from)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl Rest {
    /// A client of the server at `base`, such as `http://127.0.0.1:3000`.
    ///
    /// # Errors
    /// If `base` is no HTTP address.
    pub fn new(base: &str) -> Result<Self, Error> {
        let base = Url::parse(base).map_err(Error::protocol)?;
        if base.cannot_be_a_base() || base.host_str().is_none() {
            return Err(Error::protocol("the server's address has no host"));
        }
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(30))
            .build()
            .map_err(Error::protocol)?;
        Ok(Self { http, base, tokens: Arc::default(), refreshing: Arc::default() })
    }

    /// The same server without a sign-in.
    pub fn anonymous(&self) -> Self {
        Self { tokens: Arc::default(), refreshing: Arc::default(), ..self.clone() }
    }

    /// Where the server is.
    pub fn base(&self) -> &Url {
        &self.base
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// The present access token.
    pub fn token(&self) -> Option<String> {
        self.tokens().map(|tokens| tokens.access_token)
    }

    /// The present tokens.
    pub fn tokens(&self) -> Option<Tokens> {
        self.tokens.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Uses these tokens from now on.
    pub fn set_tokens(&self, tokens: Option<Tokens>) {
        *self.tokens.write().unwrap_or_else(PoisonError::into_inner) = tokens;
    }

    /// Sends any request as it is, with the present token, and returns any answer.
    ///
    /// # Errors
    /// Only if no answer came.
    pub async fn raw(&self, method: Method, path: &str, body: Option<Value>) -> Result<Reply, Error> {
        let mut request = self.http.request(method, self.url(path, &[])?);
        if let Some(token) = self.token() {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        reply(request).await
    }

    fn url(&self, path: &str, query: &[(&str, String)]) -> Result<Url, Error> {
        let mut url = self.base.join(path).map_err(Error::protocol)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, String)],
        body: Option<Value>,
    ) -> Result<Value, Error> {
        let url = self.url(path, query)?;
        let mut renewed = false;
        loop {
            let token = self.token();
            let mut request = self.http.request(method.clone(), url.clone());
            if let Some(token) = &token {
                request = request.bearer_auth(token);
            }
            if let Some(body) = &body {
                request = request.json(body);
            }
            match accept(reply(request).await?) {
                Err(Error::Api(error)) if error.code == ErrorCode::TokenExpired && !renewed => {
                    renewed = true;
                    self.renew(token).await?;
                }
                answer => return answer,
            }
        }
    }

    /// Refreshes unless somebody else just did.
    pub(crate) async fn renew(&self, stale: Option<String>) -> Result<(), Error> {
        let _alone = self.refreshing.lock().await;
        if self.token() == stale {
            self.refresh().await?;
        }
        Ok(())
    }

    async fn get<T: DeserializeOwned>(&self, path: &str, query: &[(&str, String)]) -> Result<T, Error> {
        data(self.ask(Method::GET, path, query, None).await?)
    }

    async fn list<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<Listing<T>, Error> {
        let mut body = self.ask(Method::GET, path, query, None).await?;
        let page = serde_json::from_value(body["page"].take()).map_err(Error::protocol)?;
        Ok(Listing { items: data(body)?, page })
    }

    async fn put<T: DeserializeOwned>(&self, path: &str, body: impl Serialize) -> Result<T, Error> {
        data(self.ask(Method::PUT, path, &[], Some(encode(body)?)).await?)
    }

    async fn post<T: DeserializeOwned>(&self, path: &str, body: impl Serialize) -> Result<T, Error> {
        data(self.ask(Method::POST, path, &[], Some(encode(body)?)).await?)
    }

    async fn delete(&self, path: &str) -> Result<(), Error> {
        self.ask(Method::DELETE, path, &[], None).await.map(drop)
    }
}

/// Accounts and sessions.
impl Rest {
    /// Makes an account and signs in.
    pub async fn register(&self, body: &Register) -> Result<SignedIn, Error> {
        self.sign_in("/api/auth/register", encode(body)?).await
    }

    /// Signs in by name.
    pub async fn login(&self, username: &str, password: &str) -> Result<SignedIn, Error> {
        let body =
            Login { username: Some(username.to_owned()), password: password.to_owned(), ..Login::default() };
        self.sign_in("/api/auth/login", encode(body)?).await
    }

    async fn sign_in(&self, path: &str, body: Value) -> Result<SignedIn, Error> {
        let signed_in: SignedIn = data(self.ask(Method::POST, path, &[], Some(without_nulls(body))).await?)?;
        self.set_tokens(Some(signed_in.tokens.clone()));
        Ok(signed_in)
    }

    /// Changes the tokens for new ones.
    ///
    /// # Errors
    /// What the server says; the session may have been ended.
    pub async fn refresh(&self) -> Result<Tokens, Error> {
        let refresh_token = self.tokens().map(|tokens| tokens.refresh_token);
        let request = self
            .http
            .post(self.url("/api/auth/refresh", &[])?)
            .json(&json!({ "refreshToken": refresh_token }));
        let tokens: Tokens = data(accept(reply(request).await?)?)?;
        self.set_tokens(Some(tokens.clone()));
        Ok(tokens)
    }

    /// Ends this session and forgets its tokens.
    pub async fn logout(&self) -> Result<(), Error> {
        self.ask(Method::POST, "/api/auth/logout", &[], None).await?;
        self.set_tokens(None);
        Ok(())
    }

    /// Ends all sessions of the account.
    pub async fn logout_all(&self) -> Result<(), Error> {
        self.ask(Method::POST, "/api/auth/logout-all", &[], None).await?;
        self.set_tokens(None);
        Ok(())
    }

    /// One's own account.
    pub async fn me(&self) -> Result<Me, Error> {
        self.get("/api/auth/me", &[]).await
    }

    /// The signed-in devices.
    pub async fn sessions(&self) -> Result<Vec<Session>, Error> {
        self.get("/api/auth/sessions", &[]).await
    }

    /// Signs a device out.
    pub async fn end_session(&self, id: SessionId) -> Result<(), Error> {
        self.delete(&format!("/api/auth/sessions/{id}")).await
    }
}

/// Users.
impl Rest {
    /// People whose name begins so.
    pub async fn users(&self, search: &str) -> Result<Listing<User>, Error> {
        self.list("/api/users", &[("search", search.to_owned())]).await
    }

    /// A profile by identifier or username.
    pub async fn user(&self, id_or_username: &str) -> Result<User, Error> {
        self.get(&format!("/api/users/{id_or_username}"), &[]).await
    }

    /// Changes one's own profile.
    pub async fn update_profile(&self, id: UserId, body: &UpdateProfile) -> Result<User, Error> {
        self.put(&format!("/api/users/{id}"), body).await
    }

    /// Who is connected now.
    pub async fn online_users(&self) -> Result<Listing<User>, Error> {
        self.list("/api/users/online", &[]).await
    }

    /// Somebody's published key.
    pub async fn public_key(&self, id_or_username: &str) -> Result<PublicKey, Error> {
        self.get(&format!("/api/users/{id_or_username}/public-key"), &[]).await
    }

    /// Publishes one's own key.
    pub async fn publish_key(&self, body: &PublishKey) -> Result<PublicKey, Error> {
        self.put("/api/users/me/public-key", body).await
    }

    /// Names this device.
    pub async fn register_device(&self, body: &RegisterDevice) -> Result<Device, Error> {
        self.post("/api/users/device", body).await
    }

    /// Figures about oneself.
    pub async fn stats(&self) -> Result<Stats, Error> {
        self.get("/api/users/stats", &[]).await
    }

    /// What others see.
    pub async fn update_presence(&self, status: Presence) -> Result<(), Error> {
        let body = encode(UpdatePresence { status })?;
        self.ask(Method::PUT, "/api/users/me/presence", &[], Some(body)).await.map(drop)
    }
}

/// Conversations.
impl Rest {
    /// One page, newest activity first.
    pub async fn conversations(&self, cursor: Option<&str>) -> Result<Listing<Conversation>, Error> {
        let query: Vec<_> = cursor.map(|cursor| ("cursor", cursor.to_owned())).into_iter().collect();
        self.list("/api/conversations", &query).await
    }

    /// One conversation.
    pub async fn conversation(&self, id: ConversationId) -> Result<Conversation, Error> {
        self.get(&format!("/api/conversations/{id}"), &[]).await
    }

    /// Makes a conversation; a dm between the same two is one however often it is asked for.
    pub async fn create_conversation(&self, body: &CreateConversation) -> Result<Conversation, Error> {
        let body = without_nulls(encode(body)?);
        self.post("/api/conversations", body).await
    }

    /// Renames.
    pub async fn update_conversation(
        &self,
        id: ConversationId,
        body: &UpdateConversation,
    ) -> Result<Conversation, Error> {
        self.put(&format!("/api/conversations/{id}"), body).await
    }

    /// Adds a member.
    pub async fn add_participant(&self, id: ConversationId, body: &AddParticipant) -> Result<Value, Error> {
        let body = without_nulls(encode(body)?);
        self.post(&format!("/api/conversations/{id}/participants"), body).await
    }

    /// Changes a member's role.
    pub async fn change_role(
        &self,
        id: ConversationId,
        user: UserId,
        body: &ChangeRole,
    ) -> Result<Value, Error> {
        self.put(&format!("/api/conversations/{id}/participants/{user}"), body).await
    }

    /// Removes a member, or leaves.
    pub async fn remove_participant(&self, id: ConversationId, user: UserId) -> Result<(), Error> {
        self.delete(&format!("/api/conversations/{id}/participants/{user}")).await
    }

    /// Read up to `seq`.
    pub async fn mark_read(&self, id: ConversationId, seq: i64) -> Result<ReadMarker, Error> {
        let body = Mark { seq: Some(seq), ..Mark::default() };
        self.post(&format!("/api/conversations/{id}/read"), body).await
    }

    /// Received up to `seq`.
    pub async fn mark_delivered(&self, id: ConversationId, seq: i64) -> Result<Value, Error> {
        let body = Mark { seq: Some(seq), ..Mark::default() };
        self.post(&format!("/api/conversations/{id}/delivered"), body).await
    }

    /// Who has received and read up to where.
    pub async fn receipts(&self, id: ConversationId) -> Result<Vec<Receipt>, Error> {
        self.get(&format!("/api/conversations/{id}/receipts"), &[]).await
    }

    /// What changed since `cursor`.
    ///
    /// # Errors
    /// [`ErrorCode::Resync`] when the cursor is older than what is kept.
    pub async fn sync(&self, cursor: Option<&str>, limit: Option<u32>) -> Result<SyncPage, Error> {
        let mut query: Vec<_> = cursor.map(|cursor| ("cursor", cursor.to_owned())).into_iter().collect();
        query.extend(limit.map(|limit| ("limit", limit.to_string())));
        self.get("/api/sync", &query).await
    }
}

/// Messages.
impl Rest {
    /// Sends once. See [`crate::Device::send`] for sending until it is acknowledged.
    ///
    /// # Errors
    /// What the server says; [`Error::Unanswered`] leaves it open whether the message is stored.
    pub async fn send(&self, body: &SendMessage) -> Result<Message, Error> {
        self.post("/api/messages", body).await
    }

    /// One page of a conversation.
    pub async fn messages(
        &self,
        id: ConversationId,
        query: &MessageQuery,
    ) -> Result<Listing<Message>, Error> {
        self.list(&format!("/api/conversations/{id}/messages"), &query.pairs()).await
    }

    /// The whole history, oldest first.
    pub async fn history(&self, id: ConversationId) -> Result<Vec<Message>, Error> {
        let (mut messages, mut after) = (Vec::new(), 0);
        loop {
            let query = MessageQuery { after: Some(after), limit: Some(100), ..MessageQuery::default() };
            let listing = self.messages(id, &query).await?;
            let Some(last) = listing.items.last() else { return Ok(messages) };
            if last.seq <= after {
                return Err(Error::protocol("a page after a place goes backwards"));
            }
            after = last.seq;
            messages.extend(listing.items);
        }
    }

    /// One message.
    pub async fn message(&self, id: MessageId) -> Result<Message, Error> {
        self.get(&format!("/api/messages/{id}"), &[]).await
    }

    /// Changes one's own message.
    pub async fn edit(&self, id: MessageId, content: &str) -> Result<Message, Error> {
        self.put(&format!("/api/messages/{id}"), json!({ "content": content })).await
    }

    /// Deletes for everyone or for oneself.
    pub async fn delete_message(&self, id: MessageId, scope: DeleteFor) -> Result<(), Error> {
        let scope = match scope {
            DeleteFor::Everyone => "everyone",
            DeleteFor::Me => "me",
        };
        self.delete(&format!("/api/messages/{id}?for={scope}")).await
    }

    /// Marks one message, and with it everything before it.
    pub async fn set_status(&self, id: MessageId, status: ReceiptKind) -> Result<Value, Error> {
        let body = encode(SetStatus { status })?;
        data(self.ask(Method::PATCH, &format!("/api/messages/{id}/status"), &[], Some(body)).await?)
    }

    /// Puts a reaction.
    pub async fn react(&self, id: MessageId, emoji: &str) -> Result<Value, Error> {
        self.post(&format!("/api/messages/{id}/reactions"), json!({ "emoji": emoji })).await
    }

    /// Takes a reaction back.
    pub async fn unreact(&self, id: MessageId, emoji: &str) -> Result<(), Error> {
        let mut url = self.url(&format!("/api/messages/{id}/reactions"), &[])?;
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.push(emoji);
        }
        self.delete(url.path()).await
    }
}

async fn reply(request: reqwest::RequestBuilder) -> Result<Reply, Error> {
    let response = request.send().await.map_err(|error| Error::unanswered(without_url(error)))?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await.map_err(|error| Error::unanswered(without_url(error)))?;
    Ok(Reply { status, headers, body: serde_json::from_slice(&bytes).unwrap_or_default() })
}

/// Says the innermost cause; the address may carry a token.
fn without_url(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

fn accept(reply: Reply) -> Result<Value, Error> {
    if StatusCode::from_u16(reply.status).is_ok_and(|status| status.is_success()) {
        return Ok(reply.body);
    }
    let refusal: Refusal = serde_json::from_value(reply.body).map_err(|error| {
        Error::protocol(format!("status {} without an error body: {error}", reply.status))
    })?;
    let mut error = refusal.into_error(reply.status);
    let header = reply.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    error.retry_after = header.map(Duration::from_secs).or(error.retry_after);
    Err(error.into())
}

fn data<T: DeserializeOwned>(mut body: Value) -> Result<T, Error> {
    serde_json::from_value(body["data"].take()).map_err(Error::protocol)
}

fn encode(body: impl Serialize) -> Result<Value, Error> {
    serde_json::to_value(body).map_err(Error::protocol)
}

/// Leaves out what was not given.
fn without_nulls(mut body: Value) -> Value {
    if let Value::Object(fields) = &mut body {
        fields.retain(|_, value| !value.is_null());
    }
    body
}
