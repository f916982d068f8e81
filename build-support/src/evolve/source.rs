//! Statements as somebody wrote them, which are used again where they make the whole of an object.

use std::sync::Arc;

use crate::catalog::{Key, Object, Origin, Space, TypeKind};
use crate::change::Change;
use crate::dialect::Dialect;
use crate::script::{Script, Statement};

/// The files that made the objects of two schemas, in order.
#[derive(Debug)]
pub(super) struct Sources<'a> {
    pub(super) scripts: Vec<&'a Script>,
    pub(super) dialect: Dialect,
}

impl<'a> Sources<'a> {
    /// Orders what was made by when it was made.
    pub(super) fn order(&self, origin: Option<&Origin>) -> (usize, usize) {
        let Some(origin) = origin else {
            return (usize::MAX, 0);
        };
        let mut scripts = self.scripts.iter();
        let at = scripts.position(|script| Arc::ptr_eq(&script.file, &origin.file));
        (at.unwrap_or(usize::MAX), origin.range.start)
    }

    /// The statement that made an object as it is.
    pub(super) fn statement(&self, key: &Key, object: &Object) -> Option<&'a str> {
        let (script, statement) = self.made(object.origin()?)?;
        let changes = statement.changes(self.dialect).iter();
        let is_it = changes.into_iter().any(|change| makes(change, key, object));
        is_it.then(|| script.file.slice(statement.range.clone()))
    }

    /// The statement in which something was made.
    pub(super) fn text(&self, origin: &Origin) -> Option<&'a str> {
        let (script, statement) = self.made(origin)?;
        Some(script.file.slice(statement.range.clone()))
    }

    fn made(&self, origin: &Origin) -> Option<(&'a Script, &'a Statement)> {
        let mut scripts = self.scripts.iter();
        let script: &'a Script = scripts.find(|it| Arc::ptr_eq(&it.file, &origin.file))?;
        let mut statements = script.statements.iter();
        let statement = statements.find(|it| it.range.contains(&origin.range.start))?;
        Some((script, statement))
    }
}

/// Whether a change makes all of an object. Tables are made in parts.
fn makes(change: &Change, key: &Key, object: &Object) -> bool {
    match (change, object) {
        (Change::CreateView(new), Object::View(view)) => {
            new.name.name == key.name && new.query.text == view.query
        }
        (Change::Create(new), Object::Other(other)) => {
            let name = match key.space {
                Space::Trigger | Space::Policy => key.name.as_str().rsplit('.').next(),
                _ => Some(key.name.as_str()),
            };
            Some(new.name.name.as_str()) == name && new.definition == other.definition
        }
        (Change::Create(new), Object::Type(made)) => {
            let is_same = match &made.kind {
                TypeKind::Enum(values) => new.values.as_ref() == Some(values),
                TypeKind::Other(text) => new.definition == *text,
            };
            new.name.name == key.name && is_same
        }
        _ => false,
    }
}
