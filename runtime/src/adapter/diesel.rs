//! What the databases of `diesel` have in common.

use diesel::backend::Backend;
use diesel::deserialize::{self, QueryableByName};
use diesel::row::{Field as _, NamedRow, Row};

use crate::connection::Command;

/// A database whose values can be made text.
pub(super) trait AsText: Backend {
    fn text(value: Self::RawValue<'_>) -> deserialize::Result<String>;
}

#[cfg(any(
    feature = "diesel-mysql",
    feature = "diesel-postgres",
    feature = "diesel-sqlite"
))]
pub(super) use blocking::load;

/// The text to run for its effect, and the query with its place whose rows are wanted: diesel reads
/// rows of single statements only.
#[cfg_attr(
    not(any(
        feature = "diesel-async-postgres",
        feature = "diesel-mysql",
        feature = "diesel-postgres"
    )),
    expect(dead_code, reason = "SQLite is sent single statements")
)]
pub(super) fn parts(command: &Command) -> (&str, Option<(usize, &str)>) {
    let last = command.statements().last().filter(|_| command.answers());
    let end = last.map_or_else(|| command.sql().len(), |(start, _)| start);
    (command.sql().get(..end).unwrap_or_default(), last)
}

/// A row.
pub(super) struct Answer(pub(super) Vec<Option<String>>);

impl<D: AsText> QueryableByName<D> for Answer {
    fn build<'a>(row: &impl NamedRow<'a, D>) -> deserialize::Result<Self> {
        let value = |column| {
            let field = Row::get(row, column);
            let value = field.as_ref().and_then(|field| field.value());
            value.map(D::text).transpose()
        };
        let values = (0..row.field_count()).map(value);
        Ok(Self(values.collect::<Result<_, _>>()?))
    }
}

#[cfg(any(
    feature = "diesel-mysql",
    feature = "diesel-postgres",
    feature = "diesel-sqlite"
))]
mod blocking {
    use diesel::connection::Connection;
    use diesel::query_builder::SqlQuery;
    use diesel::query_dsl::LoadQuery;
    use diesel::{QueryResult, RunQueryDsl as _, sql_query};

    use super::{Answer, AsText};
    use crate::connection::Rows;

    /// Runs one statement as a prepared one: diesel has no other way to rows.
    pub(in super::super) fn load<C>(connection: &mut C, sql: &str) -> QueryResult<Rows>
    where
        C: Connection<Backend: AsText>,
        for<'query> SqlQuery: LoadQuery<'query, C, Answer>,
    {
        let answers = sql_query(sql).load(connection)?;
        Ok(answers.into_iter().map(|Answer(row)| row).collect())
    }
}
