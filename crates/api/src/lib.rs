//! The contract: identifiers, commands, events, views and error codes. No I/O.
