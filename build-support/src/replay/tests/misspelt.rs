//! What is not certain is told where it is one letter away from what is there.

use super::{report, report_with};
use crate::dialect::Dialect::{Mysql, Postgres};

/// After this, anything may be there.
const ANYTHING: &str = "CREATE TABLE customers (id bigint, address text);\n\
                        DO $$ BEGIN EXECUTE (SELECT string_agg(x, ';') FROM texts); END $$;\n";

#[test]
fn a_name_one_letter_away_is_told_though_anything_may_be_there() {
    let text = format!(
        "{ANYTHING}ALTER TABLE custmers ADD a int;\nSELECT adress FROM customers;\n\
         UPDATE customers SET addres = '';\nDROP TABLE customer;\nALTER TABLE orders ADD a int;"
    );
    insta::assert_snapshot!(report(&text, Postgres), @"
    1_first.sql:3:13 misspelt-name: `custmers` is probably misspelt
      1_first.sql:1: a similar name
      did you mean `customers`?
    1_first.sql:4:8 misspelt-name: `adress` is probably misspelt
      1_first.sql:1: a similar name
      did you mean `address`?
    ");
}

#[test]
fn a_name_that_is_spoken_of_elsewhere_is_none() {
    for spoken in [
        "CREATE TABLE other (custmers int);",
        "CREATE TABLE custmers (id int);\nALTER TABLE custmers RENAME TO clients;",
        "DO $$ BEGIN CREATE TABLE custmers (id int); END $$;",
        "DO $$ BEGIN ALTER TABLE customers ADD custmers int; END $$;",
    ] {
        let text = format!("{spoken}\n{ANYTHING}ALTER TABLE custmers ADD a int;");
        assert_eq!(report(&text, Postgres), "", "{spoken}");
    }
}

#[test]
fn a_misspelt_schema_is_told_where_something_is_made_in_it() {
    let text = "CREATE SCHEMA billing;\nCREATE TABLE biling.a (id int);\nCREATE TYPE pubilc.b AS ENUM ('a');\n\
                SELECT * FROM bilingg.c;\nCREATE TABLE auth.d (id int);\nCREATE VIEW billling.e AS SELECT 1;";
    insta::assert_snapshot!(report(text, Postgres), @"
    1_first.sql:2:14 misspelt-name: `biling` is probably misspelt
      1_first.sql:1: a similar name
      did you mean `billing`?
    1_first.sql:3:13 misspelt-name: `pubilc` is probably misspelt
      did you mean `public`?
    1_first.sql:6:13 misspelt-name: `billling` is probably misspelt
      1_first.sql:1: a similar name
      did you mean `billing`?
    ");
}

#[test]
fn among_the_tables_of_others_too() {
    let text = "CREATE TABLE invoices (id int);\nCREATE INDEX a ON invioces (id);\nCREATE INDEX b ON payments (id);";
    let told = report_with(text, Mysql, &["*".to_owned()]);
    insta::assert_snapshot!(told, @"
    1_first.sql:2:19 misspelt-name: `invioces` is probably misspelt
      1_first.sql:1: a similar name
      did you mean `invoices`?
    ");
    let baseline = format!("ALTER TABLE accounts ADD a int;\n{text}");
    let told = report(&baseline, Mysql);
    assert!(
        told.contains("missing-baseline: no migration creates `accounts`"),
        "{told}"
    );
    assert!(told.contains("3:19 misspelt-name: `invioces`"), "{told}");
}

#[test]
fn what_a_program_needs_is_looked_at_though_it_may_not_run() {
    let text = "CREATE TABLE bso (id int, user_id int, payload text);\nCREATE PROCEDURE p()\nBEGIN\n\
                IF EXISTS (SELECT 1 FROM information_schema.columns) THEN\n\
                ALTER TABLE bs CHANGE COLUMN user_id userid int;\n\
                ALTER TABLE bso CHANGE COLUMN use_id user_idd int;\n\
                CREATE INDEX i ON bso (paylod);\n\
                ALTER TABLE bso DROP COLUMN legacy, ADD COLUMN use_ids int;\n\
                INSERT INTO bsoo (id) VALUES (1);\n\
                END IF;\nEND;\n-- 2_call.sql\nCALL p();";
    insta::assert_snapshot!(report(text, Mysql), @"
    1_first.sql:5:13 misspelt-name: `bs` is probably misspelt
      did you mean `bso`?
    1_first.sql:6:31 misspelt-name: `use_id` is probably misspelt
      did you mean `user_id`?
    1_first.sql:7:24 misspelt-name: `paylod` is probably misspelt
      did you mean `payload`?
    1_first.sql:9:13 misspelt-name: `bsoo` is probably misspelt
      did you mean `bso`?
    ");
}

#[test]
fn what_a_block_reads_is_looked_at_too() {
    let text = "CREATE TABLE customers (id int);\nCREATE TABLE orders (id int);\nDO $$ DECLARE made int;\nBEGIN\n\
                IF EXISTS (SELECT 1 FROM custmers) THEN made := 1; END IF;\n\
                FOR made IN SELECT id FROM orders JOIN custommers USING (id) LOOP NULL; END LOOP;\n\
                UPDATE orders SET id = a.id FROM custoners a;\n\
                WITH ordders AS (SELECT 1) SELECT 1 INTO made FROM ordders;\n\
                PERFORM extract(year FROM order_s) FROM unnest(ARRAY[1]);\nEND $$;";
    insta::assert_snapshot!(report(text, Postgres), @"
    1_first.sql:5:26 misspelt-name: `custmers` is probably misspelt
      did you mean `customers`?
    1_first.sql:6:40 misspelt-name: `custommers` is probably misspelt
      did you mean `customers`?
    1_first.sql:7:34 misspelt-name: `custoners` is probably misspelt
      did you mean `customers`?
    ");
}

#[test]
fn what_a_block_makes_itself_is_no_mistake() {
    let text = "CREATE TABLE customers (id int, name text);\nDO $$ BEGIN\n\
                IF true THEN CREATE TABLE custmers (id int); END IF;\n\
                ALTER TABLE custmers ADD nam text;\nALTER TABLE customers RENAME name TO namee;\n\
                ALTER TABLE customers ALTER namee SET NOT NULL;\nEND $$;";
    assert_eq!(report(text, Postgres), "");
}

#[test]
fn a_routine_that_is_called_may_be_one_of_the_server() {
    let made =
        "CREATE FUNCTION touch_updated(t text) RETURNS text LANGUAGE sql AS $$ SELECT t $$;\n";
    let told = report(&format!("{made}SELECT touch_updatd('a');"), Postgres);
    insta::assert_snapshot!(told, @"
    1_first.sql:2:8 misspelt-name: `touch_updatd` is probably misspelt
      1_first.sql:1: a similar name
      did you mean `touch_updated`?
    ");
    let fine = "SELECT touch_updated('a'), now(), st_area(NULL) FROM generate_series(1, 2);";
    assert_eq!(report(&format!("{made}{fine}"), Postgres), "");
}

#[test]
fn what_is_said_to_be_made_by_others_is_none() {
    let external = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    let text = "CREATE SCHEMA authz;\nCREATE TABLE invoices (id int);\nSELECT * FROM auth.users;\nSELECT * FROM invioces;";
    let declared = external(&["*", "auth.*", "invioces"]);
    assert_eq!(report_with(text, Postgres, &declared), "");
}

#[test]
fn what_names_no_table_is_none() {
    for statement in [
        "PERFORM trim(both ' ' FROM custmers) FROM customers;",
        "REVOKE ALL ON customers FROM custmers;",
        "FETCH NEXT FROM custmers;",
        "PERFORM 1 FROM information_schema.customerz, auth.custmers;",
        "ALTER TABLE customers RENAME addres_line TO address_line;",
        "IF to_regclass('public.custmers') IS NOT NULL THEN DELETE FROM custmers; END IF;",
        "WITH custmers(a) AS (SELECT 1) INSERT INTO customers (id) SELECT a FROM custmers;",
        "BEGIN DELETE FROM custmers; EXCEPTION WHEN undefined_table THEN NULL; END;",
    ] {
        let text = format!(
            "CREATE TABLE customers (id int, address_line text);\nDO $$ BEGIN\n{statement}\nEND $$;"
        );
        assert_eq!(report(&text, Postgres), "", "{statement}");
    }
}

#[test]
fn an_allowance_stands_before_the_statement_that_runs() {
    let text = "CREATE TABLE customers (id int);\n-- custmers is a comment\n\
                DO $$ BEGIN DELETE FROM custmers; END $$;";
    assert!(report(text, Postgres).starts_with("1_first.sql:3:25 misspelt-name"));
}

#[test]
fn it_does_not_keep_a_way_down_from_being_compared() {
    let text = format!(
        "{ANYTHING}-- 2_more.up.sql\nCREATE TABLE more (id int);\n\
         -- 2_more.down.sql\nSELECT * FROM custmers;"
    );
    let told = report(&text, Postgres);
    assert!(
        told.contains("misspelt-name") && told.contains("down-differs"),
        "{told}"
    );
}
