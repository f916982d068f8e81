//! `ALTER`: a list of clauses that take effect together.

use super::evidence::{Evidence, is_same_name};
use crate::dialect::Dialect;
use crate::recovery::{COLUMN_END, Condition, Object, Recovery};
use crate::sql::reader::{Name, Reader};
use crate::sql::split::Phrase;

pub(super) fn table(phrase: &Phrase<'_>, dialect: Dialect) -> Recovery {
    let mut reader = Reader::after(phrase, "TABLE");
    reader.eat("IF EXISTS");
    reader.eat("ONLY");
    let Some(table) = reader.qualified() else {
        return Recovery::Unknown;
    };
    reader.eat("*");
    reader.skip_wait();
    let mut clauses = Clauses {
        reader,
        table,
        dialect,
        evidence: Evidence::default(),
        renamed: None,
    };
    clauses.read();
    // The other clauses speak of a table that has another name now.
    clauses.renamed.unwrap_or(clauses.evidence).conclude()
}

/// `ALTER` of anything but tables.
pub(super) fn other(phrase: &Phrase<'_>, object: &str, dialect: Dialect) -> Recovery {
    let is_mysql = dialect == Dialect::Mysql;
    let has = |words: &[&str]| words.iter().any(|word| phrase.has(word));
    let is_repeatable = match object {
        "DATABASE" | "SCHEMA" => !has(&["RENAME", "UPGRADE"]),
        "SYSTEM" => true,
        "SUBSCRIPTION" => !has(&["RENAME", "ADD", "DROP", "SKIP"]),
        // `RETAIN CURRENT PASSWORD` would keep the new password as the old one.
        "USER" => is_mysql && !has(&["RETAIN", "FACTOR"]),
        "EVENT" => is_mysql && !has(&["RENAME", "AT"]),
        // What was given out since would be given out again.
        "SEQUENCE" => is_mysql && !has(&["RESTART"]),
        "VIEW" | "FUNCTION" | "PROCEDURE" | "SERVER" => is_mysql,
        _ => false,
    };
    if is_repeatable {
        Recovery::Repeat
    } else {
        Recovery::Unknown
    }
}

struct Clauses<'p, 'a> {
    reader: Reader<'p, 'a>,
    table: Name,
    dialect: Dialect,
    evidence: Evidence,
    /// What `RENAME TO` leaves behind.
    renamed: Option<Evidence>,
}

/// First words of clauses that may run twice, beside `option = value`.
const REPEATABLE: &[&str] = &[
    "CONVERT TO",
    "DEFAULT",
    "CHARACTER SET",
    "CHARSET",
    "COLLATE",
    "ENGINE",
    "COMMENT",
    "AUTO_INCREMENT",
    "ROW_FORMAT",
    "ALGORITHM",
    "LOCK",
    "FORCE",
    "ENABLE",
    "DISABLE",
    "ORDER BY",
    "PARTITION BY",
    "TRUNCATE PARTITION",
    "ANALYZE PARTITION",
    "CHECK PARTITION",
    "OPTIMIZE PARTITION",
    "REBUILD PARTITION",
    "REPAIR PARTITION",
    "WITH VALIDATION",
    "WITHOUT VALIDATION",
    // PostgreSQL's
    "OWNER",
    "VALIDATE CONSTRAINT",
    "CLUSTER ON",
    "REPLICA IDENTITY",
    "SET LOGGED",
    "SET UNLOGGED",
    "SET (",
    "RESET (",
    "SET TABLESPACE",
    "SET WITHOUT",
    "NO FORCE",
];

impl Clauses<'_, '_> {
    fn read(&mut self) {
        loop {
            let is_optional =
                self.reader.item_has("IF EXISTS") || self.reader.item_has("IF NOT EXISTS");
            if !is_optional && self.clause().is_none() {
                self.evidence.hide();
            }
            if !self.reader.skip_past_comma() {
                return;
            }
        }
    }

    /// `None` when it cannot be seen and must not run twice.
    fn clause(&mut self) -> Option<()> {
        let is_mysql = self.dialect == Dialect::Mysql;
        if self.reader.eat("ADD") {
            self.add()
        } else if self.reader.eat("DROP") {
            self.drop()
        } else if self.reader.eat("RENAME") {
            self.rename()
        } else if is_mysql && self.reader.eat("CHANGE") {
            self.change()
        } else if is_mysql && self.reader.eat("MODIFY") {
            self.modify()
        } else if self.reader.eat("ALTER") {
            self.alter()
        } else if self.reader.eat("REORGANIZE PARTITION") {
            self.reorganize()
        } else {
            let is_option = self.reader.is_followed_by("=");
            (is_option || self.reader.is_any(REPEATABLE)).then_some(())
        }
    }

    fn add(&mut self) -> Option<()> {
        if self.reader.eat("PARTITION") {
            return self.partitions(true);
        }
        if self.reader.is_any(&["SYSTEM VERSIONING", "PERIOD FOR"]) {
            return None;
        }
        self.reader.eat("COLUMN");
        let is_list = self.reader.eat("(");
        loop {
            let added = self.definition()?;
            self.evidence.show(added);
            if !is_list {
                return Some(());
            }
            if !self.reader.skip_past_comma() {
                return self.reader.eat(")").then_some(());
            }
        }
    }

    /// What follows `ADD`: a column, a key or a constraint.
    fn definition(&mut self) -> Option<Condition> {
        let is_mysql = self.dialect == Dialect::Mysql;
        if is_mysql && self.reader.eat_any(&["INDEX", "KEY"]) {
            return self.index(Some(Object::IndexOn));
        }
        let special = ["FULLTEXT", "SPATIAL", "VECTOR INDEX", "VECTOR KEY"];
        if is_mysql && self.reader.eat_any(&special) {
            self.reader.eat_any(&["INDEX", "KEY"]);
            // An ordinary index of the same columns would be taken for it.
            return self.index(None);
        }
        let constraint = self.constraint_name();
        if self.reader.eat("UNIQUE") {
            return self.unique(constraint);
        }
        if self.reader.eat("PRIMARY KEY") {
            return self.primary_key(constraint);
        }
        if let Some(name) = constraint {
            return Some(self.condition(Object::Constraint, true, name));
        }
        if self.reader.eat("FOREIGN KEY") {
            return self.foreign_key();
        }
        if self.reader.is_any(&["CHECK", "EXCLUDE", "CONSTRAINT"]) {
            return None;
        }
        let name = self.reader.name()?;
        Some(self.condition(Object::Column, true, name))
    }

    /// The name after `CONSTRAINT`, which may be missing.
    fn constraint_name(&mut self) -> Option<String> {
        const KINDS: [&str; 5] = ["UNIQUE", "PRIMARY", "FOREIGN", "CHECK", "EXCLUDE"];
        if !self.reader.eat("CONSTRAINT") || self.reader.is_any(&KINDS) {
            return None;
        }
        self.reader.name()
    }

    /// An index by its name, or by its columns as an object of this kind.
    fn index(&mut self, unnamed: Option<Object>) -> Option<Condition> {
        if !self.reader.is_any(&["(", "USING"]) {
            let name = self.reader.name()?;
            return Some(self.condition(Object::Index, true, name));
        }
        self.skip_using();
        let columns = self.reader.columns()?;
        Some(self.condition(unnamed?, true, columns))
    }

    fn unique(&mut self, constraint: Option<String>) -> Option<Condition> {
        let is_mysql = self.dialect == Dialect::Mysql;
        self.reader.eat_any(&["INDEX", "KEY"]);
        match constraint {
            // A name of the index wins over that of the constraint.
            Some(name) if !is_mysql || self.reader.is_any(&["(", "USING"]) => {
                Some(self.condition(Object::Constraint, true, name))
            }
            _ if is_mysql => self.index(Some(Object::UniqueIndexOn)),
            _ => None,
        }
    }

    fn primary_key(&mut self, constraint: Option<String>) -> Option<Condition> {
        // In MySQL the name of a primary key is not kept.
        match constraint {
            Some(name) if self.dialect != Dialect::Mysql => {
                Some(self.condition(Object::Constraint, true, name))
            }
            _ if self.dialect != Dialect::Mysql => None,
            _ => {
                if !self.reader.is_any(&["(", "USING"]) {
                    self.reader.name()?;
                }
                self.skip_using();
                let columns = self.reader.columns()?;
                Some(self.condition(Object::PrimaryKey, true, columns))
            }
        }
    }

    fn foreign_key(&mut self) -> Option<Condition> {
        if self.dialect != Dialect::Mysql {
            return None;
        }
        // MySQL ignores a name here, MariaDB does not.
        if !self.reader.is("(") {
            self.reader.name()?;
        }
        let columns = self.reader.columns()?;
        Some(self.condition(Object::ForeignKeyOn, true, columns))
    }

    fn skip_using(&mut self) {
        if self.reader.eat("USING") {
            self.reader.eat_any(&["BTREE", "HASH", "RTREE"]);
        }
    }

    fn drop(&mut self) -> Option<()> {
        if self.reader.eat("PARTITION") {
            return self.dropped_partitions();
        }
        if self.reader.is_any(&["SYSTEM VERSIONING", "PERIOD FOR"]) {
            return None;
        }
        if self.reader.eat("PRIMARY KEY") {
            self.show(Object::PrimaryKey, false, String::new());
            return Some(());
        }
        let is_mysql = self.dialect == Dialect::Mysql;
        let object = if is_mysql && self.reader.eat_any(&["INDEX", "KEY"]) {
            Object::Index
        } else if self.reader.eat_any(&["CONSTRAINT", "FOREIGN KEY"])
            || (is_mysql && self.reader.eat("CHECK"))
        {
            Object::Constraint
        } else {
            self.reader.eat("COLUMN");
            Object::Column
        };
        let name = self.reader.name()?;
        self.show(object, false, name);
        Some(())
    }

    fn rename(&mut self) -> Option<()> {
        let is_mysql = self.dialect == Dialect::Mysql;
        let object = if self.reader.is("TO")
            || (is_mysql && !self.reader.is_any(&["INDEX", "KEY", "COLUMN"]))
        {
            return self.rename_table();
        } else if is_mysql && self.reader.eat_any(&["INDEX", "KEY"]) {
            Object::Index
        } else if self.reader.eat("CONSTRAINT") {
            Object::Constraint
        } else {
            self.reader.eat("COLUMN");
            Object::Column
        };
        let old = self.reader.name()?;
        if !self.reader.eat("TO") {
            return None;
        }
        let new = self.reader.name()?;
        self.replace(object, old, new);
        Some(())
    }

    fn rename_table(&mut self) -> Option<()> {
        self.reader.eat_any(&["TO", "AS", "="]);
        let mut new = self.reader.qualified()?;
        // MySQL would move it to the current database.
        if self.dialect != Dialect::Mysql {
            new.schema.clone_from(&self.table.schema);
        }
        let old = self.table.clone().condition(Object::Table, false);
        let mut evidence = Evidence::default();
        evidence.rename(old, new.condition(Object::Table, true));
        self.renamed = Some(evidence);
        Some(())
    }

    /// `CHANGE old new definition`.
    fn change(&mut self) -> Option<()> {
        self.reader.eat("COLUMN");
        let old = self.reader.name()?;
        let mut ahead = self.reader;
        let new = ahead.name()?;
        if is_same_name(&old, &new) {
            return self.redefinition();
        }
        self.replace(Object::Column, old, new);
        Some(())
    }

    fn modify(&mut self) -> Option<()> {
        self.reader.eat("COLUMN");
        self.redefinition()
    }

    /// A column is given another definition, which may bring a key along.
    fn redefinition(&mut self) -> Option<()> {
        let mut column = self.reader.name()?;
        column.push(COLUMN_END);
        if self.reader.item_has("CHECK") || self.reader.item_has("REFERENCES") {
            return None;
        }
        if self.reader.item_has("UNIQUE") {
            self.show(Object::UniqueIndexOn, true, column);
        } else if self.reader.item_has("KEY") {
            self.show(Object::PrimaryKey, true, column);
        }
        Some(())
    }

    /// `ALTER COLUMN`, `ALTER INDEX`, `ALTER CHECK`.
    fn alter(&mut self) -> Option<()> {
        let hidden = [
            "USING",
            "ADD",
            "RESTART",
            "DROP IDENTITY",
            "DROP EXPRESSION",
        ];
        (!hidden.iter().any(|words| self.reader.item_has(words))).then_some(())
    }

    /// `(PARTITION p ..., PARTITION q ...)`; without the list their names are not known.
    fn partitions(&mut self, exists: bool) -> Option<()> {
        if !self.reader.eat("(") {
            return None;
        }
        loop {
            if !self.reader.eat("PARTITION") {
                return None;
            }
            let name = self.reader.name()?;
            self.show(Object::Partition, exists, name);
            if !self.reader.skip_past_comma() {
                return self.reader.eat(")").then_some(());
            }
        }
    }

    fn dropped_partitions(&mut self) -> Option<()> {
        loop {
            let name = self.reader.name()?;
            self.show(Object::Partition, false, name);
            if !self.reader.eat(",") {
                return Some(());
            }
        }
    }

    /// `REORGANIZE PARTITION a, b INTO (PARTITION c ...)`.
    fn reorganize(&mut self) -> Option<()> {
        self.dropped_partitions()?;
        if self.reader.eat("INTO") {
            self.partitions(true)
        } else {
            None
        }
    }

    fn show(&mut self, object: Object, exists: bool, name: String) {
        let condition = self.condition(object, exists, name);
        self.evidence.show(condition);
    }

    fn replace(&mut self, object: Object, old: String, new: String) {
        let old = self.condition(object, false, old);
        let new = self.condition(object, true, new);
        self.evidence.rename(old, new);
    }

    fn condition(&self, object: Object, exists: bool, name: String) -> Condition {
        self.table.part(object, exists, name)
    }
}
