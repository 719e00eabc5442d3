//! Servers, databases and the delivery checker for tests.

pub mod broker;
pub mod checker;
mod ears;
pub mod load;
mod nodes;
pub mod postgres;
pub mod server;

pub use ears::Ears;
pub use nodes::Nodes;
pub use server::{Account, Engine, PASSWORD, TestServer};

/// Makes a test on each engine from functions that take an [`Engine`].
#[macro_export]
macro_rules! on_both_engines {
    ($($story:ident),* $(,)?) => {
        $crate::on_both_engines!(@ on_sqlite, Sqlite, $($story),*);
        $crate::on_both_engines!(@ on_postgres, Postgres, $($story),*);
    };
    (@ $module:ident, $engine:ident, $($story:ident),*) => {
        mod $module {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                super::$story($crate::Engine::$engine).await;
            })*
        }
    };
}
