//! Stories of operators: what they write, and what the server then does or says.

use std::{fs, os::unix::fs::PermissionsExt, time::Duration};

use super::{value::Setting, *};

/// Loads a file, variables and flags.
fn load(file: &str, variables: &[(&str, &str)], flags: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
    let own = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>()
    };
    let file = ConfigFile { path: "kith.toml".into(), text: file.to_owned() };
    Config::load(&Sources { file: Some(&file), environment: &own(variables), flags: &own(flags) })
}

fn from_file(text: &str) -> Config {
    load(text, &[], &[]).unwrap()
}

fn from_variables(variables: &[(&str, &str)]) -> Config {
    load("", variables, &[]).unwrap()
}

/// The lines of the refusal, without its heading.
fn refusal(file: &str, variables: &[(&str, &str)], flags: &[(&str, &str)]) -> Vec<String> {
    let message = load(file, variables, flags).unwrap_err().to_string();
    let mut lines = message.lines().map(|line| line.trim().to_owned());
    assert_eq!(lines.next().as_deref(), Some("the configuration cannot be used:"));
    lines.collect()
}

const SECRET: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn without_any_configuration_the_server_works() {
    let config = Config::load(&Sources::default()).unwrap();
    assert_eq!(config.server.bind, "0.0.0.0:3000".parse().unwrap());
    assert_eq!(config.server.public_url, None);
    assert_eq!(config.database.url, DatabaseUrl::Sqlite("kith-data/kith.db".into()));
    assert_eq!(config.auth.registration, Registration::Open);
    assert_eq!(config.auth.access_ttl, Duration::from_secs(900));
    assert_eq!(config.auth.refresh_ttl, Duration::from_secs(604_800));
    assert_eq!(config.auth.argon2_memory, ByteSize(19 * 1024 * 1024));
    assert_eq!(config.realtime.queue_bytes, ByteSize(262_144));
    assert!(config.warnings.is_empty());
}

#[test]
fn each_source_overrules_the_one_before() {
    let file =
        "[server]\nname = 'file'\nworkers = 1\ndata_dir = 'from-file'\n[realtime]\nping_interval = '20s'";
    let variables = [("KITH_SERVER__NAME", "variable"), ("KITH_SERVER__WORKERS", "2")];
    let config = load(file, &variables, &[("server.name", "flag")]).unwrap();
    assert_eq!(config.server.name, "flag");
    assert_eq!(config.server.workers, 2);
    assert_eq!(config.realtime.ping_interval, Duration::from_secs(20));
    assert_eq!(config.realtime.ping_timeout, Duration::from_secs(60));
}

#[test]
fn an_exact_variable_overrules_a_published_one() {
    let config = from_variables(&[("KITH_SERVER__BIND", "127.0.0.1:4000"), ("PORT", "5000")]);
    assert_eq!(config.server.bind, "127.0.0.1:4000".parse().unwrap());
    let config = from_variables(&[("KITH_AUTH__ACCESS_TTL", "5m"), ("JWT_EXPIRES_IN", "10m")]);
    assert_eq!(config.auth.access_ttl, Duration::from_secs(300));
}

#[test]
fn port_and_host_change_their_part_of_the_address() {
    let bind = |file, variables: &[(&str, &str)]| load(file, variables, &[]).unwrap().server.bind.to_string();
    assert_eq!(bind("", &[("PORT", "8080")]), "0.0.0.0:8080");
    assert_eq!(bind("", &[("HOST", "localhost")]), "127.0.0.1:3000");
    assert_eq!(bind("", &[("HOST", "::"), ("PORT", "80")]), "[::]:80");
    assert_eq!(bind("[server]\nbind = '10.0.0.1:9000'", &[("PORT", "8080")]), "10.0.0.1:8080");
}

#[test]
fn published_names_set_their_keys() {
    let config = from_variables(&[
        ("DATABASE_URL", "postgres://kith:pw@db/kith"),
        ("JWT_SECRET", SECRET),
        ("JWT_EXPIRES_IN", "1h"),
        ("JWT_REFRESH_EXPIRES_IN", "30d"),
        ("ADMIN_EMAIL", "root@example.org"),
        ("CORS_ORIGIN", "http://localhost:5173, https://chat.example.org/"),
        ("LOG_LEVEL", "debug"),
    ]);
    assert_eq!(config.database.url, DatabaseUrl::Postgres("postgres://kith:pw@db/kith".into()));
    assert_eq!(config.auth.jwt_secret.unwrap().expose(), SECRET);
    assert_eq!(config.auth.access_ttl, Duration::from_secs(3_600));
    assert_eq!(config.auth.refresh_ttl, Duration::from_secs(30 * 86_400));
    assert_eq!(config.auth.admin_email, Some(EmailAddress("root@example.org".into())));
    assert_eq!(config.telemetry.log_level, LogLevel::Debug);
    let origins: Vec<_> = config.server.cors_origins.iter().map(Setting::text).collect();
    assert_eq!(origins, ["http://localhost:5173", "https://chat.example.org"]);
    assert!(config.warnings.is_empty());

    let config = from_variables(&[("REFRESH_TOKEN_EXPIRES_IN", "14 days"), ("CORS_ORIGIN", "*")]);
    assert_eq!(config.auth.refresh_ttl, Duration::from_secs(14 * 86_400));
    assert_eq!(config.server.cors_origins, [CorsOrigin::Any]);
}

#[test]
fn a_published_name_without_a_feature_is_one_warning() {
    let config =
        from_variables(&[("CLAMAV_HOST", "clamav"), ("MAX_FILE_SIZE", "10485760"), ("NODE_ENV", "x")]);
    assert_eq!(
        config.warnings,
        [
            "MAX_FILE_SIZE has no effect: files are not in this version",
            "CLAMAV_HOST has no effect: files are not in this version",
        ]
    );
}

#[test]
fn nodes_need_what_they_share() {
    let problem = |variables: &[(&str, &str)]| {
        let variables: Vec<_> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let sources = Sources { environment: &variables, ..Sources::default() };
        Config::load(&sources).map(|config| config.warnings).map_err(|errors| errors.to_string())
    };
    let (bus, database) = (("REDIS_URL", "redis://cache"), ("DATABASE_URL", "postgres://db/kith"));
    let (secret, roles) = (("JWT_SECRET", "0123456789abcdef0123456789abcdef"), ("KITH_SERVER__ROLES", "api"));
    assert!(problem(&[bus, database, secret, roles]).unwrap().is_empty());
    assert!(problem(&[bus, database]).unwrap_err().contains("auth.jwt_secret"));
    assert!(problem(&[database, secret, roles]).unwrap_err().contains("server.roles"));
    assert!(problem(&[bus, roles]).unwrap_err().contains("PostgreSQL"));
    let warnings = problem(&[bus]).unwrap();
    assert!(warnings[0].contains("the embedded database has one node"), "{warnings:?}");
}

#[test]
fn every_published_name_means_an_existing_key() {
    for (name, meaning) in environment::PUBLISHED {
        if let environment::Meaning::Key(path) = meaning {
            assert!(find_key(path).is_some(), "{name} means {path}");
        }
    }
}

#[test]
fn an_empty_variable_is_not_set() {
    let config =
        from_variables(&[("PORT", ""), ("JWT_SECRET", ""), ("REDIS_URL", ""), ("KITH_SERVER__NAME", "")]);
    assert_eq!(config.server.bind.port(), 3000);
    assert_eq!(config.server.name, "Kith");
    assert!(config.warnings.is_empty());
}

#[test]
fn a_container_secret_is_read_from_its_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(&file, format!("{SECRET}\n")).unwrap();
    let path = file.path().to_str().unwrap();
    for name in ["JWT_SECRET_FILE", "KITH_AUTH__JWT_SECRET_FILE"] {
        assert_eq!(from_variables(&[(name, path)]).auth.jwt_secret.unwrap().expose(), SECRET);
    }
    let lines = refusal("", &[("JWT_SECRET_FILE", "/nowhere/jwt")], &[]);
    assert_eq!(lines.len(), 1);
    assert!(lines[0].starts_with("environment variable JWT_SECRET_FILE: /nowhere/jwt: "), "{lines:?}");
}

#[test]
fn all_problems_are_reported_with_place_value_and_what_is_allowed() {
    let file = "[server]\nbind = 'everywhere'\n\n[auth]\naccess_ttl = '15 minuts'\nlockout_attempts = 0\n";
    let variables = [("KITH_DATABASE__POOL_MAX", "many"), ("PORT", "70000")];
    assert_eq!(
        refusal(file, &variables, &[("auth.registration", "maybe")]),
        [
            "kith.toml line 2: server.bind = \"everywhere\" must be an address and port such as \"0.0.0.0:3000\" or \"[::1]:3000\"",
            "kith.toml line 5: auth.access_ttl = \"15 minuts\" must be a time such as \"30s\", \"15m\", \"12h\" or \"7d\", from 10s to 7d",
            "kith.toml line 6: auth.lockout_attempts = \"0\" must be a whole number of failures, from 1 to 1000",
            "environment variable PORT: PORT = \"70000\" must be a whole number, from 0 to 65535",
            "environment variable KITH_DATABASE__POOL_MAX: database.pool_max = \"many\" must be a whole number of connections, from 1 to 1000",
            "command line: auth.registration = \"maybe\" must be \"open\" or \"closed\"",
        ]
    );
}

#[test]
fn an_unknown_key_names_the_nearest_one() {
    let file = "[auth]\nacces_ttl = '1m'\n[server]\njwt_secret = 'x'\n[flies]\nurl = ''\n[sever]\n";
    assert_eq!(
        refusal(file, &[("KITH_REALTIME__PING", "1s"), ("KITH_AUTH_JWT_SECRET", "x")], &[("zzz", "1")]),
        [
            "kith.toml line 2: there is no key auth.acces_ttl; did you mean auth.access_ttl?",
            "kith.toml line 4: there is no key server.jwt_secret; did you mean auth.jwt_secret?",
            "kith.toml line 6: there is no key flies.url",
            "kith.toml line 7: there is no key sever",
            "environment variable KITH_REALTIME__PING: there is no key realtime.ping; did you mean realtime.raw_ping?",
            "environment variable KITH_AUTH_JWT_SECRET: there is no such variable; did you mean KITH_AUTH__JWT_SECRET?",
            "command line: there is no key zzz",
        ]
    );
}

#[test]
fn variables_of_others_are_left_alone() {
    from_variables(&[
        ("KITH_PORT", "tcp://10.0.0.1:3000"),
        ("KITH_SERVICE_HOST", "10.0.0.1"),
        ("KITH_CONFIG", "/etc/kith.toml"),
        ("KITHARA", "1"),
    ]);
}

#[test]
fn a_file_that_is_not_toml_says_where() {
    let lines = refusal("[server]\nname = 'Kith'\nbind 3000\n", &[], &[]);
    assert_eq!(lines.len(), 1);
    assert!(lines[0].starts_with("kith.toml line 3: "), "{lines:?}");
    assert_eq!(refusal("server = 3000", &[], &[]), ["kith.toml line 1: server is a section: write [server]"]);
}

#[test]
fn values_of_the_wrong_kind_are_refused() {
    let file = "[server]\nname = ['a', 'b']\nworkers = 1.5\nbind = 2026-01-01\ncors_origins = [['x']]\n\
                [telemetry]\nlog_addresses = { on = true }\n";
    let lines = refusal(file, &[], &[]);
    assert_eq!(
        lines,
        [
            "kith.toml line 2: server.name = [\"a\", \"b\"] must be a text of 1 to 200 characters",
            "kith.toml line 3: server.workers = \"1.5\" must be a whole number of threads, from 0 to 1024",
            "kith.toml line 4: server.bind = a date must be an address and port such as \"0.0.0.0:3000\" or \"[::1]:3000\"",
            "kith.toml line 5: server.cors_origins = an array of other things than text must be a list, each \"*\" or an origin without a path such as \"https://chat.example.org\"",
            "kith.toml line 7: telemetry.log_addresses = a table must be true or false",
        ]
    );
}

#[test]
fn values_that_contradict_each_other_are_refused() {
    assert_eq!(
        refusal(
            "[database]\npool_min = 20\n[realtime]\nraw_timeout = '10s'\n",
            &[("JWT_EXPIRES_IN", "1d"), ("JWT_REFRESH_EXPIRES_IN", "1h")],
            &[]
        ),
        [
            "kith.toml line 2: database.pool_min = 20 must not be more than database.pool_max = 10",
            "kith.toml line 4: realtime.raw_ping = \"30s\" must not be as long as realtime.raw_timeout = \"10s\"",
            "environment variable JWT_EXPIRES_IN: auth.access_ttl = \"1d\" must not be longer than auth.refresh_ttl = \"1h\"",
        ]
    );
}

#[test]
fn secrets_appear_nowhere() {
    let short = "hunter2-is-too-short";
    assert_eq!(
        refusal(&format!("[auth]\njwt_secret = '{short}'"), &[], &[("telemetry.metrics_token", SECRET)]),
        [
            "kith.toml line 2: auth.jwt_secret = \"***\" must be a secret of at least 32 bytes",
            "command line: telemetry.metrics_token is a secret; set it in the file or as KITH_TELEMETRY__METRICS_TOKEN",
        ]
    );
    assert_eq!(
        refusal("[database]\nurl = 'mysql://me:hunter2@db/kith'", &[], &[]),
        [
            "kith.toml line 2: database.url = \"mysql://me:***@db/kith\" must be \"sqlite://FILE\" or \"postgres://USER:PASSWORD@HOST/DATABASE\""
        ]
    );

    for url in ["postgres://me:hunter2@db/kith", "postgres://db/kith?user=me&password=hunter2"] {
        let said = refusal("", &[], &[("database.url", url)]);
        assert_eq!(
            said,
            ["command line: database.url is a secret; set it in the file or as KITH_DATABASE__URL"]
        );
        let config = from_variables(&[("DATABASE_URL", url)]);
        assert!(!config.show().contains("hunter2"), "{}", config.show());
    }
    let said = refusal("", &[("DATABASE_URL", "host=db user=me password=hunter2")], &[]);
    assert!(!said[0].contains("hunter2"), "{said:?}");

    let config = from_variables(&[("JWT_SECRET", SECRET), ("DATABASE_URL", "postgres://me:hunter2@db/kith")]);
    for text in [config.show(), config.show_json().to_string(), format!("{config:?}")] {
        assert!(!text.contains(SECRET) && !text.contains("hunter2"), "{text}");
        assert!(text.contains("***"), "{text}");
    }
}

#[test]
fn the_data_directory_takes_the_database_along() {
    let config = from_file("[server]\ndata_dir = '/var/lib/kith'");
    assert_eq!(config.database.url, DatabaseUrl::Sqlite("/var/lib/kith/kith.db".into()));
    let config = from_file("[server]\ndata_dir = '/var/lib/kith'\n[database]\nurl = 'sqlite:///srv/chat.db'");
    assert_eq!(config.database.url, DatabaseUrl::Sqlite("/srv/chat.db".into()));
}

#[test]
fn limits_come_from_the_preset_unless_a_tier_is_set() {
    let rate = |count, seconds, burst| Some(Rate { count, per: Duration::from_secs(seconds), burst });
    let limits = Config::default().limits;
    assert_eq!(limits.api(), rate(600, 60, 120));
    assert_eq!(limits.sign_in(), rate(10, 900, 10));
    assert_eq!(limits.registration(), rate(10, 3_600, 10));
    assert_eq!(limits.messages(), rate(120, 60, 30));
    assert_eq!(limits.socket_commands(), rate(600, 60, 120));

    let limits = from_file("[limits]\npreset = 'strict'\nmessages = '5 / 10s burst 2'\napi = 'off'").limits;
    assert_eq!(limits.api(), None);
    assert_eq!(limits.sign_in(), rate(3, 900, 3));
    assert_eq!(limits.registration(), rate(5, 900, 5));
    assert_eq!(limits.messages(), rate(5, 10, 2));
    assert_eq!(limits.socket_commands(), rate(100, 60, 100));

    let limits = from_file("[limits]\npreset = 'off'").limits;
    assert_eq!([limits.api(), limits.sign_in(), limits.messages()], [None; 3]);
}

#[test]
fn the_sentences_of_the_tiers_name_the_presets() {
    let tiers = |preset| {
        let limits = from_file(&format!("[limits]\npreset = '{preset}'")).limits;
        [limits.api(), limits.sign_in(), limits.registration(), limits.messages(), limits.socket_commands()]
            .map(|rate| Tier::Rate(rate.unwrap()).text())
    };
    let keys = Limits::default().keys();
    for ((key, standard), strict) in keys[1..].iter().zip(tiers("standard")).zip(tiers("strict")) {
        let sentence = key.sentences.join(" ");
        assert!(sentence.contains(&format!(": `{standard}`, strict `{strict}`.")), "{sentence}");
    }
}

#[test]
fn notations_are_read_and_written_back() {
    fn check<T: Setting>(notation: &str, canonical: &str) {
        let value = T::parse(notation).unwrap_or_else(|| panic!("{notation}"));
        assert_eq!(value.text(), canonical);
        assert_eq!(T::parse(canonical).unwrap().text(), canonical);
    }
    for (notation, canonical) in [
        ("900", "15m"),
        ("15 minutes", "15m"),
        ("7d", "7d"),
        ("2w", "14d"),
        ("90s", "90s"),
        ("1500ms", "1500ms"),
        ("0", "0s"),
    ] {
        check::<Duration>(notation, canonical);
    }
    for (notation, canonical) in
        [("10485760", "10MiB"), ("10MB", "10000000B"), ("256 kib", "256KiB"), ("0", "0B")]
    {
        check::<ByteSize>(notation, canonical);
    }
    for (notation, canonical) in [
        ("HTTPS://Chat.Example.org:443/", "https://chat.example.org"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ] {
        check::<Origin>(notation, canonical);
    }
    check::<Vec<ipnet::IpNet>>("10.0.0.0/8, ::1,", "10.0.0.0/8,::1/128");
    check::<DatabaseUrl>("sqlite:chat.db", "sqlite://chat.db");
    check::<Tier>("10/15m burst 10", "10/15m");
}

#[test]
fn notations_that_are_almost_right_are_refused() {
    for text in ["", "15", "abc"].into_iter().chain([
        "1.5h",
        "-1s",
        "s",
        "15mm",
        "99999999999999999999s",
        "18446744073709551615w",
    ]) {
        assert_eq!(Duration::parse(text).is_some(), text == "15", "{text}");
    }
    for text in ["10XB", "MiB", "1e3", "18446744073709551615GiB"] {
        assert_eq!(ByteSize::parse(text), None, "{text}");
    }
    for text in [
        "chat.example.org",
        "ftp://a",
        "https://a/b",
        "https://a?b",
        "https://a#b",
        "https://me@a",
        "https://",
        "https://a:x",
        "null",
    ] {
        assert_eq!(Origin::parse(text), None, "{text}");
    }
    for text in ["sqlite://", "sqlite::memory:", "mysql://a/b", "kith.db", "sqlite://a?mode=ro"] {
        assert_eq!(DatabaseUrl::parse(text), None, "{text}");
    }
    for text in ["0/1m", "5/0s", "5", "5/1m burst", "5/1m burst 0", "on"] {
        assert_eq!(Tier::parse(text), None, "{text}");
    }
    for text in ["root", "@b", "a@", "a b@c", "a@b@c"] {
        assert_eq!(EmailAddress::parse(text), None, "{text}");
    }
}

#[test]
fn the_sample_file_is_the_default_configuration_with_a_fresh_secret() {
    let secret = generate_secret(|bytes| bytes.fill(7));
    let text = sample(&secret);
    assert_eq!(from_file(&text).auth.jwt_secret, Some(secret));

    // Every key that is commented out stands at its default, so that removing the `#` changes nothing.
    let uncommented: String = text
        .lines()
        .map(|line| if line.contains(" = ") { line.trim_start_matches("# ") } else { line })
        .fold(String::new(), |text, line| text + line + "\n");
    let show = |config: &Config| {
        let json = config.show_json();
        json.as_object()
            .unwrap()
            .iter()
            .map(|(key, shown)| format!("{key} = {}", shown["value"]))
            .collect::<Vec<_>>()
    };
    assert_eq!(show(&from_file(&uncommented)), show(&from_file(&text)));
    for key in keys() {
        assert!(uncommented.contains(&format!("\n{} = ", key.name)), "{} is missing", key.path);
    }
}

#[test]
fn the_reference_page_describes_every_key() {
    let page = reference();
    for key in keys() {
        assert!(page.contains(&format!("| `{}` | `{}` |", key.name, key.default)), "{}", key.path);
        assert!(key.sentences.iter().any(|line| line.trim_end().ends_with('.')), "{}", key.path);
    }
}

#[test]
fn show_says_where_each_value_was_set() {
    let config =
        load("[server]\nname = 'Ours'", &[("JWT_EXPIRES_IN", "600")], &[("server.workers", "3")]).unwrap();
    let text = config.show();
    for line in [
        "name = \"Ours\"  # kith.toml line 2",
        "access_ttl = \"10m\"  # environment variable JWT_EXPIRES_IN",
        "workers = 3  # command line",
        "bind = \"0.0.0.0:3000\"  # default",
        "cors_origins = []  # default",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert_eq!(
        config.show_json()["server.workers"],
        serde_json::json!({ "value": 3, "from": "command line" })
    );
    assert_eq!(from_file(&text).server.name, "Ours", "what is shown can be used as a file");
}

#[test]
fn a_kept_secret_is_made_once_and_private() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("kith-data");
    let first = kept_secret(&data, "jwt_secret", |bytes| bytes.fill(1)).unwrap();
    let second = kept_secret(&data, "jwt_secret", |bytes| bytes.fill(2)).unwrap();
    assert_eq!(first, second);
    assert_eq!(first.expose().len(), 43);
    assert_eq!(fs::metadata(data.join("jwt_secret")).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(fs::read_dir(&data).unwrap().count(), 1, "no temporary file is left");
}

#[test]
fn processes_that_start_together_keep_one_secret() {
    let directory = tempfile::tempdir().unwrap();
    let secrets: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|n| {
                scope.spawn({
                    let path = directory.path();
                    move || kept_secret(path, "s", |bytes| bytes.fill(n)).unwrap()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(secrets.iter().all(|secret| *secret == secrets[0]));
}

#[test]
fn a_kept_secret_that_was_cut_short_stops_the_start() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("jwt_secret"), "short").unwrap();
    let error = kept_secret(directory.path(), "jwt_secret", |_| ()).unwrap_err().to_string();
    assert!(error.contains("jwt_secret must hold a secret of at least 32 bytes"), "{error}");
}

#[test]
fn a_file_that_was_asked_for_must_exist() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("kith.toml");
    let error = ConfigFile::find(Some(&path)).unwrap_err().to_string();
    assert!(error.contains("kith.toml"), "{error}");
    fs::write(&path, "[server]\n").unwrap();
    assert_eq!(ConfigFile::find(Some(&path)).unwrap().unwrap().text, "[server]\n");
}
