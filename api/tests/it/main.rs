//! The service's integration tests: over HTTP, on real PostgreSQL and Redis; a file per slice.

mod harness;
mod health;
mod statements;
