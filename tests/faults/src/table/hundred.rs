//! A hundred small migrations, as a project has after some years.

use super::Files;

pub(super) const COUNT: usize = 100;

pub(super) fn files() -> Files {
    let file = |number| (format!("{number:04}_step.sql"), text(number));
    (1..=COUNT).map(file).collect()
}

/// Every migration adds a row, which would be there twice if it ran twice.
fn text(number: usize) -> String {
    let table = match number {
        1 => "CREATE TABLE entry (id SERIAL PRIMARY KEY, tag VARCHAR(20) NOT NULL);\n".to_owned(),
        _ if number.is_multiple_of(5) => {
            format!("CREATE TABLE thing_{number} (id INTEGER PRIMARY KEY);\n")
        }
        _ => String::new(),
    };
    format!("{table}INSERT INTO entry (tag) VALUES ('step {number}');\n")
}
