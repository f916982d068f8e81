//! Which database is meant, and that no password is ever shown.

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

const SECRET: &str = "S3cret";

fn env(sandbox: &Sandbox, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let all = [&["env", "--format=json"], arguments].concat();
    let output = sandbox
        .command(&all)
        .envs(variables.iter().copied())
        .output();
    let output = output.expect("the command runs");
    let settings: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("JSON on the standard output");
    let database = &settings[0];
    let value = database["value"].as_str().unwrap_or("-");
    format!(
        "{value} from {}",
        database["from"].as_str().expect("an origin")
    )
}

#[test]
fn flags_go_before_the_environment_before_rungs_toml_before_dotenv() {
    let sandbox = Sandbox::new(&[(
        ".env",
        "no variable\nDATABASE_URL='sqlite:of_dotenv' # why\n",
    )]);
    assert_eq!(
        env(&sandbox, &[], &[]),
        "sqlite:of_dotenv from DATABASE_URL in .env"
    );
    sandbox.write("rungs.toml", "[database]\nvariable = 'SHOP_URL'\n");
    assert_eq!(
        env(&sandbox, &[], &[]),
        "sqlite:of_dotenv from DATABASE_URL in .env"
    );
    let shop = ("SHOP_URL", "sqlite:of_shop");
    let named = "sqlite:of_shop from SHOP_URL, which rungs.toml names";
    assert_eq!(env(&sandbox, &[], &[shop]), named);
    let url = ("DATABASE_URL", "sqlite:of_url");
    let by_url = "sqlite:of_url from DATABASE_URL in the environment";
    assert_eq!(env(&sandbox, &[], &[shop, url]), by_url);
    let flag = ["--database-url", "sqlite:of_flag"];
    assert_eq!(
        env(&sandbox, &flag, &[shop, url]),
        "sqlite:of_flag from --database-url"
    );
}

#[test]
fn the_variables_of_each_part_are_understood() {
    let sandbox = Sandbox::new(&[("rungs.toml", "dialect = 'mysql'\n")]);
    let parts = [
        ("DB", "shop"),
        ("HOST", "db.example"),
        ("PORT", "3307"),
        ("USERNAME", "ada"),
        ("PASSWORD", SECRET),
    ];
    let found = "mysql://ada:***@db.example:3307/shop from DB in the environment";
    assert_eq!(env(&sandbox, &[], &parts), found);
    assert_eq!(env(&sandbox, &[], &parts[1..]), "- from nothing names it");
    let url = ("DB_URL", "postgres://db.example/shop");
    let by_url = "postgres://db.example/shop from DB_URL in the environment";
    assert_eq!(env(&sandbox, &[], &[parts[0], url]), by_url);
}

#[test]
fn no_password_is_shown() {
    let sandbox = Sandbox::new(&[("migrations/1_a.sql", "SELECT 1;\n")]);
    sandbox.write("rungs.toml", "dialect = ['postgres', 'mysql', 'sqlite']\n");
    let urls = [
        format!("postgres://ada:{SECRET}@127.0.0.1:1/shop?password={SECRET}"),
        format!("mysql://ada:{SECRET}@127.0.0.1:1/shop"),
        format!("mysql://ada:{SECRET}@127.0.0.1:1/shop?socket={SECRET}&nonsense={SECRET}"),
        format!("postgres://ada:1/{SECRET}@127.0.0.1:1/shop"),
        format!("postgres://ada:{SECRET}@127.0.0.1:{SECRET}/shop"),
        format!("oracle://ada:{SECRET}@127.0.0.1/shop"),
        SECRET.to_owned(),
    ];
    for url in &urls {
        for verb in [&["env"][..], &["status"], &["up"], &["wait", "--limit=0"]] {
            let output = sandbox.command(verb).env("DATABASE_URL", url).output();
            let output = output.expect("the command runs");
            let seen = [output.stdout, output.stderr].concat();
            let seen = String::from_utf8_lossy(&seen);
            assert!(!seen.contains(SECRET), "{verb:?}: {seen}");
        }
    }
}

#[test]
fn each_setting_is_shown_with_its_origin() {
    let sandbox = Sandbox::new(&[(
        "rungs.toml",
        "dialect = 'postgres'\n[database]\nvariable = 'SHOP_URL'\nproduction = ['db.example']\n",
    )]);
    let mut command = sandbox.command(&["env", "--key", "billing"]);
    command.env(
        "SHOP_URL",
        format!("postgres://ada:{SECRET}@db.example/shop"),
    );
    assert_snapshot!("env", Sandbox::show(&mut command));
}

#[test]
fn who_does_it_is_said_by_a_variable_or_a_flag() {
    let sandbox = Sandbox::new(&[("migrations/1_a.sql", "CREATE TABLE a (b INTEGER);\n")]);
    sandbox.write(
        ".env",
        "DATABASE_URL=sqlite:app.sqlite\nOPERATOR='of dotenv'\n",
    );
    let by = |arguments: &[&str], variable: Option<&str>| {
        let mut command = sandbox.command(&[&["up"], arguments].concat());
        command.envs(variable.map(|name| ("OPERATOR", name)));
        assert!(Sandbox::show(&mut command).ends_with("--- exit 0"));
        let log = sandbox.json(&["log", "--format=json"]);
        std::fs::remove_file(sandbox.path().join("app.sqlite")).expect("a database");
        log[0]["operator"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(by(&[], None), "of dotenv");
    assert_eq!(by(&[], Some("ada")), "ada");
    assert_eq!(by(&["--operator=eve"], Some("ada")), "eve");
}

#[test]
fn what_is_unsafe_is_not_passed_over_in_silence() {
    let sandbox = Sandbox::new(&[("migrations/1_a.sql", "CREATE TABLE a (b INTEGER);\n")]);
    sandbox.write(".env", "DATABASE_URL=sqlite:app.sqlite\nFS=files\n");
    let with = |word: &str, verb: &str| {
        let mut command = sandbox.command(&[verb]);
        Sandbox::show(command.env("SAFE", word).env("OPERATOR", "ada"))
    };
    assert_snapshot!("safe_no", with("0", "up"));
    for word in ["1", "true", "Yes", "on", ""] {
        let seen = with(word, "up");
        assert!(
            !seen.contains("stderr") && seen.ends_with("--- exit 0"),
            "{seen}"
        );
    }
    assert!(
        !with("off", "status").contains("SAFE"),
        "reading fails in no way"
    );
    assert_snapshot!("safe_word", with("perhaps", "up"));
    assert_snapshot!("safe_env", with("no", "env"));
}

#[test]
fn rungs_toml_has_no_place_for_a_url() {
    let sandbox = Sandbox::new(&[(
        "rungs.toml",
        "[database]\nvariable = 'postgres://ada:S3cret@db.example/shop'\n",
    )]);
    assert_snapshot!("env_url_in_rungs_toml", sandbox.run(&["env"]));
}

#[test]
fn without_a_database_there_is_help() {
    let sandbox = Sandbox::new(&[]);
    assert_snapshot!("no_database", sandbox.run(&["status"]));
    assert_snapshot!(
        "no_scheme",
        sandbox.run(&["status", "--database-url", "oracle://h/d"])
    );
}

#[test]
fn waiting_ends() {
    let sandbox = Sandbox::new(&[]);
    let wait = |url| sandbox.run(&["wait", "--limit=0", "--database-url", url]);
    assert_snapshot!("wait", wait("sqlite:app.sqlite"));
    assert_snapshot!("wait_in_vain", wait("postgres://ada@127.0.0.1:1/shop"));
}

#[test]
fn the_version_says_what_is_built_in() {
    assert_snapshot!("version_command", Sandbox::new(&[]).run(&["version"]));
}

#[test]
fn shells_get_completions() {
    let sandbox = Sandbox::new(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = sandbox.run(&["completions", shell]);
        assert!(script.contains("rebuild"), "{shell}");
        assert!(script.ends_with("--- exit 0"), "{shell}");
    }
}
