//! The rules of ticketing: no I/O, no clock, no async.
