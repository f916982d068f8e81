//! Types and the values of enums.

use super::Replay;
use super::resolve::Found;
use crate::catalog::{Key, Name, Object, Space, Type, TypeKind};
use crate::change::{Mention, NewValue, Target};
use crate::dialect::Dialect;

impl Replay<'_> {
    /// The type of the catalog that is meant, if it is one of those.
    pub(super) fn type_of(&mut self, target: &Target) -> Option<Key> {
        if self.dialect != Dialect::Postgres {
            return None;
        }
        match self.find(Space::Type, target) {
            Found::Here(key) => Some(key),
            Found::Nowhere => {
                // A table is a type as well.
                let is_table = !matches!(self.find(Space::Relation, target), Found::Nowhere);
                if !is_table && !is_of_server(target) {
                    self.unknown_object(Space::Type, "type", target);
                }
                None
            }
            Found::Unknown => {
                if !is_of_server(target) {
                    self.suspect(Space::Type, target);
                }
                None
            }
        }
    }

    pub(super) fn add_value(&mut self, new: &NewValue) {
        let Some(key) = self.type_of(&new.name) else {
            return;
        };
        let Some(Object::Type(made)) = self.store.get(&key).map(|it| (**it).clone()) else {
            return;
        };
        let TypeKind::Enum(mut values) = made.kind else {
            return;
        };
        if values.contains(&new.value) {
            if !new.is_optional && self.store.is_certain(&key) {
                let name = Mention {
                    name: Name::exact(new.value.clone()),
                    at: new.at.clone(),
                };
                self.duplicate_part("value", &key, &name, &made.origin);
            }
            return;
        }
        let beside = new.beside.as_ref().and_then(|(is_before, value)| {
            let index = values.iter().position(|other| other == value)?;
            Some(if *is_before { index } else { index + 1 })
        });
        values.insert(beside.unwrap_or(values.len()), new.value.clone());
        let is_new = made.origin.file.path == self.file.path;
        let changed = Type {
            kind: TypeKind::Enum(values),
            origin: made.origin,
        };
        self.store.put(&key, Some(Object::Type(changed)));
        // A type of the same transaction may use its values at once.
        if is_new {
            return;
        }
        self.new_values
            .push((key, new.value.clone(), new.at.clone()));
    }

    pub(super) fn rename_value(&mut self, name: &Target, old: &str, new: &str) {
        let Some(key) = self.type_of(name) else {
            return;
        };
        if let Some(Object::Type(made)) = self.store.get(&key).map(|it| (**it).clone())
            && let TypeKind::Enum(mut values) = made.kind
        {
            for value in values.iter_mut().filter(|value| *value == old) {
                new.clone_into(value);
            }
            let changed = Type {
                kind: TypeKind::Enum(values),
                origin: made.origin,
            };
            self.store.put(&key, Some(Object::Type(changed)));
            self.rename_in_defaults(&key, old, new);
        }
    }

    /// A default refers to the value, not to its name.
    fn rename_in_defaults(&mut self, made: &Key, old: &str, new: &str) {
        let (old, new) = (format!("'{old}'"), format!("'{new}'"));
        for user in self.store.users(made) {
            let Some(Object::Table(mut table)) = self.store.get(&user).map(|it| (**it).clone())
            else {
                continue;
            };
            for column in &mut table.columns {
                if let Some(text) = column.default.as_mut()
                    && column.made_type.as_ref() == Some(made)
                    && let Some(rest) = text.strip_prefix(&old)
                {
                    *text = format!("{new}{rest}");
                }
            }
            self.store.put(&user, Some(Object::Table(table)));
        }
    }
}

/// Whether PostgreSQL or an extension may have a type of this name: an extension may be in any schema,
/// and made by whoever set up the database.
fn is_of_server(target: &Target) -> bool {
    let name = target.name.key();
    // The server makes an array type for each type and a multirange for each range.
    let is_made_with_another = name.starts_with('_') || name.contains("multirange");
    is_made_with_another || KNOWN.split(' ').any(|known| known == name)
}

/// The types of PostgreSQL 18, other words for them, and types of extensions.
const KNOWN: &str = "\
    aclitem any anyarray anyelement anyenum anymultirange anynonarray anyrange bigint bigserial \
    bit bool boolean box box2d box3d bpchar bytea char character cid cidr circle citext cstring \
    cube date datemultirange daterange dec decimal double ean13 ean13b earth event_trigger float \
    float4 float8 geography geometry gtsvector h3index halfvec hstore inet int int2 int2vector \
    int4 int4multirange int4range int8 int8multirange int8range integer internal interval isbn \
    isbn13 ismn ismn13 issn issn13 json jsonb jsonpath line lquery lseg ltree ltxtquery macaddr \
    macaddr8 money name national nchar numeric nummultirange numrange oid oidvector path pg_lsn \
    pg_node_tree pg_snapshot point polygon query_int raster real record refcursor regclass \
    regcollation regconfig regdictionary regnamespace regoper regoperator regproc regprocedure \
    regrole regtype seg serial serial2 serial4 serial8 smallint smallserial sparsevec text tid \
    time timestamp timestamptz timetz topogeometry trigger tsmultirange tsquery tsrange \
    tstzmultirange tstzrange tsvector txid_snapshot unknown upc uuid varbit varchar vector void \
    xid xid8 xml";
