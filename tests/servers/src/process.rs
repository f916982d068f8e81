//! Processes: started without rights, looked at, and stopped.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use nix::sys::signal::{self, Signal};
use nix::sys::wait::waitpid;
use nix::unistd::{Pid, Uid, User};

/// Who servers run as when this process is root: some of them refuse to run as root.
const UNPRIVILEGED: &str = "nobody";
const POLL: Duration = Duration::from_millis(10);
const STOP: Duration = Duration::from_secs(15);

/// A program that takes nothing from the environment and has no rights that it does not need.
pub(crate) fn command(program: &Path) -> Result<Command> {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("LC_ALL", "C.UTF-8")
        .current_dir("/");
    if let Some(user) = unprivileged()? {
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    }
    Ok(command)
}

/// Creates a folder that the programs of [`command`] own.
pub(crate) fn create_folder(folder: &Path) -> Result<()> {
    let create = || -> Result<()> {
        fs::create_dir_all(folder)?;
        if let Some(user) = unprivileged()? {
            std::os::unix::fs::chown(folder, Some(user.uid.as_raw()), Some(user.gid.as_raw()))?;
        }
        Ok(())
    };
    create().with_context(|| format!("cannot create {}", folder.display()))
}

fn unprivileged() -> Result<Option<User>> {
    if !Uid::effective().is_root() {
        return Ok(None);
    }
    let user = User::from_name(UNPRIVILEGED)?;
    let missing = || anyhow!("there is no user `{UNPRIVILEGED}` to run servers as");
    user.map(Some).ok_or_else(missing)
}

/// Runs a program to its end and returns what it wrote to its standard output.
pub(crate) fn run(command: &mut Command, input: &[u8]) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut attempt = || -> Result<_> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let stdin = child.stdin.take();
        thread::scope(|scope| {
            // A program that ends before it has read everything says why by its status.
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
            Ok(child.wait_with_output()?)
        })
    };
    let output = attempt().with_context(|| format!("cannot run {name}"))?;
    ensure!(
        output.status.success(),
        "{name} failed ({}): {}",
        output.status,
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Starts a server that writes to this log, in a process group of its own: Ctrl-C is for the
/// program that started it.
pub(crate) fn spawn(command: &mut Command, log: &Path) -> Result<u32> {
    let mut log = File::options().create(true).append(true).open(log)?;
    writeln!(log, "$ {command:?}")?;
    let child = command
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn();
    let child = child.with_context(|| format!("cannot start {}", command.get_program().display()));
    Ok(child?.id())
}

/// Whether this process runs, and is the server of this folder: a number is used again, but no
/// other program has the folder in its arguments.
pub(crate) fn is_alive(pid: u32, folder: &Path) -> bool {
    let arguments = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let is_server = String::from_utf8_lossy(&arguments).contains(&*folder.to_string_lossy());
    is_server && !has_ended(pid)
}

/// Whether a process is no more, or only waits for its parent to ask how it ended.
pub(crate) fn has_ended(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The state follows the name, which is in parentheses and may contain some.
    let state = stat.rsplit_once(") ").map(|(_, state)| state);
    state.is_none_or(|state| state.starts_with(['Z', 'X']))
}

/// Asks the server of a folder to end at once, and ends it when it does not.
pub(crate) fn stop(pid: u32, folder: &Path) -> Result<()> {
    if !is_alive(pid, folder) {
        return Ok(());
    }
    // Every server takes SIGQUIT as "end now"; PostgreSQL waits for its clients after SIGTERM.
    send(pid, Signal::SIGQUIT)?;
    if !wait_until(STOP, || has_ended(pid)) {
        return kill(pid, folder);
    }
    reap(pid);
    Ok(())
}

/// Ends the server of a folder and its children as a loss of power would.
pub(crate) fn kill(pid: u32, folder: &Path) -> Result<()> {
    if !is_alive(pid, folder) {
        return Ok(());
    }
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))?;
    let children = children.split_whitespace().map(str::parse);
    let children: Vec<u32> = children.collect::<Result<_, _>>()?;
    // The parent first: it starts new children in place of those that crash.
    send(pid, Signal::SIGKILL)?;
    for child in &children {
        // One that has ended with its parent is what is wanted.
        let _ = send(*child, Signal::SIGKILL);
    }
    let all = || has_ended(pid) && children.iter().all(|child| has_ended(*child));
    ensure!(wait_until(STOP, all), "process {pid} does not end");
    reap(pid);
    Ok(())
}

/// Takes an ended child out of the list of processes; it has another parent when an earlier
/// program started it.
fn reap(pid: u32) {
    if let Ok(pid) = i32::try_from(pid) {
        let _ = waitpid(Pid::from_raw(pid), None);
    }
}

fn send(pid: u32, signal: Signal) -> Result<()> {
    let sent = signal::kill(Pid::from_raw(pid.try_into()?), signal);
    sent.with_context(|| format!("cannot send {signal} to process {pid}"))
}

/// Looks again and again, until something is so or the time is over, and says whether it is so.
pub(crate) fn wait_until(limit: Duration, mut is_so: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    loop {
        if is_so() {
            return true;
        }
        if start.elapsed() > limit {
            return false;
        }
        thread::sleep(POLL);
    }
}
