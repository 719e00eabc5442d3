//! What a transaction promises on each engine, also when its statements are sent together.

use kith_db::{Connection, Engine, Error, Options, Tx, params};
use kith_testkit::postgres::{Cluster, Database};
use std::time::Duration;

fn options(engine: Engine) -> Options {
    Options { engine, statement_timeout: Duration::from_secs(5), pool: (1, 2), idle: Duration::from_secs(30) }
}

/// Runs a story on a fresh SQLite file and on a fresh database of PostgreSQL, each with a table of distinct numbers.
fn on_each_engine(story: impl Fn(&Options)) {
    let directory = tempfile::tempdir().unwrap();
    let database = Cluster::shared().database().unwrap();
    for engine in [Engine::Sqlite(directory.path().join("kith.db")), Engine::Postgres(database.url())] {
        let options = options(engine);
        let mut connection = Connection::open(&options).unwrap();
        connection.statements(|tx| tx.execute("CREATE TABLE t (n BIGINT UNIQUE)", &[])).unwrap();
        story(&options);
    }
}

fn put(tx: &mut Tx<'_>, n: i64) -> Result<(), Error> {
    tx.execute_later("INSERT INTO t (n) VALUES ($1)", params![n])
}

fn stored(tx: &mut Tx<'_>) -> Result<Vec<i64>, Error> {
    tx.all("SELECT n FROM t ORDER BY n", &[], |row| row.get(0))
}

fn now_stored(options: &Options) -> Vec<i64> {
    Connection::open_read_only(options).unwrap().transaction(stored).unwrap()
}

#[test]
fn what_is_put_off_happens_in_the_order_of_the_calls() {
    on_each_engine(|options| {
        let mut connection = Connection::open(options).unwrap();
        let (first, second) = connection
            .transaction(|tx| {
                put(tx, 1)?;
                let first = tx.all_later("SELECT n FROM t ORDER BY n", &[], |row| row.get::<i64>(0))?;
                put(tx, 2)?;
                let second = tx.all_later("SELECT n FROM t ORDER BY n", &[], |row| row.get::<i64>(0))?;
                put(tx, 3)?;
                // The later one is taken first.
                let second = second.take(tx)?;
                Ok::<_, Error>((first.take(tx)?, second))
            })
            .unwrap();
        assert_eq!((first, second), (vec![1], vec![1, 2]));
        assert_eq!(now_stored(options), [1, 2, 3]);
    });
}

#[test]
fn a_statement_that_fails_with_the_commit_fails_the_commit() {
    on_each_engine(|options| {
        let mut connection = Connection::open(options).unwrap();
        connection.transaction(|tx| put(tx, 1)).unwrap();
        let done = connection.transaction(|tx| {
            put(tx, 2)?;
            put(tx, 1)?;
            put(tx, 3)
        });
        assert!(matches!(done, Err(Error::Unique(_))), "the first failure is told: {done:?}");
        assert_eq!(now_stored(options), [1]);
        connection.transaction(|tx| put(tx, 4)).unwrap();
        assert_eq!(now_stored(options), [1, 4]);
    });
}

#[test]
fn a_failure_that_is_passed_over_is_not_committed() {
    on_each_engine(|options| {
        let mut connection = Connection::open(options).unwrap();
        let done = connection.transaction(|tx| {
            tx.execute("INSERT INTO t (n) VALUES (1)", &[])?;
            assert!(tx.execute("INSERT INTO t (n) VALUES ($1)", params![1]).is_err());
            Ok::<_, Error>(())
        });
        assert!(done.is_err(), "PostgreSQL answers this COMMIT with ROLLBACK, and no error");
        assert!(now_stored(options).is_empty());
    });
}

#[test]
fn a_savepoint_undoes_its_own_statements_and_no_others() {
    on_each_engine(|options| {
        let mut connection = Connection::open(options).unwrap();
        connection
            .transaction(|tx| {
                put(tx, 1)?;
                let failed = tx.savepoint(|tx| {
                    put(tx, 2)?;
                    put(tx, 1)
                });
                assert!(matches!(failed, Err(Error::Unique(_))), "told where it happened: {failed:?}");
                let refused: Result<(), Error> = tx.savepoint(|tx| {
                    put(tx, 3)?;
                    // SQLite says so here, PostgreSQL when it is sent.
                    let _ = put(tx, 1);
                    Err(Error::Other("changed my mind".into()))
                });
                assert_eq!(refused.unwrap_err().to_string(), "database error: changed my mind");
                tx.savepoint(|tx| put(tx, 4))?;
                put(tx, 5)
            })
            .unwrap();
        assert_eq!(now_stored(options), [1, 4, 5]);
    });
}

#[test]
fn reading_leaves_nothing_open() {
    on_each_engine(|options| {
        let mut reader = Connection::open_read_only(options).unwrap();
        assert!(reader.transaction(stored).unwrap().is_empty());
        let mut writer = Connection::open(options).unwrap();
        writer.transaction(|tx| put(tx, 1)).unwrap();
        assert_eq!(reader.transaction(stored).unwrap(), [1]);
        assert_eq!(reader.statements(stored).unwrap(), [1]);
        assert!(reader.transaction(|tx| tx.execute("DELETE FROM t", &[])).is_err());
        assert_eq!(reader.transaction(stored).unwrap(), [1], "after a failure it reads on");
    });
}

/// Ends every connection to a database but the one that asks.
fn cut(database: &Database) {
    let others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    database.sql(&format!("SELECT pg_terminate_backend(pid, 5000) {others}")).unwrap();
}

#[test]
fn a_connection_that_is_lost_within_a_transaction_stores_nothing_of_it() {
    let database = Cluster::shared().database().unwrap();
    let options = options(Engine::Postgres(database.url()));
    let mut connection = Connection::open(&options).unwrap();
    connection.statements(|tx| tx.execute("CREATE TABLE t (n BIGINT UNIQUE)", &[])).unwrap();
    let done = connection.transaction(|tx| {
        let first = tx.savepoint(|tx| tx.execute("INSERT INTO t (n) VALUES (1)", &[]));
        assert_eq!(first.unwrap(), 1);
        cut(&database);
        let second = tx.savepoint(|tx| tx.execute("INSERT INTO t (n) VALUES (2)", &[]));
        assert!(second.is_err());
        let third = tx.savepoint(|tx| tx.execute("INSERT INTO t (n) VALUES (3)", &[]));
        assert!(matches!(third, Err(Error::Unavailable(_))), "{third:?}");
        Ok::<_, Error>(())
    });
    assert!(matches!(done, Err(Error::Unavailable(_))), "{done:?}");
    assert!(now_stored(&options).is_empty());
    connection.transaction(|tx| put(tx, 4)).unwrap();
    assert_eq!(now_stored(&options), [4], "the next transaction has a new connection");
}

#[test]
fn a_transaction_that_sqlite_ended_by_itself_goes_on_with_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let options = options(Engine::Sqlite(directory.path().join("kith.db")));
    let mut connection = Connection::open(&options).unwrap();
    connection.statements(|tx| tx.execute("CREATE TABLE t (n BIGINT UNIQUE)", &[])).unwrap();
    let done = connection.transaction(|tx| {
        // As a full disk does, this ends the whole transaction, with its savepoints.
        let ended = tx.savepoint(|tx| tx.execute("INSERT OR ROLLBACK INTO t (n) VALUES (1), (1)", &[]));
        assert!(ended.is_err());
        let after = tx.savepoint(|tx| tx.execute("INSERT INTO t (n) VALUES (2)", &[]));
        assert!(after.is_err(), "it would be stored by itself, whatever becomes of the transaction");
        Ok::<_, Error>(())
    });
    assert!(done.is_err());
    assert!(now_stored(&options).is_empty());
}
