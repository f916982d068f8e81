//! MySQL and MariaDB, and clusters of them.

use std::sync::Arc;

use mysql::prelude::Queryable as _;
use mysql::{Conn, Opts, Value};
use rungs::{Database, Rows};
use rungs_servers::{Protocol, Role, Running, clusters, require};

use super::{Engine, Observer, Scratch, unique_name};

/// A MySQL or MariaDB server, or the nodes of a cluster.
#[derive(Debug)]
pub struct Mysql {
    name: String,
    nodes: Vec<Running>,
}

/// The servers and clusters that run.
pub(super) fn running() -> impl Iterator<Item = Box<dyn Engine>> {
    let servers = require(Protocol::MySql).into_iter();
    let all = servers.map(|server| vec![server]).chain(clusters());
    all.filter_map(|nodes| Some(Box::new(Mysql::of(nodes)?) as Box<dyn Engine>))
}

struct Created {
    /// On each node.
    urls: Vec<String>,
    nodes: Vec<Running>,
    name: String,
}

impl Mysql {
    fn of(nodes: Vec<Running>) -> Option<Self> {
        let first = nodes.first()?;
        let name = match first.role() {
            Role::Node(cluster) => cluster.clone(),
            _ => first.name().to_owned(),
        };
        Some(Self { name, nodes })
    }
}

impl Engine for Mysql {
    fn name(&self) -> &str {
        &self.name
    }

    fn database(&self) -> Database {
        Database::Mysql
    }

    fn readers_keep_schema(&self) -> bool {
        self.name != "galera"
    }

    fn create(&self) -> Arc<dyn Scratch> {
        let name = unique_name();
        let sql = format!(
            "DROP DATABASE IF EXISTS {name}; \
             CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
        );
        connect(&self.nodes[0].admin_url()).query(&sql);
        for node in &self.nodes {
            follow(&mut connect(&node.admin_url()), node);
        }
        // Otherwise the drivers go on through the socket of the server, past any proxy.
        let url = |node: &Running| format!("{}?prefer_socket=false", node.url(&name));
        Arc::new(Created {
            urls: self.nodes.iter().map(url).collect(),
            nodes: self.nodes.clone(),
            name,
        })
    }
}

impl Scratch for Created {
    fn url(&self) -> &str {
        &self.urls[0]
    }

    fn url_elsewhere(&self) -> &str {
        let last = self.nodes.len() - 1;
        // What a node has not heard of yet it does not know.
        follow(&mut connect(&self.urls[last]), &self.nodes[last]);
        &self.urls[last]
    }

    fn observe(&self) -> Box<dyn Observer> {
        let mut connection = connect(self.url());
        follow(&mut connection, &self.nodes[0]);
        connection
    }
}

impl Drop for Created {
    fn drop(&mut self) {
        connect(&self.nodes[0].admin_url()).query(&format!("DROP DATABASE {}", self.name));
    }
}

fn connect(url: &str) -> Box<dyn Observer> {
    Box::new(Conn::new(Opts::from_url(url).unwrap()).unwrap())
}

/// Waits, now and before each later statement, for what other nodes have committed.
fn follow(connection: &mut Box<dyn Observer>, node: &Running) {
    if let Some(following) = node.following() {
        connection.query(&format!("{following}; SELECT count(*) FROM mysql.user"));
    }
}

impl Observer for Conn {
    fn try_query(&mut self, sql: &str) -> Result<Rows, String> {
        rows(self, sql).map_err(|error| error.to_string())
    }

    fn schema(&mut self) -> Rows {
        let connection = self as &mut dyn Observer;
        connection.query("SET SESSION group_concat_max_len = 1000000");
        let objects = SCHEMA.iter().map(|objects| read(connection, objects));
        objects.flatten().collect()
    }

    fn quoted(&self, table: &str) -> String {
        format!("`{}`", table.replace('`', "``"))
    }
}

/// A node of Galera ends whoever reads the catalog while a change of any table comes from another one.
fn read(connection: &mut dyn Observer, sql: &str) -> Rows {
    loop {
        match connection.try_query(sql) {
            Err(error) if error.contains("ERROR 1213 ") => {}
            read => return read.unwrap_or_else(|error| panic!("{sql}: {error}")),
        }
    }
}

/// An error of any statement is only told to who asks for all result sets.
fn rows(connection: &mut Conn, sql: &str) -> mysql::Result<Rows> {
    let mut answer = connection.query_iter(sql)?;
    let mut rows = Rows::new();
    while let Some(set) = answer.iter() {
        rows.clear();
        for row in set {
            rows.push(row?.unwrap().into_iter().map(text).collect());
        }
    }
    Ok(rows)
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::NULL => None,
        Value::Bytes(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        other => Some(other.as_sql(true)),
    }
}

const SCHEMA: &[&str] = &[
    "SELECT 'table', t.table_name, GROUP_CONCAT(CONCAT_WS(' ', c.column_name, c.column_type, \
     IF(c.is_nullable = 'NO', 'NOT NULL', NULL), c.column_default) ORDER BY c.ordinal_position SEPARATOR ', ') \
     FROM information_schema.tables t JOIN information_schema.columns c \
     ON c.table_schema = t.table_schema AND c.table_name = t.table_name \
     WHERE t.table_schema = DATABASE() AND t.table_type = 'BASE TABLE' GROUP BY t.table_name ORDER BY 2",
    "SELECT 'index', CONCAT(table_name, '.', index_name), CONCAT(MIN(non_unique), ' ', \
     GROUP_CONCAT(COALESCE(column_name, '') ORDER BY seq_in_index)) FROM information_schema.statistics \
     WHERE table_schema = DATABASE() GROUP BY table_name, index_name ORDER BY 2",
    "SELECT 'constraint', CONCAT(table_name, '.', constraint_name), CONCAT_WS(' ', GROUP_CONCAT(column_name \
     ORDER BY ordinal_position), MIN(referenced_table_name)) FROM information_schema.key_column_usage \
     WHERE table_schema = DATABASE() GROUP BY table_name, constraint_name ORDER BY 2",
    "SELECT 'view', table_name, view_definition FROM information_schema.views \
     WHERE table_schema = DATABASE() ORDER BY 2",
    "SELECT 'trigger', trigger_name, action_statement FROM information_schema.triggers \
     WHERE trigger_schema = DATABASE() ORDER BY 2",
    "SELECT 'routine', routine_name, routine_definition FROM information_schema.routines \
     WHERE routine_schema = DATABASE() ORDER BY 2",
];
