//! What only a supervisor does: search for a holder by name, with the centre; let in against the
//! verdict, with a reason.

pub(crate) mod http;
