//! The database servers that the tests run against: installed, started, found and stopped.
//!
//! *Shared* servers are started with `cargo xtask servers up` and serve every test of a checkout.
//! A test asks for those that its driver can talk to and creates a database of its own on each:
//!
//! ```no_run
//! use rungs_servers::{Protocol, require};
//!
//! for server in require(Protocol::Postgres) {
//!     println!("{} listens at {}", server.name(), server.url("postgres"));
//! }
//! ```
//!
//! A *private* server, or [`Cluster`], belongs to one test, which may kill it; it ends when it is
//! dropped:
//!
//! ```no_run
//! # fn main() -> anyhow::Result<()> {
//! use rungs_servers::{Options, Server};
//!
//! let mut server = Server::start(Options::postgres().durable())?;
//! server.kill()?;
//! server.restart()?;
//! # Ok(())
//! # }
//! ```
//!
//! Servers listen on 127.0.0.1 only, trust everybody who gets there, and keep their data below the
//! temporary directory in a folder of the checkout. This crate knows no database driver; it asks
//! servers with their own client programs.

mod bed;
mod certificates;
mod cluster;
mod download;
mod engine;
mod folder;
mod mariadb;
mod mysql;
mod packages;
mod pgbouncer;
mod postgres;
mod process;
mod running;
mod server;
mod tier;

pub use cluster::Cluster;
pub use folder::root;
pub use packages::install_missing as install_packages;
pub use running::{Kind, Protocol, Role, Running};
pub use server::{Options, Server};
pub use tier::{Tier, clusters, down, environment, require, running, standby, started, up};
