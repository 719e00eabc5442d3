//! `kith openapi`.

use super::output::{Outcome, print_json};

pub(super) fn print() -> Outcome {
    print_json(&kith_server::openapi::openapi())
}
