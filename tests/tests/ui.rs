//! What people see when something is wrong, and that they see nothing when nothing is.
//!
//! `ui/README.md` says how a case is made.
#![cfg(unix)] // Some directories of migrations hold symbolic links.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use rungs_build::kinds::KINDS;
use serde_json::Value;

/// The migrations that `build.rs` does not watch.
const NOT_WATCHED: &str = "not-watched";

#[test]
fn three_dialects() {
    let features = r#"features = ["mysql", "postgres", "sqlite"]"#;
    Package::new("three-dialects", "rungs", features).check();
}

#[test]
fn one_dialect() {
    Package::new("one-dialect", "rungs", r#"features = ["sqlite"]"#).check();
}

#[test]
fn renamed() {
    let features = r#"package = "rungs", features = ["sqlite"]"#;
    Package::new("renamed", "ladder", features).check();
}

#[test]
fn each_kind_has_a_case() {
    let seen: String = in_packages("stderr").iter().map(read).collect();
    let is_missing = |id: &&str| !seen.contains(&format!("[{id}]"));
    let missing: Vec<&str> = KINDS
        .iter()
        .map(|kind| kind.id)
        .filter(is_missing)
        .collect();
    assert!(missing.is_empty(), "no case in tests/ui shows {missing:?}");
}

#[test]
fn nothing_is_left_over() {
    for expected in in_packages("stderr") {
        let is_used = expected.with_extension("rs").exists();
        assert!(is_used, "there is no case of {}", expected.display());
    }
    let cases: String = in_packages("rs").iter().map(read).collect();
    for directory in files(&ui().join("migrations"), None) {
        let is_used = cases.contains(&format!("\"migrations/{}", stem(&directory)));
        assert!(is_used, "no case uses {}", directory.display());
    }
}

/// An application whose binaries are the cases of a folder.
struct Package {
    cases: PathBuf,
    folder: PathBuf,
}

impl Package {
    /// Writes it; it depends on `rungs` by this name and with these settings.
    fn new(name: &str, dependency: &str, settings: &str) -> Self {
        let package = Self {
            cases: ui().join(name),
            folder: scratch().join(name),
        };
        let (root, folder) = (workspace(), &package.folder);
        let bin = folder.join("src/bin");
        if folder.exists() {
            fs::remove_dir_all(folder).unwrap();
        }
        fs::create_dir_all(&bin).unwrap();
        for case in files(&package.cases, Some("rs")) {
            fs::copy(&case, bin.join(case.file_name().unwrap())).unwrap();
        }
        symlink(ui().join("migrations"), folder.join("migrations")).unwrap();
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\n{dependency} = {{ path = \"{}\", {settings} }}\n\n\
             [build-dependencies]\nrungs-build = {{ path = \"{}\", default-features = false }}\n\n\
             [workspace]\n",
            root.join("runtime").display(),
            root.join("build-support").display(),
        );
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        fs::write(folder.join("build.rs"), build_script()).unwrap();
        package
    }

    /// Compares what the compiler says about each case with what it is to say.
    fn check(&self) {
        let said = self.compile();
        let mut differences = String::new();
        for case in files(&self.cases, Some("rs")) {
            let name = stem(&case);
            assert!(said.contains_key(&name), "`{name}` was not compiled");
            let actual = &said[&name];
            let file = case.with_extension("stderr");
            let expected = fs::read_to_string(&file).unwrap_or_default();
            if *actual == expected {
                continue;
            }
            if env::var_os("BLESS").is_some() {
                bless(&file, actual);
            } else {
                let _ = write!(
                    differences,
                    "\n---- {name}, expected:\n{expected}---- {name}, actual:\n{actual}"
                );
            }
        }
        assert!(
            differences.is_empty(),
            "{differences}\nBLESS=1 accepts what is actual; see tests/ui/README.md"
        );
    }

    /// What the compiler says, by case.
    fn compile(&self) -> BTreeMap<String, String> {
        let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["check", "--offline", "--bins", "--keep-going"])
            .arg("--message-format=json")
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", scratch().join("target"))
            .env_remove("RUSTFLAGS")
            .output()
            .unwrap();
        let mut said = BTreeMap::new();
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let message: Value = serde_json::from_str(line).unwrap();
            if message["target"]["kind"][0] != "bin" {
                continue;
            }
            let case = message["target"]["name"].as_str().unwrap_or_default();
            let text: &mut String = said.entry(case.to_owned()).or_default();
            // The counts at the end have no place.
            let is_placed = message["message"]["spans"][0].is_object();
            if let Some(rendered) = message["message"]["rendered"]
                .as_str()
                .filter(|_| is_placed)
            {
                text.push_str(rendered);
            }
        }
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!said.is_empty(), "nothing was compiled:\n{stderr}");
        said
    }
}

fn build_script() -> String {
    let mut script = String::from("fn main() {\n");
    for directory in files(&ui().join("migrations"), None) {
        let name = stem(&directory);
        if name != NOT_WATCHED {
            let _ = writeln!(script, "    rungs_build::watch(\"migrations/{name}\");");
        }
    }
    script + "}\n"
}

/// Writes what is expected from now on; nothing to say is no file.
fn bless(file: &Path, actual: &str) {
    if actual.is_empty() {
        fs::remove_file(file).unwrap();
    } else {
        fs::write(file, actual).unwrap();
    }
}

/// The files of all packages with this extension.
fn in_packages(extension: &str) -> Vec<PathBuf> {
    let packages = files(&ui(), None);
    let found = packages
        .iter()
        .map(|package| files(package, Some(extension)));
    found.flatten().collect()
}

fn read(path: &PathBuf) -> String {
    fs::read_to_string(path).unwrap()
}

/// What is in a folder with this extension, or its folders.
fn files(folder: &Path, extension: Option<&str>) -> BTreeSet<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| match extension {
            Some(_) => path.extension().and_then(OsStr::to_str) == extension,
            None => path.is_dir(),
        })
        .collect()
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn ui() -> PathBuf {
    workspace().join("tests/ui")
}

fn scratch() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("ui")
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}
