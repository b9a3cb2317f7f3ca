//! Pages that belong to no noun: failures told in the reader's language, the terms of sale, and in
//! development every component of the style sheet and every failure.

pub(crate) mod components_page;
mod error_page;
pub(crate) mod failures_page;
pub(crate) mod pages;

pub(crate) use error_page::show_errors;
