//! PostgreSQL, also behind a pooler.

use std::sync::Arc;
use std::thread;

use postgres::{Client, NoTls, SimpleQueryMessage};
use rungs::{Database, Rows};
use rungs_servers::{Protocol, Role, Running, require};

use super::{Engine, Observer, Scratch, unique_name};

/// A PostgreSQL server.
#[derive(Debug)]
pub struct Postgres {
    /// What adapters connect to: it, or a pooler in front of it.
    server: Running,
    /// The server itself.
    direct: Running,
}

/// The servers that run, and the poolers in front of them.
pub(super) fn running() -> impl Iterator<Item = Box<dyn Engine>> {
    let servers = require(Protocol::Postgres);
    servers.clone().into_iter().map(move |server| {
        let direct = match server.role() {
            Role::Pooler(name) => servers.iter().find(|it| it.name() == name).unwrap().clone(),
            _ => server.clone(),
        };
        Box::new(Postgres { server, direct }) as Box<dyn Engine>
    })
}

struct Created {
    url: String,
    direct: String,
    server: String,
    name: String,
}

impl Engine for Postgres {
    fn name(&self) -> &str {
        self.server.name()
    }

    fn database(&self) -> Database {
        Database::Postgres
    }

    fn create(&self) -> Arc<dyn Scratch> {
        let name = unique_name();
        let server = self.direct.url("postgres");
        let mut connection = connect(&server);
        // Copying files takes a third of the time where the server need not flush; 14 always does it.
        let knows_strategies = !self.direct.version().starts_with("14.");
        let strategy = if knows_strategies {
            " STRATEGY file_copy"
        } else {
            ""
        };
        for sql in [
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            format!("CREATE DATABASE {name} TEMPLATE template0{strategy}"),
        ] {
            connection.query(&sql);
        }
        Arc::new(Created {
            url: self.server.url(&name),
            direct: self.direct.url(&name),
            server,
            name,
        })
    }
}

impl Scratch for Created {
    fn url(&self) -> &str {
        &self.url
    }

    fn observe(&self) -> Box<dyn Observer> {
        connect(&self.direct)
    }
}

impl Drop for Created {
    fn drop(&mut self) {
        let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        connect(&self.server).query(&drop);
    }
}

/// A client that works inside the runtime of an adapter under test, too.
struct Outside(Option<Client>);

fn connect(url: &str) -> Box<dyn Observer> {
    let client = apart(|| Client::connect(url, NoTls));
    Box::new(Outside(Some(client.unwrap())))
}

/// The client waits with a runtime of its own, and a thread can have only one at a time.
fn apart<T: Send>(act: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| scope.spawn(act).join().unwrap())
}

impl Drop for Outside {
    fn drop(&mut self) {
        let client = self.0.take();
        apart(|| drop(client));
    }
}

impl Observer for Outside {
    fn try_query(&mut self, sql: &str) -> Result<Rows, String> {
        let client = self.0.as_mut().unwrap();
        let messages = apart(|| client.simple_query(sql)).map_err(|error| {
            error.as_db_error().map_or_else(
                || error.to_string(),
                |error| format!("{} {}", error.code().code(), error.message()),
            )
        })?;
        let mut rows = Rows::new();
        for message in messages {
            match message {
                SimpleQueryMessage::Row(row) => {
                    let value = |column| row.get(column).map(str::to_owned);
                    rows.push((0..row.len()).map(value).collect());
                }
                SimpleQueryMessage::RowDescription(_) => rows.clear(),
                _ => {}
            }
        }
        Ok(rows)
    }

    fn schema(&mut self) -> Rows {
        (self as &mut dyn Observer).query(SCHEMA)
    }

    fn quoted(&self, table: &str) -> String {
        // It comes from the catalog with quotes where it needs some.
        table.to_owned()
    }
}

const SCHEMA: &str = "
WITH namespace AS (
    SELECT oid, nspname FROM pg_namespace
    WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
)
SELECT 'table', c.oid::regclass::text,
       (SELECT string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
                                    CASE WHEN a.attnotnull THEN 'NOT NULL' END), ', ' ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
FROM pg_class c JOIN namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')
UNION ALL
SELECT 'view', c.oid::regclass::text, pg_get_viewdef(c.oid)
FROM pg_class c JOIN namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm')
UNION ALL
SELECT 'sequence', c.oid::regclass::text, ''
FROM pg_class c JOIN namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'S'
UNION ALL
SELECT 'index', c.oid::regclass::text,
       pg_get_indexdef(c.oid) || CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN namespace n ON n.oid = c.relnamespace
UNION ALL
SELECT 'constraint', o.conname::text, o.conrelid::regclass || ' ' || pg_get_constraintdef(o.oid)
FROM pg_constraint o JOIN namespace n ON n.oid = o.connamespace
UNION ALL
SELECT 'trigger', t.tgname::text, pg_get_triggerdef(t.oid)
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN namespace n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal
UNION ALL
SELECT 'function', p.oid::regprocedure::text, p.prosrc
FROM pg_proc p JOIN namespace n ON n.oid = p.pronamespace
UNION ALL
SELECT 'enum', t.oid::regtype::text,
       (SELECT string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)
FROM pg_type t JOIN namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e'
UNION ALL
SELECT 'schema', n.nspname::text, '' FROM namespace n WHERE n.nspname <> 'public'
ORDER BY 1, 2";
