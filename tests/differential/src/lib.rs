//! Migrations on a real server and in the replay, side by side: after each of them both must have the
//! same schema.

mod compare;
mod database;
mod dump;
mod run;

pub use compare::line;
pub use database::{Database, Server};
pub use dump::{Dump, dump};
pub use run::{Refusal, apply, attempt, is_in_transaction};
