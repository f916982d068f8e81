//! Faults, made on purpose, to processes that migrate, to their servers and to the network between
//! them; and what is left in the end.
//!
//! A [`worker::Worker`] is a process that upgrades a [`place::Place`] with a [`driver::Driver`] and a
//! [`table::Table`]. Each of the other modules is one kind of fault.

pub mod cut;
pub mod driver;
pub mod index;
pub mod kill;
pub mod left;
pub mod network;
pub mod node_kill;
pub mod place;
pub mod positions;
pub mod server_kill;
pub mod standby;
pub mod starters;
pub mod table;
mod waiting;
pub mod worker;
