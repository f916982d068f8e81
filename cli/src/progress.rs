//! What is seen of a run while it goes on: a bar on a terminal, lines elsewhere.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::time::Duration;

use rungs::Event;

/// How much longer a run must have waited before it says so again.
const BETWEEN_WAITS: Duration = Duration::from_secs(5);

/// The bar, if there is one.
pub(crate) struct Progress {
    #[cfg(feature = "progress")]
    bar: Option<indicatif::ProgressBar>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self {
            #[cfg(feature = "progress")]
            bar: io::stderr().is_terminal().then(bar::new),
        }
    }

    /// What to give a migrator.
    pub(crate) fn observer(&self) -> impl Fn(&Event<'_>) + Send + Sync + 'static {
        let lines = Lines::default();
        #[cfg(feature = "progress")]
        let bar = self.bar.clone();
        move |event| {
            #[cfg(feature = "progress")]
            if let Some(bar) = &bar {
                return bar::show(bar, event);
            }
            lines.show(event);
        }
    }

    /// Takes the bar away, so that what is written next stands where it was.
    pub(crate) fn finish(&self) {
        #[cfg(feature = "progress")]
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// A line for what may take long: a migration that begins, and somebody who is waited for.
#[derive(Default)]
struct Lines {
    waited: Mutex<Option<Duration>>,
}

impl Lines {
    fn show(&self, event: &Event<'_>) {
        let is_worth_a_line = match event {
            Event::MigrationStarted { .. } => true,
            Event::Waiting { waited, .. } => self.is_due(*waited),
            _ => false,
        };
        if is_worth_a_line {
            // When the standard error is closed there is nobody left to tell.
            let _ = writeln!(io::stderr(), "{event}");
        }
    }

    fn is_due(&self, waited: Duration) -> bool {
        let Ok(mut last) = self.waited.lock() else {
            return false;
        };
        let is_due = last.is_none_or(|last| waited.abs_diff(last) >= BETWEEN_WAITS);
        if is_due {
            *last = Some(waited);
        }
        is_due
    }
}

#[cfg(feature = "progress")]
mod bar {
    use std::time::Duration;

    use indicatif::{ProgressBar, ProgressStyle};
    use rungs::Event;

    const LOOK: &str = "{bar:30} {pos}/{len} statements  {elapsed}  {msg}";

    pub(super) fn new() -> ProgressBar {
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template(LOOK) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        bar
    }

    pub(super) fn show(bar: &ProgressBar, event: &Event<'_>) {
        match event {
            Event::Planned { plan } => {
                let statements = plan.steps().iter().map(|step| step.statements().count());
                bar.set_length(bar.position() + statements.sum::<usize>() as u64);
            }
            Event::StatementDone { .. } => bar.inc(1),
            Event::MigrationStarted { .. } | Event::Waiting { .. } => {
                bar.set_message(event.to_string());
            }
            _ => {}
        }
    }
}
