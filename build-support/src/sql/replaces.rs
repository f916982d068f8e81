//! `-- rungs: replaces(1, 2, 4)`: the versions that a file was made of.

use std::sync::Arc;

use super::instruction::Instruction;
use super::split::Phrase;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::kinds;
use crate::script::{Replaces, Script};
use crate::source::SourceFile;

/// Notes the versions; whether they fit to the other files is for the pass that knows those.
pub(super) fn follow(
    file: &Arc<SourceFile>,
    instruction: &Instruction,
    script: &mut Script,
    phrases: &[Phrase<'_>],
    diagnostics: &mut Diagnostics,
) {
    let is_below = |phrase: &Phrase<'_>| phrase.range().start < instruction.comment.start;
    if phrases.first().is_some_and(is_below) {
        return diagnostics.push(below(file, instruction));
    }
    let list = file.slice(instruction.argument.clone());
    let versions: Result<Vec<i64>, _> = list.split(',').map(|word| word.trim().parse()).collect();
    let is_ascending = |versions: &Vec<i64>| versions.windows(2).all(|pair| pair[0] < pair[1]);
    let versions = versions.ok().filter(is_ascending);
    let Some(versions) = versions.filter(|versions| versions.len() > 1) else {
        return diagnostics.push(not_a_list(file, instruction));
    };
    if script.replaces.is_some() {
        return diagnostics.push(repeated(file, instruction));
    }
    let range = instruction.argument.clone();
    script.replaces = Some(Replaces { versions, range });
}

fn not_a_list(file: &Arc<SourceFile>, instruction: &Instruction) -> Diagnostic {
    let message = "`replaces` needs the versions of the migrations that this one was made of";
    Diagnostic::new(&kinds::BAD_DIRECTIVE, message)
        .at(file, instruction.argument.clone(), "not two or more ascending versions")
        .help("write all of them, the last of which is that of this file, as in `-- rungs: replaces(1, 2, 4)`")
}

fn repeated(file: &Arc<SourceFile>, instruction: &Instruction) -> Diagnostic {
    Diagnostic::new(
        &kinds::BAD_DIRECTIVE,
        "a second list of replaced migrations",
    )
    .at(file, instruction.comment.clone(), "there is one already")
    .help("write all versions into one list")
}

fn below(file: &Arc<SourceFile>, instruction: &Instruction) -> Diagnostic {
    Diagnostic::new(
        &kinds::MISPLACED_DIRECTIVE,
        "directive `replaces` has no effect here",
    )
    .at(
        file,
        instruction.comment.clone(),
        "after the first statement",
    )
    .help("move `-- rungs: replaces(...)` above the first statement of the file")
}
