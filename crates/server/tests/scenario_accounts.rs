//! Stories of accounts and sessions, as `4-security.md` of the contract tells them.

use kith_api::{
    ErrorCode,
    command::{Register, SendMessage, UpdateProfile},
    view::{Role, Tokens},
};
use kith_client::{Error, Rest, Transport};
use kith_testkit::{Ears, Engine, TestServer, server::PASSWORD};
use reqwest::{Method, header};
use serde_json::{Value, json};
use std::{collections::HashSet, time::Duration};
use tokio::{task::JoinSet, time::Instant};

fn assert_refused<T: std::fmt::Debug>(outcome: Result<T, Error>, code: ErrorCode) {
    match outcome {
        Err(Error::Api(error)) => assert_eq!(error.code, code, "{}", error.message),
        other => panic!("{code} was expected, not {other:?}"),
    }
}

/// The same session with other tokens.
fn with_tokens(rest: &Rest, tokens: Tokens) -> Rest {
    let other = rest.anonymous();
    other.set_tokens(Some(tokens));
    other
}

async fn the_first_account_is_admin(engine: Engine) {
    let server = TestServer::start(engine).await;
    let ada = server.account("ada").await;
    let ben = server.account("ben").await;
    assert_eq!(ada.rest.me().await.expect("signed in").user.role, Role::Admin);
    assert_eq!(ben.rest.me().await.expect("signed in").user.role, Role::User);
}

async fn names_are_unique_and_passwords_strong(engine: Engine) {
    let server = TestServer::start(engine).await;
    server.account("ada").await;
    let register = |username: &str, password: &str| Register {
        username: username.into(),
        password: password.into(),
        ..Register::default()
    };
    for (username, password, code) in [
        ("ADA", PASSWORD, ErrorCode::UsernameTaken),
        ("a", PASSWORD, ErrorCode::ValidationFailed),
        ("not a name", PASSWORD, ErrorCode::ValidationFailed),
        ("ben", "short", ErrorCode::ValidationFailed),
        ("ben", "password1", ErrorCode::ValidationFailed),
        ("ben", &"x".repeat(1025), ErrorCode::ValidationFailed),
    ] {
        assert_refused(server.rest().register(&register(username, password)).await, code);
    }
    // Passwords are never cut: these differ at byte 73.
    let long = format!("{}-horse-battery-staple-{}", "correct".repeat(6), "y".repeat(40));
    let other = format!("{}z", &long[..long.len() - 1]);
    server.rest().register(&register("ben", &long)).await.expect("long passwords are taken");
    assert_refused(server.rest().login("ben", &other).await, ErrorCode::InvalidCredentials);
    server.rest().login("BEN", &long).await.expect("names have no case");
}

async fn closed_registration_is_closed(engine: Engine) {
    let server = TestServer::start_with(engine, &[("KITH_AUTH__REGISTRATION", "closed")]).await;
    server.account("ada").await;
    let body = Register { username: "ben".into(), password: PASSWORD.into(), ..Register::default() };
    assert_refused(server.rest().register(&body).await, ErrorCode::RegistrationClosed);
}

async fn refresh_tokens_rotate(engine: Engine) {
    let server = TestServer::start(engine).await;
    let ada = server.account("ada").await;
    let before = ada.rest.tokens().expect("signed in");
    let after = ada.rest.refresh().await.expect("refreshes");
    assert_ne!(before.refresh_token, after.refresh_token);
    assert_eq!(after.token, after.access_token);
    ada.rest.me().await.expect("the new token is good");
    ada.rest.refresh().await.expect("the new refresh token is good");
    // An access token does not refresh, a refresh token does not give access.
    let swapped = Tokens {
        access_token: after.refresh_token.clone(),
        token: after.refresh_token.clone(),
        refresh_token: after.access_token.clone(),
        ..after
    };
    let swapped = with_tokens(&ada.rest, swapped);
    assert_refused(swapped.me().await, ErrorCode::Unauthenticated);
    assert_refused(swapped.refresh().await, ErrorCode::Unauthenticated);
}

async fn fifty_racing_refreshes_have_one_successor(engine: Engine) {
    let server = TestServer::start(engine).await;
    let ada = server.account("ada").await;
    let tokens = ada.rest.tokens().expect("signed in");
    let mut racers = JoinSet::new();
    for _ in 0..50 {
        let racer = with_tokens(&ada.rest, tokens.clone());
        racers.spawn(async move { racer.refresh().await.map(|tokens| tokens.refresh_token) });
    }
    let successors: HashSet<String> = racers
        .join_all()
        .await
        .into_iter()
        .map(|outcome| outcome.expect("racing tabs are answered"))
        .collect();
    assert_eq!(successors.len(), 1, "one token has several successors");
}

async fn a_replayed_refresh_token_ends_the_family(engine: Engine) {
    let server = TestServer::start_with(engine, &[("KITH_AUTH__REFRESH_GRACE", "0s")]).await;
    let ada = server.account("ada").await;
    let elsewhere = ada.another_session().await;
    let stolen = ada.rest.tokens().expect("signed in");
    let successor = ada.rest.refresh().await.expect("refreshes");
    let socket = Ears::open(&ada.rest, Transport::Raw).await;
    // So that the grace time of zero has passed.
    tokio::time::sleep(Duration::from_millis(20)).await;
    let begin = Instant::now();
    assert_refused(with_tokens(&ada.rest, stolen).refresh().await, ErrorCode::SessionRevoked);
    let closed = socket.expect_closed(Duration::from_secs(2)).await;
    assert_eq!(closed.code, Some(4409), "{closed:?}");
    assert!(begin.elapsed() <= Duration::from_secs(1), "the socket lived on for {:?}", begin.elapsed());
    let family = with_tokens(&ada.rest, successor);
    assert_refused(family.refresh().await, ErrorCode::SessionRevoked);
    assert_refused(family.me().await, ErrorCode::SessionRevoked);
    elsewhere.rest.me().await.expect("other sign-ins are not concerned");
}

async fn logout_closes_the_sockets_of_the_session(engine: Engine) {
    let server = TestServer::start(engine).await;
    let ada = server.account("ada").await;
    let laptop = ada.another_session().await;
    for transport in Transport::ALL {
        let phone = ada.another_session().await;
        let (mine, other) =
            (Ears::open(&phone.rest, transport).await, Ears::open(&laptop.rest, transport).await);
        let token = phone.rest.tokens().expect("signed in");
        let begin = Instant::now();
        phone.rest.logout().await.expect("signs out");
        let closed = mine.expect_closed(Duration::from_secs(2)).await;
        assert!(
            begin.elapsed() <= Duration::from_secs(1),
            "{transport:?} lived on for {:?}",
            begin.elapsed()
        );
        if transport == Transport::Raw {
            assert_eq!(closed.code, Some(4409));
        }
        let after = with_tokens(&ada.rest, token);
        assert_refused(after.me().await, ErrorCode::SessionRevoked);
        let again = Ears::try_open(&after, transport).await;
        assert!(again.is_err(), "{transport:?} takes the token of an ended session");
        other.call("sync", &json!({})).await.expect("other sessions go on");
    }
    let sessions = laptop.rest.sessions().await.expect("sessions are listed");
    assert_eq!(sessions.iter().filter(|session| session.current).count(), 1);
    let (first, second) =
        (Ears::open(&ada.rest, Transport::WebSocket).await, Ears::open(&laptop.rest, Transport::Raw).await);
    laptop.rest.logout_all().await.expect("signs out everywhere");
    first.expect_closed(Duration::from_secs(1)).await;
    second.expect_closed(Duration::from_secs(1)).await;
    assert_refused(ada.rest.me().await, ErrorCode::SessionRevoked);
}

async fn a_session_can_be_ended_from_another(engine: Engine) {
    let server = TestServer::start(engine).await;
    let ada = server.account("ada").await;
    let ben = server.account("ben").await;
    let lost = ada.another_session().await;
    let id = lost.rest.sessions().await.expect("listed").into_iter().find(|session| session.current);
    let id = id.expect("one is current").id;
    assert_refused(ben.rest.end_session(id).await, ErrorCode::NotFound);
    ada.rest.end_session(id).await.expect("ends it");
    assert_refused(lost.rest.me().await, ErrorCode::SessionRevoked);
    assert_refused(lost.rest.refresh().await, ErrorCode::SessionRevoked);
}

async fn a_password_that_the_operator_sets_ends_what_is_open(engine: Engine) {
    let server = TestServer::start(engine).await;
    let [ada, ben] = [server.account("ada").await, server.account("ben").await];
    let (hers, his) =
        (Ears::open(&ada.rest, Transport::WebSocket).await, Ears::open(&ben.rest, Transport::Raw).await);
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "seven green umbrellas\n").expect("is written");
    let path = file.path().to_str().expect("text");
    let said = server.run(&["user", "password", "ada", "--password-file", path]).expect("runs");
    assert!(said.status.success(), "{said:?}");
    hers.expect_closed(Duration::from_secs(5)).await;
    assert_refused(ada.rest.me().await, ErrorCode::SessionRevoked);
    his.call("sync", &json!({})).await.expect("others are not concerned");
    server.rest().login("ada", "seven green umbrellas").await.expect("signs in anew");
}

async fn ten_failures_lock_the_account(engine: Engine) {
    let mut server = TestServer::start(engine).await;
    let ada = server.account("ada").await;
    let body = |username: &str, password: &str| json!({ "username": username, "password": password });
    let login = async |server: &TestServer, username: &str, password: &str| {
        server
            .rest()
            .raw(Method::POST, "/api/auth/login", Some(body(username, password)))
            .await
            .expect("answers")
    };
    let without_id = |mut body: Value| {
        body.as_object_mut().expect("an object").remove("requestId");
        body
    };
    for _ in 0..10 {
        let (known, unknown) =
            (login(&server, "ada", "wrong password").await, login(&server, "nobody", "wrong password").await);
        assert_eq!((known.status, unknown.status), (401, 401));
        assert_eq!(without_id(known.body), without_id(unknown.body), "the answer tells who has an account");
    }
    for name in ["ada", "nobody"] {
        let locked = login(&server, name, PASSWORD).await;
        assert_eq!((locked.status, &locked.body["code"]), (423, &json!("account_locked")), "{name}");
        let wait: u64 = locked.headers[header::RETRY_AFTER].to_str().expect("text").parse().expect("seconds");
        assert!((1..=900).contains(&wait), "{wait} s");
    }
    server.restart().await;
    assert_eq!(login(&server, "ada", PASSWORD).await.status, 423, "the lock does not survive a restart");
    ada.rest.me().await.expect("whoever is signed in stays so");
}

async fn the_lock_is_on_the_account_whatever_it_is_called(engine: Engine) {
    let server = TestServer::start(engine).await;
    let ada = Register {
        username: "ada".into(),
        email: Some("ada@example.org".into()),
        password: PASSWORD.into(),
        ..Register::default()
    };
    server.rest().register(&ada).await.expect("registers");
    let attempt = async |login: &str, password: &str| {
        let body = json!({ "login": login, "password": password });
        server.rest().raw(Method::POST, "/api/auth/login", Some(body)).await.expect("answers").status
    };
    for number in 0..10 {
        let name = ["ada", "ADA", "ada@example.org", "Ada@Example.org"][number % 4];
        assert_eq!(attempt(name, "wrong password").await, 401);
    }
    for name in ["ada", "ada@example.org"] {
        assert_eq!(attempt(name, PASSWORD).await, 423, "{name}");
    }
}

async fn guesses_at_once_are_all_counted(engine: Engine) {
    let server = TestServer::start(engine).await;
    server.account("ada").await;
    let mut guesses = JoinSet::new();
    for _ in 0..10 {
        let rest = server.rest();
        guesses.spawn(async move { rest.login("ada", "wrong password").await });
    }
    for outcome in guesses.join_all().await {
        assert_refused(outcome, ErrorCode::InvalidCredentials);
    }
    assert_refused(server.rest().login("ada", PASSWORD).await, ErrorCode::AccountLocked);
}

async fn people_are_found_by_any_name_in_any_script(engine: Engine) {
    let server = TestServer::start(engine).await;
    let ada = server.account("ada").await;
    for (username, display_name) in [("elodie", "Élodie"), ("olga", "Ольга"), ("percy", "100%_sure")] {
        let other = server.account(username).await;
        let body = UpdateProfile { display_name: Some(display_name.into()), ..UpdateProfile::default() };
        other.rest.update_profile(other.id, &body).await.expect("renames");
    }
    for (search, found) in [
        ("élo", vec!["elodie"]),
        ("ÉLODIE", vec!["elodie"]),
        ("ольг", vec!["olga"]),
        ("Ol", vec!["olga"]),
        ("100%_", vec!["percy"]),
        ("%", vec![]),
        ("_", vec![]),
        ("\u{10FFFF}", vec![]),
    ] {
        let listing = ada.rest.users(search).await.expect("answers");
        let names: Vec<_> = listing.items.iter().map(|user| user.username.as_str()).collect();
        assert_eq!(names, found, "{search}");
    }
    assert_eq!(ada.rest.users("").await.expect("answers").items.len(), 4);
}

async fn nobody_is_taken_for_an_identifier(engine: Engine) {
    let server = TestServer::start(engine).await;
    let [ada, ben] = [server.account("ada").await, server.account("ben").await];
    let bare = ada.id.to_string().replace('-', "");
    let impostor = server.account(&bare).await;
    assert_eq!(ben.rest.user(&bare).await.expect("there is one").id, impostor.id);
    assert_eq!(ben.rest.user(&ada.id.to_string()).await.expect("there is one").id, ada.id);
}

async fn forged_tokens_are_worth_nothing(engine: Engine) {
    let server = TestServer::start(engine).await;
    let other = TestServer::start(engine).await;
    let ada = server.account("ada").await;
    let stranger = other.account("ada").await;
    let good = ada.rest.token().expect("signed in");
    let [head, body, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!("not a JWT") };
    // {"alg":"none","typ":"JWT"}
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    let forged = [
        format!("{none}.{body}."),
        format!("{none}.{body}.{signature}"),
        format!("{head}.{body}."),
        format!("{head}.{body}.{}", signature.chars().rev().collect::<String>()),
        format!("{head}.{body}"),
        stranger.rest.token().expect("signed in"),
        "..".to_owned(),
        "x".repeat(100_000),
    ];
    for token in forged {
        let tokens = Tokens {
            access_token: token.clone(),
            token: token.clone(),
            refresh_token: token.clone(),
            expires_in: 900,
        };
        let forger = with_tokens(&ada.rest, tokens);
        let short = &token[..token.len().min(60)];
        match forger.me().await {
            Err(Error::Api(error)) => assert_eq!(error.status, 401, "{short}"),
            // A head of 100 kB may also be cut off.
            Err(_) if token.len() > 10_000 => {}
            other => panic!("{short}: {other:?}"),
        }
        if token.len() < 10_000 {
            for transport in Transport::ALL {
                assert!(Ears::try_open(&forger, transport).await.is_err(), "{transport:?} takes {short}");
            }
        }
    }
}

async fn expired_access_is_renewed_once(engine: Engine) {
    let server = TestServer::start_with(engine, &[("KITH_AUTH__ACCESS_TTL", "10s")]).await;
    let ada = server.account("ada").await;
    let first = ada.rest.tokens().expect("signed in");
    tokio::time::sleep(Duration::from_millis(11_500)).await;
    let stale = ada.rest.raw(Method::GET, "/api/auth/me", None).await.expect("answers");
    assert_eq!((stale.status, &stale.body["code"]), (401, &json!("token_expired")));
    ada.rest.me().await.expect("the client refreshes by itself");
    assert_ne!(ada.rest.tokens().expect("signed in").refresh_token, first.refresh_token);
}

async fn cookies_need_a_trusted_origin(engine: Engine) {
    let server = TestServer::start(engine).await;
    server.account("ada").await;
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    let url = |path: &str| format!("{}{path}", server.url());
    let signed_in = http
        .post(url("/api/auth/login"))
        .json(&json!({ "username": "ada", "password": PASSWORD }))
        .send()
        .await
        .expect("answers");
    let cookies: Vec<String> = signed_in
        .headers()
        .get_all(header::SET_COOKIE)
        .iter()
        .map(|cookie| cookie.to_str().expect("text").to_owned())
        .collect();
    for (name, path) in [("kith_access", "Path=/"), ("kith_refresh", "Path=/api/auth")] {
        let cookie = cookies.iter().find(|cookie| cookie.starts_with(name)).expect("both cookies are set");
        let flags: Vec<&str> = cookie.split("; ").collect();
        assert!(
            flags.contains(&"HttpOnly") && flags.contains(&"SameSite=Lax") && flags.contains(&path),
            "{cookie}"
        );
    }
    let jar: Vec<&str> = cookies.iter().filter_map(|cookie| cookie.split(';').next()).collect();
    let jar = jar.join("; ");
    let logout = |origin: Option<&str>| {
        let mut request = http.post(url("/api/auth/logout")).header(header::COOKIE, &jar);
        if let Some(origin) = origin {
            request = request.header(header::ORIGIN, origin);
        }
        request.send()
    };
    let me = http.get(url("/api/auth/me")).header(header::COOKIE, &jar).send().await.expect("answers");
    assert_eq!(me.status(), 200, "reading needs no origin");
    for origin in [None, Some("null"), Some("https://evil.example")] {
        let refused = logout(origin).await.expect("answers");
        assert_eq!(refused.status(), 403, "{origin:?}");
        let body: Value = refused.json().await.expect("an envelope");
        assert_eq!(body["code"], "csrf");
    }
    let own = server.url();
    assert_eq!(logout(Some(&own)).await.expect("answers").status(), 200);
}

async fn server_owned_fields_cannot_be_set(engine: Engine) {
    let server = TestServer::start(engine).await;
    let _admin = server.account("ada").await;
    let rest = server.rest();
    let body = json!({
        "username": "ben", "password": PASSWORD, "role": "admin", "accountStatus": "suspended", "id": uuid(),
        "emailVerified": true,
    });
    let reply = rest.raw(Method::POST, "/api/auth/register", Some(body)).await.expect("answers");
    assert_eq!(reply.status, 201, "{}", reply.body);
    let user = &reply.body["data"]["user"];
    assert_eq!((&user["role"], &user["accountStatus"]), (&json!("user"), &json!("active")));
    assert_ne!(user["id"], json!(uuid()));
    rest.login("ben", PASSWORD).await.expect("signs in");
    let me = rest.me().await.expect("signed in").user.id;
    let change = json!({ "role": "admin", "username": "root", "displayName": "Ben" });
    let reply = rest.raw(Method::PUT, &format!("/api/users/{me}"), Some(change)).await.expect("answers");
    assert_eq!(
        (&reply.body["data"]["role"], &reply.body["data"]["username"]),
        (&json!("user"), &json!("ben"))
    );
    let message = json!({
        "receiverUsername": "ada", "content": "hi", "seq": 99, "version": 99, "senderId": uuid(), "status": "read",
        "createdAt": "2000-01-01T00:00:00.000Z",
    });
    let reply = rest.raw(Method::POST, "/api/messages", Some(message)).await.expect("answers");
    let stored = &reply.body["data"];
    assert_eq!(
        (&stored["seq"], &stored["senderId"], &stored["status"]),
        (&json!(1), &json!(me), &json!("sent"))
    );
    assert!(stored["createdAt"].as_str().is_some_and(|time| time > "2026"), "{stored}");
}

fn uuid() -> &'static str {
    "01930000-0000-7000-8000-00000000beef"
}

async fn limits_hold_and_say_when_to_come_back(engine: Engine) {
    let settings = [("KITH_LIMITS__PRESET", "standard"), ("KITH_LIMITS__MESSAGES", "5/1m")];
    let server = TestServer::start_with(engine, &settings).await;
    let (ada, ben) = (server.account("ada").await, server.account("ben").await);
    let dm = ada.dm(&ben).await.id;
    let ears = Ears::open(&ada.rest, Transport::Raw).await;
    let message = |n: usize| SendMessage {
        conversation_id: Some(dm),
        content: Some(format!("message {n}")),
        ..SendMessage::default()
    };
    for n in 0..5 {
        ada.rest.send(&message(n)).await.expect("within the limit");
    }
    let over_rest = ada.rest.send(&message(5)).await;
    let over_socket = ears.call("send_message", &message(6)).await;
    for outcome in [over_rest.map(drop), over_socket.map(drop)] {
        match outcome {
            Err(Error::Api(error)) => {
                assert_eq!(error.code, ErrorCode::RateLimited);
                let wait = error.retry_after.expect("it says when to come back");
                assert!(wait > Duration::ZERO && wait <= Duration::from_secs(60), "{wait:?}");
            }
            other => panic!("the limit does not hold: {other:?}"),
        }
    }
    ben.rest.send(&message(7)).await.expect("others are not limited by it");
    assert_eq!(ada.rest.history(dm).await.expect("reads").len(), 6, "a refused message was stored");
}

kith_testkit::on_both_engines!(
    the_first_account_is_admin,
    names_are_unique_and_passwords_strong,
    closed_registration_is_closed,
    refresh_tokens_rotate,
    fifty_racing_refreshes_have_one_successor,
    a_replayed_refresh_token_ends_the_family,
    logout_closes_the_sockets_of_the_session,
    a_session_can_be_ended_from_another,
    a_password_that_the_operator_sets_ends_what_is_open,
    ten_failures_lock_the_account,
    the_lock_is_on_the_account_whatever_it_is_called,
    guesses_at_once_are_all_counted,
    people_are_found_by_any_name_in_any_script,
    nobody_is_taken_for_an_identifier,
    forged_tokens_are_worth_nothing,
    expired_access_is_renewed_once,
    cookies_need_a_trusted_origin,
    server_owned_fields_cannot_be_set,
    limits_hold_and_say_when_to_come_back,
);
