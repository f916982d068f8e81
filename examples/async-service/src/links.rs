//! What the service does with its tables.

use sqlx::{Result, SqlitePool};

/// The links in a database that is up to date.
#[derive(Clone)]
pub(crate) struct Links {
    pool: SqlitePool,
}

impl Links {
    pub(crate) fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    /// Where a link leads; counted as a visit.
    pub(crate) async fn follow(&self, slug: &str) -> Result<Option<String>> {
        let query = sqlx::query_scalar("SELECT target FROM links WHERE slug = ?");
        let target = query.bind(slug).fetch_optional(&self.pool).await?;
        if target.is_some() {
            let query = sqlx::query("INSERT INTO visits (slug) VALUES (?)");
            query.bind(slug).execute(&self.pool).await?;
        }
        Ok(target)
    }

    /// Slug and number of visits of each link that was followed, the most popular first.
    pub(crate) async fn popular(&self) -> Result<Vec<(String, i64)>> {
        let query = sqlx::query_as(
            "SELECT slug, visit_count FROM popular_links ORDER BY visit_count DESC, slug",
        );
        query.fetch_all(&self.pool).await
    }
}
