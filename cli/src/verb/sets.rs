//! Verbs for several sets: one after the other, and nothing is changed before all are planned.

use std::io::Write as _;

use anstyle::Style;
use rungs::{AsyncConnection, Goal, Migrator, Plan, Registry};

use super::change::{self, agree, planned, rewritten};
use super::goal::{self, Change};
use super::{Session, Verb};
use crate::error::{CommandError, Exit};
use crate::failure;
use crate::format::Format;
use crate::terminal::Terminal;

/// A set, and a connection to its database.
pub(crate) struct Opened<'a, C> {
    pub(crate) key: String,
    pub(crate) migrator: Migrator<'a>,
    pub(crate) connection: C,
}

/// What they have in common.
pub(crate) struct Setting<'t> {
    pub(crate) terminal: &'t mut Terminal,
    pub(crate) is_production: bool,
}

/// Runs a verb for each set.
pub(crate) async fn run<C: AsyncConnection>(
    verb: &Verb,
    mut sets: Vec<Opened<'_, C>>,
    setting: &mut Setting<'_>,
) -> Result<Exit, CommandError> {
    if let [set] = &mut sets[..] {
        let mut session = setting.session(set, None);
        return super::run(verb, &mut session, &mut set.connection).await;
    }
    if verb.is_about_one_set() {
        return Err(several(&sets));
    }
    match goal::change(verb) {
        Some(change) => change_each(&change, sets, setting).await,
        None => read_each(verb, sets, setting).await,
    }
}

fn several<C>(sets: &[Opened<'_, C>]) -> CommandError {
    let keys: Vec<&str> = sets.iter().map(|set| &*set.key).collect();
    CommandError::usage("there are several sets, and this verb is for one")
        .help(format!("say which with --set KEY: {}", keys.join(", ")))
}

/// What changes nothing has no order but that of registration.
async fn read_each<C: AsyncConnection>(
    verb: &Verb,
    sets: Vec<Opened<'_, C>>,
    setting: &mut Setting<'_>,
) -> Result<Exit, CommandError> {
    let mut worst = Exit::Success;
    for mut set in sets {
        setting.head(&set.key, verb.format())?;
        let mut session = setting.session(&set, Some(&set.key));
        let outcome = super::run(verb, &mut session, &mut set.connection).await;
        worst = worst.max(outcome.map_err(|error| error.of_set(&set.key))?);
    }
    Ok(worst)
}

async fn change_each<C: AsyncConnection>(
    change: &Change<'_>,
    sets: Vec<Opened<'_, C>>,
    setting: &mut Setting<'_>,
) -> Result<Exit, CommandError> {
    let mut plans = Vec::new();
    for mut set in sets {
        let mut session = setting.session(&set, Some(&set.key));
        let plan = async {
            if change.goal == Goal::Repair {
                super::repair::show(&mut session, &mut set.connection).await?;
            }
            planned(change, &session, &mut set.connection).await
        };
        let plan = plan.await;
        let plan = plan.map_err(|error| failure::explained(error, &session).of_set(&set.key))?;
        plans.push((set, plan));
    }
    if change.is_dry() {
        for (set, plan) in &plans {
            setting.head(&set.key, change.format())?;
            let mut session = setting.session(set, Some(&set.key));
            change::show(plan, change.format(), &mut session)?;
        }
        return Ok(Exit::Success);
    }
    agree_on_all(change, &plans, setting)?;
    let mut sets = Registry::in_order(plans).into_iter();
    while let Some(mut set) = sets.next() {
        setting.head(&set.key, change.format())?;
        let mut session = setting.session(&set, Some(&set.key));
        let outcome = change::apply(change, &mut session, &mut set.connection).await;
        if let Err(error) = outcome {
            let error = failure::explained(error, &session).of_set(&set.key);
            let rest: Vec<String> = sets.map(|set| set.key).collect();
            return Err(error.left_out(&rest));
        }
    }
    Ok(Exit::Success)
}

/// One question for all of them.
fn agree_on_all<C>(
    change: &Change<'_>,
    plans: &[(Opened<'_, C>, Plan)],
    setting: &mut Setting<'_>,
) -> Result<(), CommandError> {
    let Some((first, _)) = plans.first() else {
        return Ok(());
    };
    let of_set = |(set, plan): &(Opened<'_, C>, Plan)| {
        let name = |step: &rungs::Step| format!("{}: {}", set.key, step.migration());
        rewritten(plan).map(name).collect::<Vec<_>>()
    };
    let names: Vec<String> = plans.iter().flat_map(of_set).collect();
    let steps: usize = plans.iter().map(|(_, plan)| plan.steps().len()).sum();
    let mut session = setting.session(first, None);
    agree(change, &names, steps - names.len(), &mut session)
}

impl Setting<'_> {
    fn session<'s, C>(&'s mut self, set: &Opened<'s, C>, key: Option<&str>) -> Session<'s> {
        Session {
            migrator: set.migrator.clone(),
            terminal: self.terminal,
            is_production: self.is_production,
            place: None,
            set: key.map(str::to_owned),
        }
    }

    /// The key above what people read of a set.
    fn head(&mut self, key: &str, format: Format) -> Result<(), CommandError> {
        let bold = Style::new().bold();
        if let Format::Text = format {
            writeln!(self.terminal.out, "{bold}{key}:{bold:#}")?;
        }
        Ok(())
    }
}
