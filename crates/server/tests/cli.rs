//! Stories of operators at the command line, with the real program in a directory of its own.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

/// An empty directory, and an environment in which nothing is set.
struct Place(TempDir);

/// How a command ended, and what it printed.
#[derive(Debug)]
struct Answer {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kith"));
        command.env_clear().current_dir(self.0.path()).args(arguments);
        command
    }

    fn kith(&self, arguments: &[&str]) -> Answer {
        self.kith_with(arguments, &[], "")
    }

    /// Runs the program with variables and standard input.
    fn kith_with(&self, arguments: &[&str], variables: &[(&str, &str)], input: &str) -> Answer {
        let mut command = self.command(arguments);
        command.envs(variables.iter().copied());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that reads nothing may have closed its end.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        Answer {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Starts a server on a free port and waits until it says where it is.
    fn serve(&self, arguments: &[&str]) -> Server {
        let mut command = self.command(arguments);
        command.args(["--set", "server.bind=127.0.0.1:0"]).stdin(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let ready = lines.by_ref().map(Result::unwrap).find(|line| line.contains("ready at"));
        let ready = ready.expect("the server says where it is");
        let address =
            ready.split("http://").nth(1).and_then(|rest| rest.split(';').next()).unwrap().to_owned();
        // The rest is read, so that the server never waits for its log.
        let log = thread::spawn(move || lines.map_while(Result::ok).collect::<Vec<_>>().join("\n"));
        Server { child, address, ready, log: Some(log) }
    }
}

impl Answer {
    /// What was printed by a command that succeeded.
    fn done(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
    }

    /// The same as JSON.
    fn json(self) -> Value {
        serde_json::from_str(&self.done()).unwrap()
    }

    /// What was said by a command that ended with this code and printed nothing.
    fn refused(self, code: i32) -> String {
        assert_eq!((self.code, self.out.as_str()), (Some(code), ""), "{self:?}");
        self.err
    }
}

struct Server {
    child: Child,
    address: String,
    /// The line that said where it is.
    ready: String,
    log: Option<thread::JoinHandle<String>>,
}

impl Server {
    fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// How it ended and what it logged; it must end within 20 s.
    fn ended(mut self) -> (ExitStatus, String) {
        for _ in 0..200 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status, self.log.take().unwrap().join().unwrap());
            }
            thread::sleep(Duration::from_millis(100));
        }
        panic!("the server still runs");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended before if the story went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn init_writes_a_secret_file_that_can_be_used_and_keeps_what_is_there() {
    let place = Place::new();
    let answer = place.kith(&["init"]);
    assert!(answer.err.contains("kith.toml"), "{answer:?}");
    assert_eq!(answer.done(), "");
    let path = place.path("kith.toml");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let first = fs::read_to_string(&path).unwrap();
    assert!(first.contains("\njwt_secret = \""));
    place.kith(&["config", "check"]).done();

    assert!(place.kith(&["init"]).refused(1).contains("--force"));
    assert_eq!(fs::read_to_string(&path).unwrap(), first);
    place.kith(&["init", "--force"]).done();
    assert_ne!(fs::read_to_string(&path).unwrap(), first, "the secret is fresh");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(place.0.path()).unwrap().count(), 1, "nothing else is left");

    place.kith_with(&["init"], &[("KITH_CONFIG", "other.toml")], "").done();
    place.kith(&["config", "check", "--config", "other.toml"]).done();
    place.kith(&["init", "--set", "server.name=Ours"]).refused(2);
    assert!(place.kith(&["init", "--config", "nowhere/kith.toml"]).refused(1).contains("nowhere/kith.toml"));
}

#[test]
fn wrong_values_are_named_with_their_place_and_stop_every_command() {
    let place = Place::new();
    fs::write(place.path("kith.toml"), "[server]\nbind = 'everywhere'\n[auth]\nacces_ttl = '5m'\n").unwrap();
    for command in
        [&["config", "check"][..], &["config", "show"], &["serve"], &[], &["migrate"], &["healthcheck"]]
    {
        let said = place.kith(command).refused(2);
        assert!(
            said.contains("kith.toml line 2: server.bind = \"everywhere\" must be"),
            "{command:?}: {said}"
        );
        assert!(said.contains("kith.toml line 4: there is no key auth.acces_ttl; did you mean"), "{said}");
    }
    let answer = place.kith(&["config", "check", "--json"]);
    assert_eq!(answer.code, Some(2));
    let report: Value = serde_json::from_str(&answer.out).unwrap();
    assert_eq!(report["usable"], false);
    assert_eq!(report["problems"][0]["place"], "kith.toml line 2");
    assert_eq!(report["problems"].as_array().unwrap().len(), 2);
    assert_eq!(fs::read_dir(place.0.path()).unwrap().count(), 1, "nothing was made");
}

#[test]
fn each_way_to_set_a_key_is_seen_in_show() {
    let place = Place::new();
    fs::write(place.path("ours.toml"), "[server]\nname = 'Ours'\n").unwrap();
    let variables = [
        ("KITH_CONFIG", "ours.toml"),
        ("PORT", "8080"),
        ("JWT_SECRET", "0123456789abcdef0123456789abcdef"),
        ("CLAMAV_HOST", "clamav"),
    ];
    let arguments = ["--set", "auth.access_ttl=5m", "config", "show", "--set", "server.workers=3"];
    let answer = place.kith_with(&arguments, &variables, "");
    assert!(answer.err.contains("warning: CLAMAV_HOST has no effect"), "{answer:?}");
    let shown = answer.done();
    for line in [
        "name = \"Ours\"  # ours.toml line 2",
        "bind = \"0.0.0.0:8080\"  # environment variable PORT",
        "jwt_secret = \"***\"  # environment variable JWT_SECRET",
        "access_ttl = \"5m\"  # command line",
        "workers = 3  # command line",
        "refresh_ttl = \"7d\"  # default",
    ] {
        assert!(shown.contains(line), "{line} is not in\n{shown}");
    }
    let shown = place.kith_with(&["config", "show", "--json"], &variables, "").json();
    assert_eq!(shown["server.bind"]["value"], "0.0.0.0:8080");
    assert_eq!(shown["auth.jwt_secret"]["value"], "***");

    let said = place.kith(&["config", "show", "--set", "auth.jwt_secret=0123456789abcdef0123456789abcdef"]);
    assert!(said.refused(2).contains("auth.jwt_secret is a secret"));
    place.kith(&["config", "show", "--set", "server.name"]).refused(2);
    assert!(place.kith(&["config", "show", "--config", "none.toml"]).refused(2).contains("none.toml"));
}

#[test]
fn the_program_explains_itself() {
    let place = Place::new();
    assert!(place.kith(&["--help"]).done().contains("Exit codes:"));
    let version = place.kith(&["version", "--json"]).json();
    assert_eq!(place.kith(&["version"]).done(), format!("kith {}\n", version["version"].as_str().unwrap()));
    assert!(place.kith(&["config", "docs"]).done().contains("| `access_ttl` |"));
    for shell in ["bash", "fish", "zsh"] {
        assert!(place.kith(&["completions", shell]).done().contains("healthcheck"));
    }
    assert!(place.kith(&["frobnicate"]).refused(2).contains("frobnicate"));
}

#[test]
fn the_schema_goes_up_and_down() {
    let place = Place::new();
    assert!(
        place.kith(&["migrate", "status"]).refused(1).contains("there is no database at kith-data/kith.db")
    );
    assert!(!place.path("kith-data").exists(), "asking makes nothing");

    assert!(place.kith(&["migrate"]).done().contains("applied 0001_start"));
    assert_eq!(place.kith(&["migrate", "up"]).done(), "the schema is up to date\n");
    assert_eq!(fs::metadata(place.path("kith-data")).unwrap().permissions().mode() & 0o777, 0o700);
    let newest = |place: &Place| {
        let status = place.kith(&["migrate", "status", "--json"]).json();
        status["migrations"].as_array().unwrap().last().unwrap().clone()
    };
    assert!(newest(&place)["appliedAt"].is_string());

    assert!(place.kith(&["migrate", "down"]).refused(2).contains("--yes"));
    assert!(newest(&place)["appliedAt"].is_string());
    let undone = place.kith(&["migrate", "down", "--yes", "--json"]).json();
    assert_eq!(undone["undone"], newest(&place)["name"]);
    assert!(newest(&place)["appliedAt"].is_null());
    assert!(place.kith(&["migrate", "status"]).done().contains("no"));
    place.kith(&["migrate", "up"]).done();
    assert!(newest(&place)["appliedAt"].is_string());
}

#[test]
fn healthcheck_fails_where_nothing_answers() {
    let place = Place::new();
    // Bound and closed again: nobody listens there.
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let bind = format!("server.bind={address}");
    assert!(place.kith(&["healthcheck", "--set", &bind]).refused(1).contains(&address.to_string()));
    let answer = place.kith(&["healthcheck", "--set", &bind, "--json"]);
    assert_eq!(answer.code, Some(1));
    assert_eq!(serde_json::from_str::<Value>(&answer.out).unwrap()["ready"], false);
}

/// Fast to hash, since nobody attacks these passwords.
const FAST: &str = "auth.argon2_memory=7MiB";
const PASSWORD: &str = "seven green umbrellas";

impl Place {
    /// `kith user …`
    fn user(&self, arguments: &[&str], input: &str) -> Answer {
        self.kith_with(&[&["--set", FAST, "user"], arguments].concat(), &[], input)
    }
}

#[test]
fn a_server_is_set_up_served_probed_and_stopped() {
    let place = Place::new();
    place.kith(&["init"]).done();
    place.kith(&["config", "check"]).done();

    let server = place.serve(&["serve"]);
    assert!(server.ready.contains("data is in kith-data/kith.db"), "{}", server.ready);
    let bind = format!("server.bind={}", server.address);
    assert_eq!(place.kith(&["healthcheck", "--set", &bind]).done(), "ready\n");
    let answer = place.kith(&["healthcheck", "--set", &bind, "--json"]).json();
    assert_eq!(answer["status"], 200);

    // The port is taken now.
    let said = place.kith(&["serve", "--set", &bind]).refused(1);
    assert!(said.contains(&server.address), "{said}");
    assert!(place.user(&["create", "ada"], PASSWORD).done().contains("ada, admin"));

    server.signal("-TERM");
    let (status, log) = server.ended();
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(log.contains("the first account becomes the administrator"), "{log}");
    place.kith(&["healthcheck", "--set", &bind]).refused(1);

    // Without a command it serves; Ctrl-C ends it; with an administrator there is nothing to say about one.
    let server = place.serve(&["--set", "server.workers=1"]);
    server.signal("-INT");
    let (status, log) = server.ended();
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(!log.contains("administrator"), "{log}");
}

#[test]
fn log_lines_are_json_if_the_configuration_says_so() {
    let place = Place::new();
    let mut command = place.command(&["serve", "--set", "telemetry.log_format=json"]);
    command.args(["--set", "server.bind=127.0.0.1:0"]).stdin(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut lines = lines.map(|line| serde_json::from_str::<Value>(&line.unwrap()).expect("a line of JSON"));
    let ready = lines.find(|line| line["message"] == "ready").unwrap();
    assert_eq!(ready["level"], "INFO");
    assert_eq!(ready["data"], "kith-data/kith.db");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn accounts_are_made_listed_and_given_roles() {
    let place = Place::new();
    assert!(place.user(&["list"], "").refused(1).contains("there is no database"));
    assert!(place.user(&["create", "ada"], PASSWORD).done().contains("ada, admin"));
    let ben = ["create", "Ben", "--display-name", "Ben B.", "--email", "Ben@example.org", "--json"];
    let ben = place.user(&ben, PASSWORD).json();
    assert_eq!((ben["username"].as_str(), ben["role"].as_str()), (Some("ben"), Some("user")));
    assert!(ben.get("password").is_none());

    assert!(place.user(&["create", "ada"], PASSWORD).refused(1).contains("taken"));
    assert!(
        place.user(&["create", "x"], PASSWORD).refused(1).contains("username must be 3 to 32 characters")
    );
    place.user(&["create", "carl", "--role", "king"], PASSWORD).refused(2);

    let listed = place.user(&["list", "--json"], "").json();
    let names = |listed: &Value| -> Vec<String> {
        listed.as_array().unwrap().iter().map(|it| it["username"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&listed), ["ada", "ben"]);
    assert_eq!(listed[1]["email"], "ben@example.org");
    let table = place.user(&["list"], "").done();
    assert!(table.starts_with("USERNAME  ROLE   STATUS") && table.contains("Ben B."), "{table}");

    let only = place.user(&["role", "ada", "user"], "").refused(1);
    assert!(only.contains("only administrator"), "{only}");
    assert_eq!(place.user(&["role", "BEN", "admin"], "").done(), "ben is admin now\n");
    assert_eq!(place.user(&["role", "ada", "user", "--json"], "").json()["role"], "user");
    assert!(place.user(&["role", "nobody", "user"], "").refused(1).contains("no such user"));
}

#[test]
fn passwords_come_from_a_file_a_variable_or_standard_input() {
    let place = Place::new();
    let line = "file-password-9241";
    fs::write(place.path("secret"), format!("{line}\r\n")).unwrap();
    fs::write(place.path("two-lines"), "one\ntwo\n").unwrap();
    place.user(&["create", "ada", "--password-file", "secret"], "").done();
    let variable = [("KITH_PASSWORD", PASSWORD)];
    place.kith_with(&["--set", FAST, "user", "create", "ben"], &variable, "").done();
    assert!(
        place.user(&["password", "ada", "--password-file", "two-lines"], "").refused(1).contains("one line")
    );
    assert!(place.user(&["password", "ada", "--password-file", "none"], "").refused(1).contains("none"));
    place.user(&["password", "ada", "--password", PASSWORD], "").refused(2);
    for weak in ["", "short", "password1"] {
        let said = place.user(&["password", "ada"], weak).refused(1);
        assert!(said.contains("error: password "), "{weak:?}: {said}");
        assert!(weak.is_empty() || !said.contains(weak), "the password is not repeated");
    }
    assert!(place.user(&["password", "ada"], "another one 7213\n").done().contains("signed out everywhere"));
}

#[test]
fn seed_makes_people_and_conversations_once() {
    let place = Place::new();
    let first = place.kith(&["seed", "--json", "--set", FAST]).json();
    let people = first.as_array().unwrap();
    assert!(people.len() >= 3);
    assert!(people.iter().all(|it| it["created"] == true && it["password"].as_str().unwrap().len() >= 20));
    assert_eq!(people[0]["role"], "admin", "somebody must administer a fresh server");

    let second = place.kith(&["seed", "--json", "--set", FAST]).json();
    assert!(
        second.as_array().unwrap().iter().all(|it| it["created"] == false && it.get("password").is_none())
    );
    let listed = place.user(&["list", "--json"], "").json();
    assert_eq!(listed.as_array().unwrap().len(), people.len());

    let other = Place::new();
    fs::write(other.path("secret"), PASSWORD).unwrap();
    let table = other.kith(&["seed", "--set", FAST, "--password-file", "secret"]).done();
    assert!(table.contains("(from the file)") && !table.contains(PASSWORD), "{table}");
    assert!(other.kith(&["seed", "--set", FAST]).done().contains("(was there already)"));
}

#[test]
fn the_openapi_document_is_printed() {
    let document = Place::new().kith(&["openapi"]).json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3."), "{document}");
}
