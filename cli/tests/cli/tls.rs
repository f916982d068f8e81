//! Servers that demand TLS, and servers that have none.

use rungs_servers::{Options, Protocol, Server};

use crate::sandbox::Sandbox;
use crate::servers::first;

const UP: (&str, &str) = ("migrations/1_a.up.sql", "CREATE TABLE a (b INTEGER);\n");

/// What `status` says over a URL with these parameters.
fn status(url: &str, parameters: &str) -> String {
    let sandbox = Sandbox::new(&[UP]);
    sandbox.run(&["status", "--database-url", &format!("{url}?{parameters}")])
}

fn assert_connects(url: &str, parameters: &str) {
    let seen = status(url, parameters);
    assert!(seen.contains("1 pending on "), "{parameters}: {seen}");
}

fn assert_fails(url: &str, parameters: &str, why: &str) {
    let seen = status(url, parameters);
    assert!(
        seen.contains("cannot connect to ") && seen.contains(why),
        "{parameters}: {seen}"
    );
}

/// Whatever the server is, it answers those who verify it, and those who trust another authority not.
fn assert_verified(server: &Server, url: &str, require: &str) {
    let authority = server.authority().expect("it has a certificate");
    let authority = format!("sslrootcert={}", authority.display());
    assert_connects(url, require);
    for mode in ["verify-ca", "verify-full"] {
        assert_connects(url, &format!("sslmode={mode}&{authority}"));
        // The authorities that browsers trust know nothing of it.
        assert_fails(url, &format!("sslmode={mode}"), "certificate");
    }
    let elsewhere = url.replace("127.0.0.1", "localhost");
    assert_connects(&elsewhere, &format!("sslmode=verify-ca&{authority}"));
    assert_fails(
        &elsewhere,
        &format!("sslmode=verify-full&{authority}"),
        "certificate",
    );
    assert_fails(
        url,
        "sslmode=verify-full&sslrootcert=/no/such/file",
        "No such file",
    );
}

#[test]
fn a_postgres_that_demands_tls_is_reached_and_verified() {
    let options = Options::postgres().tls();
    let server = Server::start(options).expect("a server with TLS");
    let url = server.url("postgres");
    assert_verified(&server, &url, "sslmode=require");
    let uses_tls = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let sandbox = Sandbox::new(&[(
        "migrations/1_ssl.up.sql",
        &format!("CREATE TABLE a (b INTEGER);\n-- rungs: verify({uses_tls})\n"),
    )]);
    for (mode, exit) in [
        ("prefer", "--- exit 0"),
        ("require", "--- exit 0"),
        ("disable", "--- exit 1"),
    ] {
        let url = format!("{url}?sslmode={mode}");
        let seen = sandbox.run(&["check-live", "--database-url", &url]);
        assert!(seen.ends_with(exit), "{mode}: {seen}");
    }
}

#[test]
fn a_mariadb_that_has_tls_is_reached_and_verified() {
    let options = Options::mariadb()
        .tls()
        .set("require_secure_transport", "ON");
    let server = Server::start(options).expect("a server with TLS");
    let url = server.url("mysql");
    assert_verified(&server, &url, "ssl-mode=REQUIRED");
    assert_fails(&url, "ssl-mode=DISABLED", "denied");
}

#[test]
fn a_server_without_tls_is_no_server_where_it_is_required() {
    for protocol in [Protocol::Postgres, Protocol::MySql] {
        let url = first(protocol).admin_url();
        assert_connects(&url, "sslmode=prefer");
        for mode in ["require", "verify-full"] {
            let seen = status(&url, &format!("sslmode={mode}"));
            assert!(seen.contains("cannot connect to "), "{seen}");
            let why = [
                "does not support TLS",
                "server does not have this capability",
            ];
            assert!(why.iter().any(|why| seen.contains(why)), "{seen}");
        }
    }
    let url = first(Protocol::Postgres).admin_url();
    let seen = status(&url, "sslmode=always");
    assert!(
        seen.contains("`sslmode` is one of") && seen.ends_with("--- exit 2"),
        "{seen}"
    );
}
