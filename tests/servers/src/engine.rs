//! What is common to all servers: set up, started, awaited.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::process;
use crate::running::{HOST, Kind, Running};

const READY: Duration = Duration::from_secs(90);
/// Below the ports that the system gives to clients, so that no connection takes one of them
/// between the choice and the start.
const PORTS: std::ops::Range<u16> = 15_000..32_000;

/// A program that can serve.
pub(crate) trait Engine {
    /// The product, as names of servers begin.
    fn product(&self) -> &'static str;

    fn kind(&self) -> Kind;

    fn program(&self) -> &Program;

    /// How many numbers of the version tell releases apart.
    fn significant(&self) -> usize {
        2
    }

    /// The product and the numbers that tell releases apart.
    fn name(&self) -> Result<String> {
        let version = self.program().version()?;
        let numbers: Vec<&str> = version.split('.').take(self.significant()).collect();
        Ok(format!("{}-{}", self.product(), numbers.join(".")))
    }

    /// Creates the data in the folder of a site.
    fn initialise(&self, site: &Site) -> Result<()>;

    /// The arguments to serve the data of a site.
    fn arguments(&self, site: &Site) -> Vec<OsString>;
}

/// Where and how a server runs.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) folder: PathBuf,
    pub(crate) port: u16,
    /// Whether what is committed survives a loss of power.
    pub(crate) durable: bool,
    pub(crate) settings: Vec<(String, String)>,
}

impl Site {
    /// A site at this port, if nobody listens there, or else at another one.
    pub(crate) fn new(folder: PathBuf, port: Option<u16>) -> Result<Self> {
        Ok(Self {
            folder,
            port: port
                .filter(|port| is_free(*port))
                .map_or_else(free_port, Ok)?,
            durable: false,
            settings: Vec::new(),
        })
    }

    /// Where the data is.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// What the server writes while it runs.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join("log")
    }
}

/// A program file, and the loader that it needs when it is not made for this system.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    path: PathBuf,
    loader: Vec<OsString>,
}

impl Program {
    pub(crate) fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            loader: Vec::new(),
        }
    }

    /// A program in a tree that has the C library it was made for, with more folders of libraries.
    pub(crate) fn within(root: &Path, path: &str, libraries: &[&str]) -> Self {
        const LIBRARIES: &str = "usr/lib/x86_64-linux-gnu";
        let folders = [LIBRARIES].into_iter().chain(libraries.iter().copied());
        let folders: Vec<_> = folders.map(|folder| root.join(folder)).collect();
        let loader = root.join(LIBRARIES).join("ld-linux-x86-64.so.2");
        let search = env::join_paths(folders).unwrap_or_default();
        Self {
            path: root.join(path),
            loader: vec![loader.into(), "--library-path".into(), search],
        }
    }

    pub(crate) fn command(&self) -> Result<Command> {
        ensure!(
            self.path.exists(),
            "{} is missing; `cargo xtask servers up` installs it",
            self.path.display()
        );
        let mut words = self.loader.iter().map(OsString::as_os_str);
        let program = words.next();
        let mut command = process::command(program.map_or(&self.path, Path::new))?;
        if program.is_some() {
            command.args(words).arg(&self.path);
        }
        Ok(command)
    }

    /// The version, from what the program says about itself.
    pub(crate) fn version(&self) -> Result<String> {
        let text = process::run(self.command()?.arg("--version"), b"")?;
        let is_version = |word: &&str| word.starts_with(|first: char| first.is_ascii_digit());
        let version = text.split_whitespace().find(is_version);
        let version = version.with_context(|| format!("there is no version in `{text}`"))?;
        Ok(version.to_owned())
    }
}

/// Starts a server and returns its process; [`await_ready`] says when it can be used.
pub(crate) fn start(engine: &dyn Engine, site: &Site) -> Result<u32> {
    let mut command = engine.program().command()?;
    process::spawn(command.args(engine.arguments(site)), &site.log())
}

/// Waits until a server answers, and fails with the end of its log when it ends before.
pub(crate) fn await_ready(server: &Running, log: &Path) -> Result<()> {
    let mut has_ended = false;
    let is_over = process::wait_until(READY, || {
        has_ended = process::has_ended(server.pid);
        has_ended || server.ask("select 1").is_ok_and(|answer| answer == "1")
    });
    if is_over && !has_ended {
        return Ok(());
    }
    let log = fs::read_to_string(log).unwrap_or_default();
    let last: Vec<&str> = log.lines().rev().take(20).collect();
    let last: Vec<&str> = last.into_iter().rev().collect();
    let what = if has_ended {
        "ended"
    } else {
        "does not answer"
    };
    bail!("the server {what}; its log ends with\n{}", last.join("\n"));
}

/// A port at which nobody listens. It is given away once, also while nobody listens there yet.
pub(crate) fn free_port() -> Result<u16> {
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    // Each process begins elsewhere: several may look at the same time.
    static START: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(()));
    let size = PORTS.end - PORTS.start;
    for _ in 0..size {
        let given = GIVEN.fetch_add(1, Ordering::Relaxed);
        let offset = START.wrapping_add(given.into()) % u64::from(size);
        let port = PORTS.start + u16::try_from(offset)?;
        if is_free(port) {
            return Ok(port);
        }
    }
    bail!("no port is free")
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((HOST, port)).is_ok()
}
