//! What is seen of a run while it goes on: a bar on a terminal, lines elsewhere.

#[cfg(feature = "progress")]
use std::io::IsTerminal as _;
use std::io::{self, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rungs::Event;

/// How much longer a run must have waited before it says so again.
const BETWEEN_WAITS: Duration = Duration::from_secs(5);

/// How a run is seen.
#[derive(Clone)]
pub(crate) enum Progress {
    Lines(Arc<Lines>),
    #[cfg(feature = "progress")]
    Bar(indicatif::ProgressBar),
}

impl Progress {
    /// Lines with each statement, or what suits where they go to.
    ///
    /// Of several sets a line begins with the key.
    pub(crate) fn new(with_statements: bool, set: Option<String>) -> Self {
        #[cfg(feature = "progress")]
        if io::stderr().is_terminal() && !with_statements {
            return Self::Bar(bar::new());
        }
        Self::Lines(Arc::new(Lines {
            with_statements,
            set,
            waited: Mutex::default(),
        }))
    }

    /// What to give a migrator.
    pub(crate) fn observer(&self) -> impl Fn(&Event<'_>) + Send + Sync + 'static {
        let progress = self.clone();
        move |event| match &progress {
            Self::Lines(lines) => lines.show(event),
            #[cfg(feature = "progress")]
            Self::Bar(bar) => bar::show(bar, event),
        }
    }

    /// Takes the bar away, so that what is written next stands where it was.
    pub(crate) fn finish(&self) {
        match self {
            Self::Lines(_) => {}
            #[cfg(feature = "progress")]
            Self::Bar(bar) => bar.finish_and_clear(),
        }
    }
}

/// A line for what may take long: a migration that begins, and somebody who is waited for.
pub(crate) struct Lines {
    with_statements: bool,
    set: Option<String>,
    waited: Mutex<Option<Duration>>,
}

impl Lines {
    fn show(&self, event: &Event<'_>) {
        let is_worth_a_line = match event {
            Event::MigrationStarted { .. } => true,
            Event::StatementDone { .. }
            | Event::StatementSkipped { .. }
            | Event::BatchDone { .. } => self.with_statements,
            Event::Waiting { waited, .. } => self.is_due(*waited),
            _ => false,
        };
        if is_worth_a_line {
            let set = self.set.as_ref().map(|set| format!("{set}: "));
            // When the standard error is closed there is nobody left to tell.
            let _ = writeln!(io::stderr(), "{}{event}", set.unwrap_or_default());
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
        bar
    }

    pub(super) fn show(bar: &ProgressBar, event: &Event<'_>) {
        match event {
            Event::Planned { plan } => {
                let statements = plan.steps().iter().map(|step| step.statements().count());
                // What has nothing to do shows no bar.
                bar.enable_steady_tick(Duration::from_millis(200));
                bar.set_length(bar.position() + statements.sum::<usize>() as u64);
            }
            Event::StatementDone { .. } | Event::StatementSkipped { .. } => bar.inc(1),
            Event::MigrationStarted { .. } | Event::BatchDone { .. } | Event::Waiting { .. } => {
                bar.set_message(event.to_string());
            }
            _ => {}
        }
    }
}
