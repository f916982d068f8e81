//! Waiting: for locks of others, and for other runs.

use std::time::{Duration, Instant};

use super::Engine;
use crate::connection::DriverError;
use crate::error::Error;
use crate::event::{Event, Holder};
use crate::plan::Step;
use crate::script::{Item, Purpose, Scope, Writer};

/// Pauses between attempts grow from this ...
const FIRST_PAUSE: Duration = Duration::from_millis(10);
/// ... by doubling, up to this.
const LONGEST_PAUSE: Duration = Duration::from_millis(320);

/// For how long and how often it was tried in vain.
pub(super) struct Waiting {
    since: Option<Instant>,
    /// Since when locks are in the way; another run is waited for without a limit.
    blocked_since: Option<Instant>,
    pauses: u32,
    /// Whether another run had the lock when it was asked for last.
    pub(super) is_contended: bool,
    /// Of a generator of numbers that need not be good ones.
    state: u64,
}

impl Waiting {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            since: None,
            blocked_since: None,
            pauses: 0,
            is_contended: false,
            // The generator stays at zero.
            state: seed | 1,
        }
    }

    /// Something was achieved.
    pub(super) fn end(&mut self) {
        self.since = None;
        self.blocked_since = None;
        self.pauses = 0;
    }

    /// How long it has been.
    fn waited(&mut self, now: Instant) -> Duration {
        now.duration_since(*self.since.get_or_insert(now))
    }

    /// How long locks have been in the way.
    fn blocked(&mut self, now: Instant) -> Duration {
        now.duration_since(*self.blocked_since.get_or_insert(now))
    }

    /// The next pause: longer than the one before, and not the same for all who wait.
    fn pause(&mut self) -> Duration {
        let pause = FIRST_PAUSE
            .saturating_mul(1 << self.pauses.min(10))
            .min(LONGEST_PAUSE);
        self.pauses += 1;
        pause.mul_f64(0.5 + self.fraction() / 2.0)
    }

    /// Between 0 and 1, by xorshift (Marsaglia, <https://doi.org/10.18637/jss.v008.i14>).
    fn fraction(&mut self) -> f64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        let bits = u32::try_from(self.state >> 32).unwrap_or_default();
        f64::from(bits) / f64::from(u32::MAX)
    }
}

impl Engine<'_> {
    /// Whether waiting is over with the success of this item.
    pub(super) fn is_progress(&self, item: &Item) -> bool {
        // On a server a migration may be begun over and over and never get its locks.
        match (&item.purpose, item.scope) {
            _ if self.sql.server().is_none() => true,
            (Purpose::Finish(_), _)
            | (Purpose::Commit { .. }, Scope::OutsideTransaction { .. }) => true,
            // Settings of the session are made again in each attempt.
            (Purpose::Statement(step, index), Scope::Outside { .. }) => *index >= step.done,
            _ => false,
        }
    }

    /// Tries the same command again after a pause; an error when that was done for long enough.
    pub(super) fn wait(&mut self, item: Item, error: DriverError) -> Result<(), Error> {
        let waited = self.waiting.waited(self.now);
        if waited >= self.options.wait_limit {
            return Err(Error::Busy {
                waited,
                source: Box::new(error),
            });
        }
        self.queue.push_front(item);
        self.rest(None);
        Ok(())
    }

    /// Gives up what is open, and begins again after a pause with what the log says then. After that
    /// was done for long enough the error counts.
    pub(super) fn begin_again(&mut self, scope: Scope, step: Option<Step>, error: Error) {
        let waited = self.waiting.blocked(self.now);
        if waited < self.options.wait_limit {
            self.notify_waiting(None);
            return self.give_way(scope);
        }
        let mut error = error;
        if let Error::Statement(error) = &mut error {
            error.waited = Some(waited);
        }
        self.abort(error, scope, step);
    }

    /// Closes what is open without a word, then looks again.
    pub(super) fn give_way(&mut self, scope: Scope) {
        self.queue.clear();
        if scope == Scope::Migration {
            // Its row is rolled back, and the next with its key may be another run's.
            self.claimed = None;
            if self.options.policy.atomic {
                // So are the migrations before it.
                self.forget_transaction();
            }
        }
        self.queue
            .extend(self.session_restored(self.changed_session));
        let release = self.peer_lock_released();
        self.queue.extend(release);
        match scope {
            Scope::Nothing | Scope::Outside { .. } => self.look_again(),
            Scope::Transaction | Scope::Migration | Scope::OutsideTransaction { .. } => {
                self.queue.push_front(Writer::give_way());
            }
        }
    }

    /// Reads the log again, after a pause that holds nobody up.
    pub(super) fn look_again(&mut self) {
        self.pause = Some(self.waiting.pause());
        self.read_again();
    }

    pub(super) fn read_again(&mut self) {
        let outside = self.outside_transaction();
        self.queue.extend(outside);
        let history = self.history();
        self.queue.push_back(history);
    }

    pub(super) fn rest(&mut self, holder: Option<&Holder>) {
        self.share_again();
        self.pause_for(holder);
    }

    pub(super) fn pause_for(&mut self, holder: Option<&Holder>) {
        self.notify_waiting(holder);
        self.pause = Some(self.waiting.pause());
    }

    pub(super) fn notify_waiting(&mut self, holder: Option<&Holder>) {
        let waited = self.waiting.waited(self.now);
        self.notify(&Event::Waiting { waited, holder });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_for_another_run_leaves_the_limit_for_locks_alone() {
        let mut waiting = Waiting::new(1);
        let start = crate::drive::beginning().now;
        let minutes = |count: u64| start + Duration::from_mins(count);
        waiting.waited(start);
        assert_eq!(waiting.blocked(minutes(10)), Duration::ZERO);
        assert_eq!(waiting.blocked(minutes(11)), Duration::from_mins(1));
        assert_eq!(waiting.waited(minutes(11)), Duration::from_mins(11));
        waiting.end();
        assert_eq!(waiting.blocked(minutes(12)), Duration::ZERO);
    }

    #[test]
    fn pauses_grow_to_a_limit_and_differ_between_runs() {
        let mut waiting = Waiting::new(1);
        let pauses: Vec<Duration> = (0..20).map(|_| waiting.pause()).collect();
        for (pause, longest) in pauses.iter().zip([10, 20, 40, 80, 160, 320, 320]) {
            let longest = Duration::from_millis(longest);
            assert!((longest / 2..=longest).contains(pause), "{pause:?}");
        }
        assert!(pauses.iter().all(|pause| *pause <= LONGEST_PAUSE));
        assert_ne!(Waiting::new(7).pause(), Waiting::new(8 << 40).pause());
    }
}
