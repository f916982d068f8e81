//! The command as people run it: what it prints and its exit status.

#![expect(clippy::expect_used, reason = "a test may stop where it stands")]

mod adopt;
mod check;
mod check_live;
mod common;
mod diff;
mod drift;
mod explain;
mod help;
mod init;
mod new;
mod sandbox;
mod servers;
mod sets;
mod settings;
mod squash;
mod statements;
mod stranger;
mod terminal;
mod tls;
mod transcript;
mod verbs;
