//! Waiting until something is so.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

const POLL: Duration = Duration::from_millis(10);
/// Longer than anything takes that comes to an end at all.
const LIMIT: Duration = Duration::from_mins(2);

/// Asks again and again, until there is an answer.
pub(crate) fn until<T>(what: &str, mut ask: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let begun = Instant::now();
    while begun.elapsed() < LIMIT {
        if let Some(answer) = ask()? {
            return Ok(answer);
        }
        thread::sleep(POLL);
    }
    bail!("waited in vain until {what}");
}

/// Asks again and again, until the answer is yes.
pub(crate) fn until_so(what: &str, mut ask: impl FnMut() -> Result<bool>) -> Result<()> {
    until(what, || Ok(ask()?.then_some(())))
}
