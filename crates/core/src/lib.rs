//! What may happen: actions over the contract and the log.
