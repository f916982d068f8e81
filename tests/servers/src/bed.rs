//! Servers that are started and stopped together, and the file that remembers them.

use std::fs;
use std::io::ErrorKind;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};

use crate::engine::{self, Engine, Site};
use crate::running::{HOST, Role, Running};
use crate::{folder, process};

const STATE: &str = "servers.json";

/// A folder with a state file, and a folder for each of its servers.
#[derive(Debug, Default)]
pub(crate) struct Bed {
    folder: PathBuf,
    servers: Vec<Running>,
}

impl Bed {
    /// What the state file says; no file means no server.
    pub(crate) fn open(folder: PathBuf) -> Result<Self> {
        let path = folder.join(STATE);
        let read = || -> Result<Vec<Running>> {
            match fs::read(&path) {
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
                text => Ok(serde_json::from_slice(&text?)?),
            }
        };
        let servers = read().with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Self { folder, servers })
    }

    /// Whether this folder is one of a bed.
    pub(crate) fn is_at(folder: &Path) -> bool {
        folder.join(STATE).exists()
    }

    /// The servers that were started and not stopped. Some may have ended on their own.
    pub(crate) fn servers(&self) -> &[Running] {
        &self.servers
    }

    /// The server of this name, if it runs.
    pub(crate) fn find(&self, name: &str) -> Option<&Running> {
        self.servers
            .iter()
            .find(|server| server.name == name && server.is_alive())
    }

    /// Starts a server on new data, unless it runs.
    pub(crate) fn ensure(&mut self, engine: &dyn Engine, role: Role) -> Result<Running> {
        let name = engine.name()?;
        if let Some(server) = self.find(&name) {
            return Ok(server.clone());
        }
        self.create(&name, engine, role, Vec::new())
    }

    /// Starts a server on new data.
    pub(crate) fn create(
        &mut self,
        name: &str,
        engine: &dyn Engine,
        role: Role,
        settings: Vec<(String, String)>,
    ) -> Result<Running> {
        let create = || -> Result<Running> {
            let mut site = self.site(name)?;
            site.settings = settings;
            engine.initialise(&site)?;
            self.start(name, engine, &site, role)
        };
        create().with_context(|| format!("cannot start {name}"))
    }

    /// A place for a server of this name, without anything that an earlier one left there but its
    /// port: whoever knows the address can go on using it.
    pub(crate) fn site(&mut self, name: &str) -> Result<Site> {
        let earlier = self.servers.iter().find(|server| server.name == name);
        let port = earlier.map(|server| server.port);
        self.stop(name)?;
        let folder = self.folder.join(name);
        folder::remove(&folder)?;
        process::create_folder(&folder)?;
        Site::new(folder, port)
    }

    /// Starts a server on a site that is set up, and waits until it answers.
    pub(crate) fn start(
        &mut self,
        name: &str,
        engine: &dyn Engine,
        site: &Site,
        role: Role,
    ) -> Result<Running> {
        let version = engine.program().version()?;
        let pid = engine::start(engine, site)?;
        let kind = engine.kind();
        let server = Running {
            name: name.to_owned(),
            kind,
            version,
            host: HOST.to_owned(),
            port: site.port,
            user: kind.admin().to_owned(),
            pid,
            role,
            folder: site.folder.clone(),
        };
        // Before it is awaited: a server that was started is found even if we end here.
        self.servers.push(server.clone());
        self.write()?;
        engine::await_ready(&server, &site.log())?;
        Ok(server)
    }

    /// Stops the servers, last one first, and removes what they have; keeps those of `keep`.
    pub(crate) fn down(mut self, keep: &[Running]) -> Result<()> {
        let is_kept = |server: &Running| keep.iter().any(|kept| kept.pid == server.pid);
        let stopped = self.servers.iter().rev().filter(|server| !is_kept(server));
        for server in stopped {
            end(server)?;
            folder::remove(&server.folder)?;
        }
        self.servers.retain(is_kept);
        if self.servers.is_empty() {
            return folder::remove(&self.folder);
        }
        self.write()
    }

    /// Stops a server, if it runs, and keeps its data.
    pub(crate) fn stop(&mut self, name: &str) -> Result<()> {
        for server in self.servers.iter().filter(|server| server.name == name) {
            end(server)?;
        }
        self.servers.retain(|server| server.name != name);
        self.write()
    }

    /// Replaces the file in one go: somebody may be reading.
    fn write(&self) -> Result<()> {
        fs::create_dir_all(&self.folder)?;
        let path = self.folder.join(STATE);
        let new = path.with_extension("new");
        fs::write(&new, serde_json::to_vec_pretty(&self.servers)?)?;
        Ok(fs::rename(&new, &path)?)
    }
}

/// A bed of its own for a test. It goes down when it is dropped.
#[derive(Debug)]
pub(crate) struct Private(Bed);

impl Private {
    pub(crate) fn new() -> Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = format!("private-{}-{number}", std::process::id());
        Ok(Self(Bed::open(folder::create_root()?.join(folder))?))
    }
}

impl Deref for Private {
    type Target = Bed;

    fn deref(&self) -> &Bed {
        &self.0
    }
}

impl DerefMut for Private {
    fn deref_mut(&mut self) -> &mut Bed {
        &mut self.0
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        // Nobody could take an error; `cargo xtask servers down` tries again.
        let _ = mem::take(&mut self.0).down(&[]);
    }
}

fn end(server: &Running) -> Result<()> {
    match server.role {
        // It has nothing to save; versions of the pooler differ in what a signal means, and a
        // node takes its time to leave its cluster.
        Role::Pooler(_) | Role::Node(_) => process::kill(server.pid, &server.folder),
        _ => process::stop(server.pid, &server.folder),
    }
}
