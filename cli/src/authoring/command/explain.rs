//! `rungs explain`

use std::io::Write;
use std::process::ExitCode;

use anstyle::Style;
use clap::Args;
use rungs_build::{Kind, kinds};

use crate::error::CommandError;
use crate::table::{self, Cell};
use crate::terminal::Terminal;

/// Say what a diagnostic means and what to do about it
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The id in the brackets of an error; without it all are listed
    #[arg(value_name = "ID")]
    id: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  rungs explain
  rungs explain invalid-sql";

pub(super) fn run(
    arguments: &Arguments,
    terminal: &mut Terminal,
) -> Result<ExitCode, CommandError> {
    match &arguments.id {
        None => list(&mut terminal.out)?,
        Some(id) => {
            let kind = kinds::find(id).ok_or_else(|| unknown(id))?;
            page(kind, &mut terminal.out)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list(out: &mut dyn Write) -> Result<(), CommandError> {
    let row = |kind: &&Kind| {
        let weight = kind.weight.name().to_owned();
        [kind.id.to_owned(), weight, first_sentence(kind.page)].map(Cell::from)
    };
    table::write(out, &kinds::KINDS.iter().map(row).collect::<Vec<_>>())?;
    Ok(())
}

/// Markdown is readable as it is; a terminal that can shows its headings in bold.
fn page(kind: &Kind, out: &mut dyn Write) -> Result<(), CommandError> {
    let mut in_code = false;
    for line in kind.page.lines() {
        in_code ^= line.starts_with("```");
        if line.starts_with('#') && !in_code {
            writeln!(out, "{BOLD}{line}{BOLD:#}")?;
        } else {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

const BOLD: Style = Style::new().bold();

/// The first sentence below the heading of a page.
fn first_sentence(page: &str) -> String {
    let body = page.split_once('\n').map_or("", |(_, body)| body).trim();
    let paragraph = body.split("\n\n").next().unwrap_or_default();
    let paragraph = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut ends = paragraph.match_indices(". ").map(|(end, _)| end);
    // The dots of `COPY ... FROM` end nothing.
    match ends.find(|end| !paragraph[..*end].ends_with('.')) {
        Some(end) => paragraph[..=end].to_owned(),
        None => paragraph,
    }
}

fn unknown(id: &str) -> CommandError {
    let help = match nearest(id) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "run `rungs explain` for the list".to_owned(),
    };
    CommandError::usage(format!("no diagnostic is called `{id}`")).help(help)
}

/// The id with the fewest typing mistakes, unless it takes too many.
fn nearest(id: &str) -> Option<&'static str> {
    let typed = id.to_lowercase().replace(['_', ' '], "-");
    let mistakes = |known: &str| strsim::damerau_levenshtein(&typed, known);
    let ids = kinds::KINDS.iter().map(|kind| kind.id);
    let nearest = ids.min_by_key(|known| mistakes(known))?;
    (mistakes(nearest) <= nearest.len() / 3).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sentence_may_wrap() {
        let page = "# id\n\nA file `0.sql`\nis wrong. It is.\n\nMore.\n";
        assert_eq!(first_sentence(page), "A file `0.sql` is wrong.");
        assert_eq!(first_sentence("# id\n\nOne.\n\nTwo."), "One.");
        let dots = "# id\n\n`COPY ... FROM` needs a client. It is.\n";
        assert_eq!(first_sentence(dots), "`COPY ... FROM` needs a client.");
        assert_eq!(first_sentence("# id\n"), "");
    }

    #[test]
    fn typing_mistakes_are_forgiven() {
        assert_eq!(nearest("invalid-slq"), Some("invalid-sql"));
        assert_eq!(nearest("INVALID_SQL"), Some("invalid-sql"));
        assert_eq!(nearest("spaghetti"), None);
    }
}
