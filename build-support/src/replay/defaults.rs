//! Names that the server gives to what has none.

use crate::catalog::{Name, Table, shortened};

/// PostgreSQL's `table_column_key`: the parts are cut so that the whole has 63 bytes.
pub(super) fn postgres(table: &Name, columns: &str, label: &str) -> String {
    const LONGEST: usize = 63;
    let (mut first, mut second) = (table.as_str().to_owned(), shortened(columns.to_owned()));
    let joints = 1 + label.len() + usize::from(!second.is_empty());
    let available = LONGEST.saturating_sub(joints);
    while first.len() + second.len() > available {
        let longer = if first.len() > second.len() {
            &mut first
        } else {
            &mut second
        };
        if longer.pop().is_none() {
            break;
        }
    }
    if second.is_empty() {
        format!("{first}_{label}")
    } else {
        format!("{first}_{second}_{label}")
    }
}

/// A name that is not taken yet: PostgreSQL counts up behind the label, which is part of what is cut.
pub(super) fn free(
    table: &Name,
    columns: &str,
    label: &str,
    is_taken: impl Fn(&str) -> bool,
) -> Name {
    let mut name = postgres(table, columns, label);
    let mut number = 0;
    while is_taken(&name) {
        number += 1;
        name = postgres(table, columns, &format!("{label}{number}"));
    }
    Name::exact(name)
}

/// MySQL's name of an index: its first column, and a number when that is taken.
pub(super) fn mysql_index(table: &Table, first: &Name) -> Name {
    let mut name = first.clone();
    let mut number = 1;
    while table.index(&name).is_some() {
        number += 1;
        name = Name::of_key(format!("{first}_{number}"));
    }
    name
}

/// MySQL's name of a foreign key, `table_ibfk_1`: one more than the greatest that there is.
pub(super) fn mysql_foreign_key(table: &Table, name: &Name) -> Name {
    let prefix = format!("{}_ibfk_", name.key());
    let numbers = table.constraints.iter().filter_map(|it| {
        let name = it.name.as_ref()?;
        name.key().strip_prefix(&prefix)?.parse::<u32>().ok()
    });
    let next = numbers.max().unwrap_or(0) + 1;
    Name::of_key(format!("{name}_ibfk_{next}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_in_the_longer_part() {
        let table = Name::exact("t".repeat(60));
        assert_eq!(postgres(&table, "a", "key").len(), 63);
        assert_eq!(postgres(&table, "", "pkey").len(), 63);
        let short = Name::exact("users".to_owned());
        assert_eq!(postgres(&short, "email", "key"), "users_email_key");
        assert_eq!(
            free(&short, "email", "key", |it| it == "users_email_key").as_str(),
            "users_email_key1"
        );
    }
}
