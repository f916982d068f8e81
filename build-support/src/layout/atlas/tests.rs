use insta::assert_snapshot;

use super::base64;
use crate::fixture::read;

/// Written by `atlas migrate hash`, and by hand as its sources do.
const SUM: &str = "TOTAL\\n20220318104614_initial.sql h1:FIRST\\n20220318104615.sql h1:SECOND\\n";

fn sum() -> String {
    let mut hash = hmac_sha256::Hash::new();
    let mut all = hmac_sha256::Hash::new();
    let mut text = SUM.to_owned();
    for (name, content, word) in [
        ("20220318104614_initial.sql", "SELECT 1;\n", "FIRST"),
        ("20220318104615.sql", "SELECT 2;\n", "SECOND"),
    ] {
        hash.update(name);
        hash.update(content);
        let sum = base64(&hash.finalize());
        all.update(name);
        all.update(&sum);
        text = text.replace(word, &sum);
    }
    text.replace("TOTAL", &format!("h1:{}", base64(&all.finalize())))
}

fn with(files: &str) -> String {
    read(&format!("atlas.sum: {}\n{files}", sum()))
}

#[test]
fn base64_as_everybody_writes_it() {
    let words = ["", "f", "fo", "foo", "foob"].map(|word| base64(word.as_bytes()));
    assert_eq!(words, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]);
}

#[test]
fn files_that_are_what_they_were() {
    assert_snapshot!(with(r"
        20220318104614_initial.sql: SELECT 1;\n
        20220318104615.sql: \xEF\xBB\xBFSELECT 2;\n
    "), @"
    20220318104614 initial: 20220318104614_initial.sql
    20220318104615 : 20220318104615.sql
    ");
    assert_snapshot!(with("
        20220318104614_initial.sql: SELECT 1;\\x0D\\n
        20220318104615.sql: SELECT 2;\\n
    "), @"
    20220318104614 initial: 20220318104614_initial.sql
    20220318104615 : 20220318104615.sql
    ");
}

#[test]
fn the_file_that_differs_is_named() {
    assert_snapshot!(with(r"
        20220318104614_initial.sql: SELECT 1;\n
        20220318104615.sql: SELECT 3;\n
    "), @"
    20220318104614 initial: 20220318104614_initial.sql
    20220318104615 : 20220318104615.sql
    migrations/atlas.sum:3:1: `20220318104615.sql` is not what it was when `atlas.sum` was written [bad-config]
      migrations/20220318104615.sql:1:1: the file that differs
      help: put the files back as they were, or run `atlas migrate hash` if the change is meant
    ");
    assert_snapshot!(with(r"
        20220318104615.sql: SELECT 2;\n
    "), @"
    20220318104615 : 20220318104615.sql
    migrations/atlas.sum:2:1: `atlas.sum` lists `20220318104614_initial.sql`, which does not exist [bad-config]
      help: put the files back as they were, or run `atlas migrate hash` if the change is meant
    ");
    assert_snapshot!(with(r"
        20220318104614_initial.sql: SELECT 1;\n
        20220318104615.sql: SELECT 2;\n
        20220318104616_more.sql: SELECT 3;\n
    "), @"
    20220318104614 initial: 20220318104614_initial.sql
    20220318104615 : 20220318104615.sql
    20220318104616 more: 20220318104616_more.sql
    migrations/20220318104616_more.sql:1:1: `20220318104616_more.sql` is not listed in `atlas.sum` [bad-config]
      help: put the files back as they were, or run `atlas migrate hash` if the change is meant
    ");
    assert_snapshot!(read(r"
        atlas.sum: h1:AAAA\n1_a.sql h1:AAAA
        1_a.sql
    "), @"
    1 a: 1_a.sql
    migrations/atlas.sum:1:1: the first line of `atlas.sum` is not the sum of the others: it was merged or edited by hand [bad-config]
      help: put the files back as they were, or run `atlas migrate hash` if the change is meant
    ");
    assert_snapshot!(read(r"
        atlas.sum: h1:AAAA\n<<<<<<< HEAD
        1_a.sql
    "), @"
    1 a: 1_a.sql
    migrations/atlas.sum:2:1: this is no line of `atlas.sum`, which are `<file> h1:<sum>` [bad-config]
      help: put the files back as they were, or run `atlas migrate hash` if the change is meant
    ");
}

#[test]
fn what_only_atlas_can_run_is_refused() {
    assert_snapshot!(read(r"
        1_a.sql: -- atlas:checkpoint\n\nSELECT 1;
        2_b.sql: -- atlas:delimiter \n\n\n\nSELECT 1;
    "), @"
    migrations/1_a.sql:1:1: `1_a.sql` is a checkpoint of Atlas, which is not supported [unsupported-file]
      help: remove it, or move it elsewhere
    migrations/2_b.sql:1:1: `2_b.sql` is a file of Atlas with a delimiter of its own, which is not supported [unsupported-file]
      help: end its statements with `;`
    ");
}
