//! Histories as their tools write them, row by row: what is read of them, verified and refused.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use rungs::{Ahead, Changed, Database, Migrations, Migrator, OutOfOrder, Source, Tool};
use rungs_adoption::Connection;
use rungs_tests::{Observer, Scratch, engine, table};

const USERS: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY);\n";
const POSTS: &str = "CREATE TABLE posts (id INTEGER PRIMARY KEY);\n";
const TAGS: &str = "CREATE TABLE tags (id INTEGER PRIMARY KEY);\n";

/// As sqlx, golang-migrate and Atlas name files.
const COUNTED: Files = &[
    ("1_users.sql", USERS),
    ("2_posts.sql", POSTS),
    ("3_tags.sql", TAGS),
];
/// As dbmate, Prisma and sea-orm number them.
const DATED: Files = &[
    ("20240101000001_users.sql", USERS),
    ("20240101000002_posts.sql", POSTS),
    ("20240101000003_tags.sql", TAGS),
];
/// As Flyway and refinery name them.
const FLYWAY: Files = &[
    ("V1__users.sql", USERS),
    ("V2__posts.sql", POSTS),
    ("V3__tags.sql", TAGS),
];

type Files = &'static [(&'static str, &'static str)];

/// On each database system: the same answer.
fn each(history: &str, files: Files, source: impl Into<Source>) -> String {
    let source = source.into();
    let answers = [Database::Sqlite, Database::Postgres, Database::Mysql].map(|database| {
        let mut case = Case::new(database, files);
        case.run(history);
        case.adopt(source.clone())
    });
    let [first, others @ ..] = answers;
    for other in others {
        assert_eq!(other, first);
    }
    first
}

/// A database with a history.
struct Case {
    database: Database,
    scratch: Arc<dyn Scratch>,
    observer: Box<dyn Observer>,
    migrations: &'static Migrations,
}

impl Case {
    fn new(database: Database, files: Files) -> Self {
        let scratch = engine::of(database).next().unwrap().create();
        Self {
            database,
            observer: scratch.observe(),
            scratch,
            migrations: table(database, files),
        }
    }

    fn run(&mut self, statements: &str) {
        for statement in statements.split_terminator(";\n") {
            self.observer.query(statement);
        }
    }

    fn connect(&self) -> Connection {
        Connection::open(self.database, self.scratch.url())
    }

    fn adopt(&self, source: impl Into<Source>) -> String {
        self.adopt_with(&Migrator::new(self.migrations), source)
    }

    fn adopt_with(&self, migrator: &Migrator<'_>, source: impl Into<Source>) -> String {
        match migrator.adopt(&mut self.connect(), source) {
            Ok(adoption) => adoption.to_string(),
            Err(error) => format!("{error:?}"),
        }
    }
}

#[test]
fn golang_migrate_has_one_row_for_all() {
    let history = |version, dirty| {
        format!(
            "CREATE TABLE schema_migrations (version BIGINT NOT NULL PRIMARY KEY, dirty BOOLEAN NOT NULL);\n\
             INSERT INTO schema_migrations VALUES ({version}, {dirty});\n"
        )
    };
    insta::assert_snapshot!(each(&history("2", "FALSE"), COUNTED, Source::any()), @"
    2 migrations from golang-migrate (table `schema_migrations`)
    = 1 users: no checksum to verify
    = 2 posts: no checksum to verify
    ");
    insta::assert_snapshot!(each(&history("2", "TRUE"), COUNTED, Source::any()), @"
    golang-migrate has not finished what it began (table `schema_migrations`): 2
      help: finish or repair it with golang-migrate, which left it
    ");
    insta::assert_snapshot!(each(&history("-1", "FALSE"), COUNTED, Source::any()), @"nothing to take over from golang-migrate (table `schema_migrations`)");
    insta::assert_snapshot!(each(&history("4", "FALSE"), COUNTED, Source::any()), @"
    golang-migrate has applied what is not in this set (table `schema_migrations`): 4
      help: add their files, or start the release that has them; those that are newer than all of these are left out with `Ahead::Tolerate`
    ");
}

#[test]
fn the_newest_row_of_goose_decides() {
    let history = "CREATE TABLE goose_db_version (id INTEGER NOT NULL PRIMARY KEY, version_id BIGINT NOT NULL, \
                   is_applied BOOLEAN NOT NULL, tstamp TIMESTAMP NULL);\n\
                   INSERT INTO goose_db_version (id, version_id, is_applied) VALUES \
                   (1, 0, TRUE), (2, 1, TRUE), (3, 2, TRUE), (4, 2, FALSE), (5, 3, TRUE), (6, 3, FALSE), (7, 3, TRUE);\n";
    insta::assert_snapshot!(each(history, COUNTED, Tool::Goose), @"
    2 migrations from goose (table `goose_db_version`)
    = 1 users: no checksum to verify
    = 3 tags: no checksum to verify
    ");
}

#[test]
fn chancy_counts_the_migrations_of_each_set() {
    let history = |version| {
        format!(
            "CREATE TABLE chancy_schema_version (version_of VARCHAR(255) PRIMARY KEY, version INT NOT NULL);\n\
             INSERT INTO chancy_schema_version VALUES ('core', {version}), ('cron', 9);\n"
        )
    };
    // As it is there: only on PostgreSQL. The second file is the second, whatever its number.
    let adopt = |version, key: &str| {
        let mut case = Case::new(Database::Postgres, DATED);
        case.run(&history(version));
        let migrator = Migrator::new(case.migrations).key(key);
        case.adopt_with(&migrator, Source::any())
    };
    insta::assert_snapshot!(adopt(2, "core"), @"
    2 migrations from chancy (table `chancy_schema_version`)
    = 20240101000001 users: no checksum to verify
    = 20240101000002 posts: no checksum to verify, there `2`
      cron: left out
    ");
    insta::assert_snapshot!(adopt(0, "core"), @"
    nothing to take over from chancy (table `chancy_schema_version`)
      cron: left out
    ");
    insta::assert_snapshot!(adopt(4, "core"), @"
    chancy has applied what is not in this set (table `chancy_schema_version`): 4
      help: add their files, or start the release that has them; those that are newer than all of these are left out with `Ahead::Tolerate`
    ");
    insta::assert_snapshot!(adopt(2, "main"), @"
    nothing to take over from chancy (table `chancy_schema_version`)
      core: left out
      cron: left out
    ");
    let mut case = Case::new(Database::Postgres, COUNTED);
    let history = history(1).replace("chancy_", "jobs_");
    case.run(&history);
    let migrator = Migrator::new(case.migrations).key("core");
    let renamed = Source::from(Tool::Chancy).table("jobs_schema_version");
    insta::assert_snapshot!(case.adopt_with(&migrator, renamed), @"
    1 migration from chancy (table `jobs_schema_version`)
    = 1 users: no checksum to verify
      cron: left out
    ");
}

#[test]
fn dbmate_keeps_digits() {
    let history = "CREATE TABLE schema_migrations (version VARCHAR(128) NOT NULL PRIMARY KEY);\n\
                   INSERT INTO schema_migrations VALUES ('20240101000001'), ('20240101000002');\n";
    insta::assert_snapshot!(each(history, DATED, Source::any()), @"
    2 migrations from dbmate (table `schema_migrations`)
    = 20240101000001 users: no checksum to verify
    = 20240101000002 posts: no checksum to verify
    ");
}

#[test]
fn sea_orm_keeps_names() {
    let history = "CREATE TABLE seaql_migrations (version VARCHAR(255) NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL);\n\
                   INSERT INTO seaql_migrations VALUES ('m20240101_000001_users', 1), ('m20240101_000002_posts', 2);\n";
    insta::assert_snapshot!(each(history, DATED, Source::any()), @"
    2 migrations from sea-orm (table `seaql_migrations`)
    = 20240101000001 users: no checksum to verify, there `m20240101_000001_users`
    = 20240101000002 posts: no checksum to verify, there `m20240101_000002_posts`
    ");
}

const FLYWAY_TABLE: &str = "CREATE TABLE flyway_schema_history (installed_rank INT NOT NULL PRIMARY KEY, \
    version VARCHAR(50), description VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL, \
    script VARCHAR(255) NOT NULL, checksum INT, installed_by VARCHAR(100) NOT NULL, \
    installed_on TIMESTAMP NULL, execution_time INT NOT NULL, success BOOLEAN NOT NULL);\n";

/// Rows of rank, version, description, type, script, checksum, success.
fn flyway(rows: &[&str]) -> String {
    let insert = |row: &&str| {
        format!(
            "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, \
             checksum, success, installed_by, execution_time) VALUES ({row}, 'app', 5);\n"
        )
    };
    FLYWAY_TABLE.to_owned() + &rows.iter().map(insert).collect::<String>()
}

#[test]
fn flyway_keeps_checksums_of_lines() {
    let history = flyway(&[
        "0, NULL, '<< Flyway Schema Creation >>', 'SCHEMA', '\"app\"', NULL, TRUE",
        "1, '1', 'users', 'SQL', 'V1__users.sql', -7233374, TRUE",
        "2, '2', 'posts', 'SQL', 'V2__posts.sql', 1642403526, TRUE",
        "3, NULL, 'views', 'SQL', 'R__views.sql', 17, TRUE",
        "4, '3', 'tags', 'SQL', 'V3__tags.sql', -1510504174, TRUE",
        "5, '3', 'tags', 'UNDO_SQL', 'U3__tags.sql', 4, TRUE",
    ]);
    insta::assert_snapshot!(each(&history, FLYWAY, Source::any()), @"
    2 migrations from flyway (table `flyway_schema_history`)
    = 1 users: checksum verified
    = 2 posts: checksum verified
      R__views.sql: left out
    ");
}

#[test]
fn flyway_begins_at_a_baseline() {
    let history = flyway(&[
        "1, '2', '<< Flyway Baseline >>', 'BASELINE', '<< Flyway Baseline >>', NULL, TRUE",
        "2, '3', 'tags', 'SQL', 'V3__tags.sql', -1510504174, TRUE",
    ]);
    insta::assert_snapshot!(each(&history, FLYWAY, Source::any()), @"
    3 migrations from flyway (table `flyway_schema_history`)
    = 1 users: no checksum to verify
    = 2 posts: no checksum to verify
    = 3 tags: checksum verified
    ");
}

#[test]
fn flyway_versions_of_several_parts_are_found_by_name() {
    let history = flyway(&[
        "1, '1.0', 'users', 'SQL', 'V1.0__users.sql', -7233374, TRUE",
        "2, '1.0.1', 'posts', 'SQL', 'V1.0.1__posts.sql', 1642403526, TRUE",
    ]);
    insta::assert_snapshot!(each(&history, FLYWAY, Source::any()), @"
    2 migrations from flyway (table `flyway_schema_history`)
    = 1 users: checksum verified, there `1.0`
    = 2 posts: checksum verified, there `1.0.1`
    ");
}

#[test]
fn what_flyway_failed_to_do_is_for_flyway_to_repair() {
    let history = flyway(&["1, '1', 'users', 'SQL', 'V1__users.sql', -7233374, FALSE"]);
    insta::assert_snapshot!(each(&history, FLYWAY, Source::any()), @"
    flyway has not finished what it began (table `flyway_schema_history`): 1
      help: finish or repair it with flyway, which left it
    ");
}

/// Rows of name, checksum, start, end, way back.
fn prisma(rows: &[&str]) -> String {
    let insert = |(id, row): (usize, &&str)| {
        format!(
            "INSERT INTO _prisma_migrations (id, migration_name, checksum, started_at, finished_at, rolled_back_at) \
             VALUES ('{id}', {row});\n"
        )
    };
    let table = "CREATE TABLE _prisma_migrations (id VARCHAR(36) NOT NULL PRIMARY KEY, checksum VARCHAR(64) NOT NULL, \
                 finished_at TIMESTAMP NULL, migration_name VARCHAR(255) NOT NULL, logs TEXT, \
                 rolled_back_at TIMESTAMP NULL, started_at TIMESTAMP NULL, \
                 applied_steps_count INTEGER NOT NULL DEFAULT 0);\n";
    table.to_owned() + &rows.iter().enumerate().map(insert).collect::<String>()
}

const FIRST_OF_PRISMA: &str = "'20240101000001_users', \
    '6869107c4910d8df4680ee89aff9924b65ae79c81b5b78478f2b12f90254f6c5', \
    '2024-01-01 00:00:01', '2024-01-01 00:00:02', NULL";

#[test]
fn prisma_keeps_each_attempt() {
    let sum = "fc53cf56727020050afa3e8e3ee8e238497013d7d93af353d5045fefb53d44ee";
    let posts = |times: &str| format!("'20240101000002_posts', '{sum}', {times}");
    let failed = posts("'2024-01-02 00:00:01', NULL, NULL");
    let resolved = posts("'2024-01-02 00:00:01', NULL, '2024-01-02 00:00:03'");
    let repeated = posts("'2024-01-02 00:00:04', '2024-01-02 00:00:05', NULL");
    let history = prisma(&[FIRST_OF_PRISMA, &failed]);
    insta::assert_snapshot!(each(&history, DATED, Source::any()), @"
    prisma has not finished what it began (table `_prisma_migrations`): 20240101000002_posts
      help: finish or repair it with prisma, which left it
    ");
    let history = prisma(&[FIRST_OF_PRISMA, &resolved]);
    insta::assert_snapshot!(each(&history, DATED, Source::any()), @"
    1 migration from prisma (table `_prisma_migrations`)
    = 20240101000001 users: checksum verified, there `20240101000001_users`
    ");
    let history = prisma(&[FIRST_OF_PRISMA, &resolved, &repeated]);
    insta::assert_snapshot!(each(&history, DATED, Source::any()), @"
    2 migrations from prisma (table `_prisma_migrations`)
    = 20240101000001 users: checksum verified, there `20240101000001_users`
    = 20240101000002 posts: checksum verified, there `20240101000002_posts`
    ");
}

/// Rows of version, type, applied, total, error, hash.
fn atlas(rows: &[&str]) -> String {
    let insert = |row: &&str| {
        format!(
            "INSERT INTO atlas_schema_revisions (version, type, applied, total, error, hash, description, \
             execution_time, operator_version) VALUES ({row}, '', 0, 'Atlas CLI');\n"
        )
    };
    let table = "CREATE TABLE atlas_schema_revisions (version VARCHAR(255) NOT NULL PRIMARY KEY, \
                 description VARCHAR(255) NOT NULL, type BIGINT NOT NULL DEFAULT 2, applied BIGINT NOT NULL DEFAULT 0, \
                 total BIGINT NOT NULL DEFAULT 0, executed_at TIMESTAMP NULL, execution_time BIGINT NOT NULL, \
                 error TEXT NULL, error_stmt TEXT NULL, hash VARCHAR(255) NOT NULL, partial_hashes TEXT NULL, \
                 operator_version VARCHAR(255) NOT NULL);\n";
    table.to_owned() + &rows.iter().map(insert).collect::<String>()
}

#[test]
fn atlas_keeps_a_chain_of_checksums() {
    let first = "'1', 2, 1, 1, NULL, 'Txy7ZCajPa937vTqtw4hK7OCUd+lEZ+yAyAvWUQBA4s='";
    let second = "'2', 2, 1, 1, NULL, 'vS1+tTURKJJg5wllUrb9LUvffacGZaDxJUlPlIIb1Pc='";
    let about_itself = "'.atlas_cloud_identifier', 2, 0, 0, NULL, ''";
    let history = atlas(&[about_itself, first, second]);
    insta::assert_snapshot!(each(&history, COUNTED, Source::any()), @"
    2 migrations from atlas (table `atlas_schema_revisions`)
    = 1 users: checksum verified
    = 2 posts: checksum verified
    ");
    let half = "'3', 2, 1, 2, 'it failed', 'OMR1MquijS79zQy7uLJpXLmJIH8i8XPwroxobTrEf5A='";
    insta::assert_snapshot!(each(&atlas(&[first, second, half]), COUNTED, Source::any()), @"
    atlas has not finished what it began (table `atlas_schema_revisions`): 3
      help: finish or repair it with atlas, which left it
    ");
    let resolved = "'3', 6, 1, 2, 'it failed', 'OMR1MquijS79zQy7uLJpXLmJIH8i8XPwroxobTrEf5A='";
    insta::assert_snapshot!(each(&atlas(&[first, second, resolved]), COUNTED, Source::any()), @"
    3 migrations from atlas (table `atlas_schema_revisions`)
    = 1 users: checksum verified
    = 2 posts: checksum verified
    = 3 tags: checksum verified
    ");
    let baseline = "'2', 1, 0, 0, NULL, ''";
    insta::assert_snapshot!(each(&atlas(&[baseline]), COUNTED, Source::any()), @"
    2 migrations from atlas (table `atlas_schema_revisions`)
    = 1 users: no checksum to verify
    = 2 posts: no checksum to verify
    ");
}

#[test]
fn atlas_may_keep_a_schema_of_its_own() {
    let mut case = Case::new(Database::Postgres, COUNTED);
    let history = atlas(&["'1', 2, 1, 1, NULL, 'Txy7ZCajPa937vTqtw4hK7OCUd+lEZ+yAyAvWUQBA4s='"]);
    case.run(&format!(
        "CREATE SCHEMA atlas_schema_revisions;\nSET search_path = atlas_schema_revisions;\n{history}"
    ));
    insta::assert_snapshot!(case.adopt(Source::any()), @"
    1 migration from atlas (table `atlas_schema_revisions.atlas_schema_revisions`)
    = 1 users: checksum verified
    ");
}

/// Rows of version, whether it succeeded, checksum.
fn sqlx(case: &mut Case, rows: &[(i64, bool, &str)]) {
    let (bytes, literal) = match case.database {
        Database::Postgres => ("BYTEA", "decode('{}', 'hex')"),
        _ => ("BLOB", "X'{}'"),
    };
    case.run(&format!(
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, \
         installed_on TIMESTAMP NULL, success BOOLEAN NOT NULL, checksum {bytes} NOT NULL, \
         execution_time BIGINT NOT NULL);\n"
    ));
    for (version, success, checksum) in rows {
        let checksum = literal.replace("{}", checksum);
        case.run(&format!(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES ({version}, 'it', {success}, {checksum}, 5);\n"
        ));
    }
}

const SQLX_OF_USERS: &str = "bf56d804b4fa9e24aa2a3c122aaf2a88eea1e9f13d33cb772d90e0e8fa668bdf\
                             8f1ebb8de95be124e4681305e616e8f7";

#[test]
fn a_file_that_was_edited_is_taken_over_on_request_only() {
    for database in [Database::Sqlite, Database::Postgres, Database::Mysql] {
        let mut case = Case::new(database, COUNTED);
        sqlx(
            &mut case,
            &[(1, true, SQLX_OF_USERS), (2, true, SQLX_OF_USERS)],
        );
        insta::allow_duplicates! {
            insta::assert_snapshot!(case.adopt(Source::any()), @"
            files were edited after sqlx applied them (table `_sqlx_migrations`): 2 `posts`
              help: put the files back as they were; if what was edited makes no difference, `Changed::Tolerate` takes them as they are now
            ");
            let migrator = Migrator::new(case.migrations).changed(Changed::Tolerate);
            insta::assert_snapshot!(case.adopt_with(&migrator, Source::any()), @"
            2 migrations from sqlx (table `_sqlx_migrations`)
            = 1 users: checksum verified
            = 2 posts: checksum differs
            ");
        }
    }
}

#[test]
fn what_sqlx_has_not_finished_is_for_sqlx_to_finish() {
    let mut case = Case::new(Database::Mysql, COUNTED);
    sqlx(&mut case, &[(1, false, SQLX_OF_USERS)]);
    insta::assert_snapshot!(case.adopt(Source::any()), @"
    sqlx has not finished what it began (table `_sqlx_migrations`): 1
      help: finish or repair it with sqlx, which left it
    ");
    assert!(case.observer.applied().is_empty());
}

#[test]
fn what_is_not_in_the_set_is_refused() {
    let mut case = Case::new(Database::Sqlite, &[("2_posts.sql", POSTS)]);
    case.run(
        "CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY, version_id INTEGER, is_applied INTEGER);\n\
         INSERT INTO goose_db_version VALUES (1, 1, 1), (2, 2, 1), (3, 3, 1);\n",
    );
    insta::assert_snapshot!(case.adopt(Source::any()), @"
    goose has applied what is not in this set (table `goose_db_version`): 1, 3
      help: add their files, or start the release that has them; those that are newer than all of these are left out with `Ahead::Tolerate`
    ");
    let migrator = Migrator::new(case.migrations).ahead(Ahead::Tolerate);
    insta::assert_snapshot!(case.adopt_with(&migrator, Source::any()), @"
    goose has applied what is not in this set (table `goose_db_version`): 1
      help: add their files, or start the release that has them; those that are newer than all of these are left out with `Ahead::Tolerate`
    ");
    // What only newer releases have is for them to take over.
    case.run("DELETE FROM goose_db_version WHERE version_id = 1;\n");
    insta::assert_snapshot!(case.adopt_with(&migrator, Source::any()), @"
    1 migration from goose (table `goose_db_version`)
    = 2 posts: no checksum to verify
      3: left out
    ");
    case.migrations = table(Database::Sqlite, &COUNTED[1..]);
    insta::assert_snapshot!(case.adopt(Source::any()), @"
    1 migration from goose (table `goose_db_version`), 1 in the log already
    = 3 tags: no checksum to verify
    ");
}

#[test]
fn one_history_must_be_found() {
    let mut case = Case::new(Database::Sqlite, COUNTED);
    insta::assert_snapshot!(case.adopt(Source::any()), @"
    there is no history of another tool: no table __diesel_schema_migrations, _prisma_migrations, _sqlx_migrations, atlas_schema_revisions, atlas_schema_revisions.atlas_schema_revisions, chancy_schema_version, flyway_schema_history, goose_db_version, refinery_schema_history, schema_migrations, seaql_migrations
      help: check what the connection leads to; a table with a name of its own is named with `Source::table`, as is one outside the search path
    ");
    insta::assert_snapshot!(case.adopt(Tool::Diesel), @"
    there is no history of another tool: no table __diesel_schema_migrations
      help: check what the connection leads to; a table with a name of its own is named with `Source::table`, as is one outside the search path
    ");
    case.run("CREATE TABLE _sqlx_migrations (id INTEGER);\n");
    insta::assert_snapshot!(case.adopt(Tool::Sqlx), @"
    there is no history of another tool: no table _sqlx_migrations
      help: check what the connection leads to; a table with a name of its own is named with `Source::table`, as is one outside the search path
    ");
    case.run(
        "CREATE TABLE seaql_migrations (version TEXT PRIMARY KEY, applied_at INTEGER);\n\
         CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, dirty INTEGER);\n",
    );
    insta::assert_snapshot!(case.adopt(Source::any()), @"
    there are histories of several tools: golang-migrate (table `schema_migrations`), sea-orm (table `seaql_migrations`)
      help: say which is to be taken over, such as `golang-migrate`
    ");
    insta::assert_snapshot!(case.adopt(Tool::SeaOrm), @"nothing to take over from sea-orm (table `seaql_migrations`)");
    case.run(
        "CREATE TABLE \"their history\" (id INTEGER PRIMARY KEY, version_id INTEGER, is_applied INTEGER);\n\
         INSERT INTO \"their history\" VALUES (1, 1, 1);\n",
    );
    insta::assert_snapshot!(case.adopt(Source::any().table("their history")), @"
    1 migration from goose (table `their history`)
    = 1 users: no checksum to verify
    ");
    insta::assert_snapshot!(case.adopt(Source::from(Tool::Goose).table("main.their history")), @"nothing to take over from goose (table `main.their history`), 1 in the log already");
}

#[test]
fn what_was_rolled_back_here_stays_so() {
    let files: Files = &[
        ("1_users.up.sql", USERS),
        ("1_users.down.sql", "DROP TABLE users;\n"),
        ("2_posts.up.sql", POSTS),
        ("2_posts.down.sql", "DROP TABLE posts;\n"),
    ];
    let mut case = Case::new(Database::Sqlite, files);
    case.run(
        "CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY, version_id INTEGER, is_applied INTEGER);\n\
         INSERT INTO goose_db_version VALUES (1, 1, 1), (2, 2, 1);\n",
    );
    case.run(&format!("{USERS}{POSTS}"));
    let migrator = Migrator::new(case.migrations);
    case.adopt(Source::any());
    migrator.migrate_to(&mut case.connect(), 1).unwrap();
    insta::assert_snapshot!(case.adopt(Source::any()), @"nothing to take over from goose (table `goose_db_version`), 2 in the log already");
    assert_eq!(case.observer.applied(), [1]);
}

#[test]
fn a_start_before_the_adoption_does_no_harm() {
    for database in [Database::Sqlite, Database::Postgres, Database::Mysql] {
        let mut case = Case::new(database, COUNTED);
        case.run(
            "CREATE TABLE schema_migrations (version BIGINT PRIMARY KEY, dirty BOOLEAN);\n\
             INSERT INTO schema_migrations VALUES (2, FALSE);\n",
        );
        case.run(&format!("{USERS}{POSTS}"));
        let migrator = Migrator::new(case.migrations).out_of_order(OutOfOrder::Error);
        migrator.upgrade(&mut case.connect()).unwrap_err();
        case.adopt(Source::any());
        migrator.upgrade(&mut case.connect()).unwrap();
        assert_eq!(case.observer.applied(), [1, 2, 3]);
        let log = case.observer.log();
        assert!(log[0].contains("error"), "{log:?}");
        assert!(log[1].contains("adopt success"), "{log:?}");
    }
}
