//! The places that migrations are brought to: servers, with a new database for each test.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, Result, bail};
use rungs::{Command, Connection as _, Database, Rows};
use rungs_servers::{Cluster, Protocol, Role, Running};

use crate::waiting::until_so;

/// Where workers connect to: one server, or one of the nodes of a cluster.
#[derive(Clone, Debug)]
pub struct Place {
    name: String,
    nodes: Vec<Running>,
    /// What is asked, past any pooler.
    direct: Running,
}

/// A database that is there for one test and gone when this is dropped.
#[derive(Debug)]
pub struct Scratch {
    /// Where workers connect to; one of several.
    pub urls: Vec<String>,
    /// The same database, past any pooler.
    pub direct: String,
    /// What is said there to see what was done elsewhere in a cluster.
    following: Option<&'static str>,
    server: String,
    name: String,
}

/// A connection of somebody who only looks, or is in the way.
pub enum Client {
    /// To `PostgreSQL`.
    Postgres(Box<postgres::Client>),
    /// To `MySQL`.
    Mysql(Box<mysql::Conn>),
}

impl Place {
    /// The shared servers, poolers and clusters that run and whose names begin so.
    pub fn find(name: &str) -> Result<Self> {
        let running = rungs_servers::running()?;
        let belongs = |server: &&Running| match server.role() {
            Role::Node(cluster) => cluster == name,
            Role::Single | Role::Pooler(_) => server.name().starts_with(name),
            Role::Standby(_) => false,
        };
        let mut nodes: Vec<Running> = running.iter().filter(belongs).cloned().collect();
        let Some(first) = nodes.first().cloned() else {
            bail!("no `{name}` runs; type `cargo xtask servers up`, with `--tier wide` if need be");
        };
        let direct = match first.role() {
            Role::Pooler(behind) => running.iter().find(|server| server.name() == behind),
            _ => Some(&first),
        };
        let direct = direct.context("the server of a pooler has ended")?.clone();
        if !matches!(first.role(), Role::Node(_)) {
            nodes.truncate(1);
        }
        let name = match first.role() {
            Role::Node(cluster) => cluster.clone(),
            _ => first.name().to_owned(),
        };
        Ok(Self {
            name,
            nodes,
            direct,
        })
    }

    /// A server of one test.
    pub fn of(server: &Running) -> Self {
        Self {
            name: server.name().to_owned(),
            nodes: vec![server.clone()],
            direct: server.clone(),
        }
    }

    /// The cluster of one test.
    pub fn of_cluster(cluster: &Cluster) -> Self {
        let nodes: Vec<Running> = cluster.nodes().cloned().collect();
        Self {
            name: cluster.name().to_owned(),
            direct: cluster.node(0).clone(),
            nodes,
        }
    }

    /// The family of databases.
    pub fn database(&self) -> Database {
        match self.direct.kind().protocol() {
            Protocol::Postgres => Database::Postgres,
            Protocol::MySql => Database::Mysql,
        }
    }

    /// A new, empty database.
    pub fn create(&self) -> Result<Scratch> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("faults_{}_{count}", std::process::id());
        let url = |server: &Running| match server.kind().protocol() {
            Protocol::Postgres => server.url(&name),
            // Otherwise the drivers go on through the socket of the server, past any proxy.
            Protocol::MySql => format!("{}?prefer_socket=false", server.url(&name)),
        };
        let scratch = Scratch {
            urls: self.nodes.iter().map(url).collect(),
            direct: url(&self.direct),
            following: self.direct.following(),
            server: self.direct.admin_url(),
            name: name.clone(),
        };
        Client::connect(&scratch.server)?.ask(&format!("CREATE DATABASE {name}"))?;
        for url in &scratch.urls {
            // The nodes of a cluster hear of it one after the other.
            until_so("the database is there", || Ok(Client::connect(url).is_ok()))?;
        }
        Ok(scratch)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Scratch {
    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Connects to it, past any pooler.
    pub fn client(&self) -> Result<Client> {
        let mut client = Client::connect(&self.direct)?;
        if let Some(following) = self.following {
            client.ask(following)?;
        }
        Ok(client)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let force = if self.server.starts_with("postgres") {
            " WITH (FORCE)"
        } else {
            ""
        };
        // The server may be gone with everything in it.
        let _ = Client::connect(&self.server)
            .and_then(|mut client| client.ask(&format!("DROP DATABASE {}{force}", self.name)));
    }
}

impl Client {
    /// Connects.
    pub fn connect(url: &str) -> Result<Self> {
        if url.starts_with("postgres") {
            let client = postgres::Client::connect(url, postgres::NoTls)?;
            return Ok(Self::Postgres(Box::new(client)));
        }
        let connection = mysql::Conn::new(mysql::Opts::from_url(url)?)?;
        Ok(Self::Mysql(Box::new(connection)))
    }

    /// The rows of the last of these statements.
    pub fn ask(&mut self, sql: &str) -> Result<Rows> {
        let command = Command::of(&[sql]).with_answer(true);
        let rows = match self {
            Self::Postgres(client) => client.run(&command),
            Self::Mysql(connection) => connection.run(&command),
        };
        rows.with_context(|| format!("cannot run `{sql}`"))
    }

    /// The first value of the first row.
    pub fn value(&mut self, sql: &str) -> Result<Option<String>> {
        let row = self.ask(sql)?.into_iter().next();
        Ok(row.and_then(|row| row.into_iter().next().flatten()))
    }

    /// The first value of the first row, as a number.
    pub fn number(&mut self, sql: &str) -> Result<usize> {
        let value = self.value(sql)?;
        let value = value.with_context(|| format!("`{sql}` has no answer"))?;
        value
            .parse()
            .with_context(|| format!("`{sql}` answers {value}"))
    }

    /// The columns and indexes of all tables but the log, a line each.
    pub fn schema(&mut self) -> Result<Vec<String>> {
        let sql = match self {
            Self::Postgres(_) => POSTGRES_SCHEMA,
            Self::Mysql(_) => MYSQL_SCHEMA,
        };
        let rows = self.ask(sql)?;
        let lines = rows.into_iter().map(|row| {
            let values: Vec<String> = row.into_iter().flatten().collect();
            values.join(" ")
        });
        Ok(lines.collect())
    }
}

const POSTGRES_SCHEMA: &str = "
SELECT 'column', table_name::text, column_name || ' ' || data_type || ' ' || is_nullable
FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'rungs_log'
UNION ALL
SELECT 'index', indrelid::regclass::text,
       pg_get_indexdef(indexrelid) || CASE WHEN indisvalid THEN '' ELSE ' INVALID' END
FROM pg_index WHERE indrelid IN
(SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname <> 'rungs_log')
ORDER BY 1, 2, 3";

const MYSQL_SCHEMA: &str = "
SELECT 'column', table_name, CONCAT_WS(' ', column_name, column_type, is_nullable)
FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name <> 'rungs_log'
UNION ALL
SELECT 'index', table_name, CONCAT_WS(' ', index_name, column_name, non_unique, seq_in_index)
FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name <> 'rungs_log'
ORDER BY 1, 2, 3";
