//! `DROP` of anything but indexes.

use super::space;
use crate::catalog::{Name, Space, signature};
use crate::change::{Change, Doubt, Dropped, Target};
use crate::dialect::Dialect;
use crate::sql::reader::Reader;
use crate::sql::split::Phrase;

pub(super) fn object(phrase: &Phrase<'_>, kind: &str, dialect: Dialect) -> Option<Change> {
    let Some(space) = space(kind) else {
        return Some(Change::Doubt(of_no_space(phrase, kind)));
    };
    let last = kind.rsplit(' ').next().unwrap_or(kind);
    let mut reader = Reader::after(phrase, last);
    let is_optional = reader.eat("IF EXISTS");
    let mut names = Vec::new();
    loop {
        let mut name = reader.target(dialect)?;
        if space == Space::Routine {
            name.name = signature(&mut reader, &name, dialect);
        }
        names.push(name);
        if !reader.eat(",") {
            break;
        }
    }
    let table = if reader.eat("ON") {
        Some(reader.target(dialect)?)
    } else {
        None
    };
    Some(Change::Drop(Dropped {
        space,
        kind: kind.to_owned(),
        names,
        table,
        is_optional,
        is_cascading: reader.skip_to(&["CASCADE"]),
    }))
}

/// What goes with a role, a server or an operator is not known; nothing needs the others.
fn of_no_space(phrase: &Phrase<'_>, kind: &str) -> Doubt {
    const ALONE: [&str; 4] = ["RULE", "PUBLICATION", "SUBSCRIPTION", "EVENT TRIGGER"];
    let is_cascading = phrase.has("CASCADE") && !ALONE.contains(&kind);
    Doubt {
        has_dropped: kind == "OWNED" || is_cascading,
        ..Doubt::default()
    }
}

fn signature(reader: &mut Reader<'_, '_>, name: &Target, dialect: Dialect) -> Name {
    match reader.parenthesised(dialect) {
        Some(arguments) => signature::name(&name.name, &arguments.expression.text, dialect),
        None => name.name.clone(),
    }
}
