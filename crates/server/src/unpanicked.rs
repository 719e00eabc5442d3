//! Long-lived tasks do one thing after another: a defect in one must not end all that come after it.

use futures_util::FutureExt;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Does something; whether it came to its end. A panic is logged, and counted under `place`.
pub(crate) fn unpanicked(place: &'static str, work: impl FnOnce()) -> bool {
    noted(place, catch_unwind(AssertUnwindSafe(work)))
}

/// As [`unpanicked`], of what takes its time.
pub(crate) async fn unpanicked_async(place: &'static str, work: impl Future<Output = ()>) -> bool {
    noted(place, AssertUnwindSafe(work).catch_unwind().await)
}

fn noted(place: &'static str, done: Result<(), Box<dyn Any + Send>>) -> bool {
    if done.is_err() {
        crate::metrics::panicked(place);
        tracing::error!(place, "a task panicked, and goes on with what is next");
    }
    done.is_ok()
}
