//! A client, a router and a server, each in a network namespace of its own: the router can forget
//! the way, as a network does that is cut. Taking an interface down would tell both ends.

use std::process::{self, Command};

use anyhow::{Context as _, Result, ensure};
use nix::unistd::Uid;

/// The address of the server.
pub const SERVER: &str = "10.213.1.1";
/// The address of the client.
pub const CLIENT: &str = "10.213.2.1";

/// The three namespaces, which are gone when this is dropped.
#[derive(Debug)]
pub struct Network {
    id: u32,
}

impl Network {
    /// Makes them; only root may.
    pub fn make() -> Result<Self> {
        ensure!(
            Uid::effective().is_root(),
            "cutting a network needs root, who may make network namespaces"
        );
        let network = Self { id: process::id() };
        let [server, router, client] = network.names();
        let forward = "echo 1 > /proc/sys/net/ipv4/ip_forward";
        for command in [
            format!("netns add {server}"),
            format!("netns add {router}"),
            format!("netns add {client}"),
            format!("link add s0 netns {server} type veth peer name r1 netns {router}"),
            format!("link add c0 netns {client} type veth peer name r2 netns {router}"),
            format!("-n {server} address add {SERVER}/30 dev s0"),
            format!("-n {router} address add 10.213.1.2/30 dev r1"),
            format!("-n {router} address add 10.213.2.2/30 dev r2"),
            format!("-n {client} address add {CLIENT}/30 dev c0"),
            format!("-n {server} link set lo up"),
            format!("-n {server} link set s0 up"),
            format!("-n {router} link set r1 up"),
            format!("-n {router} link set r2 up"),
            format!("-n {client} link set c0 up"),
            format!("-n {server} route add default via 10.213.1.2"),
            format!("-n {client} route add default via 10.213.2.2"),
        ] {
            ip(command.split(' '))?;
        }
        ip(["netns", "exec", &router, "sh", "-c", forward])?;
        Ok(network)
    }

    /// Those that another process has made.
    pub fn of(id: u32) -> std::mem::ManuallyDrop<Self> {
        std::mem::ManuallyDrop::new(Self { id })
    }

    /// What tells these from others.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// The namespace of the server.
    pub fn server(&self) -> String {
        let [server, ..] = self.names();
        server
    }

    /// The namespace of the client.
    pub fn client(&self) -> String {
        let [.., client] = self.names();
        client
    }

    /// The router drops what comes, without a word to anybody.
    pub fn cut(&self) -> Result<()> {
        self.routes("add")
    }

    /// The router knows the way again.
    pub fn mend(&self) -> Result<()> {
        self.routes("delete")
    }

    fn routes(&self, verb: &str) -> Result<()> {
        let [_, router, _] = self.names();
        for address in [SERVER, CLIENT] {
            let blackhole = format!("-n {router} route {verb} blackhole {address}/32");
            ip(blackhole.split(' '))?;
        }
        Ok(())
    }

    fn names(&self) -> [String; 3] {
        ["server", "router", "client"].map(|name| format!("rungs-{}-{name}", self.id))
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        for name in self.names() {
            // One may not have been made.
            let _ = ip(["netns", "delete", &name]);
        }
    }
}

fn ip<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Result<()> {
    let mut command = Command::new("ip");
    let output = command.args(arguments).output();
    let output = output.context("cannot run `ip`; Debian has it in iproute2")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?}: {}", said.trim());
    Ok(())
}
