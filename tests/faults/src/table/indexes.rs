//! One index that is built concurrently, on a table that is there.

use super::Files;

pub(super) fn files() -> Files {
    let text = "CREATE INDEX CONCURRENTLY item_n ON item (n);\n";
    vec![("0001_index.sql".to_owned(), text.to_owned())]
}
