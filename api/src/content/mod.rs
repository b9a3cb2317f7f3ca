//! Pages that belong to no noun: failures told in the reader's language, and the terms of sale.

mod error_page;
pub(crate) mod pages;

pub(crate) use error_page::show_errors;
