//! Servers, databases and the delivery checker for tests.
