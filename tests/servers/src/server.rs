//! A server that belongs to one test.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::bed::Private;
use crate::certificates::Certificates;
use crate::engine::{Engine, Site};
use crate::mariadb::MariaDb;
use crate::mysql::MySql;
use crate::postgres::Postgres;
use crate::process;
use crate::running::{Kind, Protocol, Role, Running};

/// What a private server should be.
#[derive(Clone, Debug)]
pub struct Options {
    kind: Kind,
    durable: bool,
    has_tls: bool,
    settings: Vec<(String, String)>,
}

impl Options {
    /// The `PostgreSQL` of the standard tier.
    pub fn postgres() -> Self {
        Self::new(Kind::Postgres)
    }

    /// The `MariaDB` of the standard tier.
    pub fn mariadb() -> Self {
        Self::new(Kind::MariaDb)
    }

    /// The `MySQL` of the wide tier.
    pub fn mysql() -> Self {
        Self::new(Kind::MySql)
    }

    fn new(kind: Kind) -> Self {
        Self {
            kind,
            durable: false,
            has_tls: false,
            settings: Vec::new(),
        }
    }

    /// What is committed survives [`Server::kill`]; without it the server is faster.
    pub fn durable(mut self) -> Self {
        self.durable = true;
        self
    }

    /// It has a certificate for 127.0.0.1, of an authority of its own.
    pub fn tls(mut self) -> Self {
        self.has_tls = true;
        self
    }

    /// A setting as the configuration file of the server names it.
    pub fn set(mut self, key: &str, value: &str) -> Self {
        self.settings.push((key.to_owned(), value.to_owned()));
        self
    }

    /// What the server is told of its certificates.
    fn set_certificates(self, certificates: &Certificates) -> Self {
        let certificate = certificates.certificate().display().to_string();
        let key = certificates.key().display().to_string();
        match self.kind.protocol() {
            Protocol::Postgres => self
                .set("ssl", "on")
                .set("ssl_cert_file", &certificate)
                .set("ssl_key_file", &key),
            Protocol::MySql => self.set("ssl_cert", &certificate).set("ssl_key", &key),
        }
    }

    fn engine(&self) -> Result<Box<dyn Engine>> {
        Ok(match self.kind {
            Kind::Postgres => Box::new(Postgres::debian()),
            Kind::MariaDb => Box::new(MariaDb::debian()),
            Kind::MySql => Box::new(MySql::debian()?),
        })
    }
}

/// A server of its own data, which ends when it is dropped.
///
/// A test that is killed drops nothing; `cargo xtask servers down` ends what it left.
pub struct Server {
    bed: Private,
    engine: Box<dyn Engine>,
    site: Site,
    running: Running,
    certificates: Option<Certificates>,
}

impl Server {
    /// Creates the data, starts the server and waits until it answers.
    pub fn start(options: Options) -> Result<Self> {
        let mut bed = Private::new()?;
        let engine = options.engine()?;
        let name = engine.name()?;
        let mut site = bed.site(&name)?;
        site.durable = options.durable;
        let certificates = options.has_tls.then(|| Certificates::make(&site.folder));
        let certificates = certificates.transpose()?;
        let options = match &certificates {
            Some(certificates) => options.set_certificates(certificates),
            None => options,
        };
        site.settings = options.settings;
        engine.initialise(&site)?;
        let running = bed.start(&name, &*engine, &site, Role::Single)?;
        Ok(Self {
            bed,
            engine,
            site,
            running,
            certificates,
        })
    }

    /// Its name, port, process and folder; the process is another one after a restart.
    pub fn running(&self) -> &Running {
        &self.running
    }

    /// The address of one of its databases, the same after a restart.
    pub fn url(&self, database: &str) -> String {
        self.running.url(database)
    }

    /// The file with the authority of its certificate, if it has one.
    pub fn authority(&self) -> Option<PathBuf> {
        self.certificates.as_ref().map(Certificates::authority)
    }

    /// Ends it as a loss of power would, with SIGKILL to each of its processes.
    pub fn kill(&mut self) -> Result<()> {
        process::kill(self.running.pid, &self.running.folder)
    }

    /// Ends it in good order, if it runs.
    pub fn stop(&mut self) -> Result<()> {
        self.bed.stop(&self.running.name)
    }

    /// Starts it with the same data at the same port and waits until it answers; ends it before,
    /// if it runs.
    pub fn restart(&mut self) -> Result<()> {
        self.stop()?;
        let name = self.running.name.clone();
        let started = self
            .bed
            .start(&name, &*self.engine, &self.site, Role::Single);
        self.running = started.with_context(|| format!("cannot restart {name}"))?;
        Ok(())
    }
}
