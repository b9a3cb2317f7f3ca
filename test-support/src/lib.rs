//! Test support: databases, fakes, builders.
