//! The steps of the gate, cheapest first.

use anyhow::Result;

use crate::servers::Needs;
use crate::shell::cargo;
use crate::workspace::Workspace;
use crate::{examples, licences, powerset, rules};

/// One step of the gate.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) needs: Needs,
    pub(crate) run: fn(&Workspace) -> Result<()>,
}

impl Step {
    /// The names that `cargo xtask test` accepts.
    pub(crate) const NAMES: [&str; STEPS.len()] = {
        let mut names = [""; STEPS.len()];
        let mut index = 0;
        while index < names.len() {
            names[index] = STEPS[index].name;
            index += 1;
        }
        names
    };
}

/// Every step, in the order in which they run.
pub(crate) const STEPS: &[Step] = &[
    Step {
        name: "fmt",
        about: "the code is formatted",
        needs: Needs::Nothing,
        run: |_| cargo(["fmt", "--all", "--check"]).run(),
    },
    Step {
        name: "deps",
        about: "the crates depend on what the architecture allows",
        needs: Needs::Nothing,
        run: rules::check,
    },
    Step {
        name: "licences",
        about: "every dependency has a licence that the list allows",
        needs: Needs::Nothing,
        run: licences::check,
    },
    Step {
        name: "clippy",
        about: "no warning from the compiler or clippy",
        needs: Needs::Packages,
        run: |_| {
            let scope = ["clippy", "--workspace", "--all-targets"];
            cargo(scope).args(["--", "--deny", "warnings"]).run()
        },
    },
    Step {
        name: "test",
        about: "unit tests, integration tests and examples in the documentation",
        needs: Needs::Servers,
        run: |_| cargo(["test", "--workspace"]).run(),
    },
    Step {
        name: "examples",
        about: "the example applications run, and do nothing to an up-to-date database",
        needs: Needs::Servers,
        run: examples::check,
    },
    Step {
        name: "docs",
        about: "the documentation builds without a warning",
        needs: Needs::Packages,
        run: |_| {
            let doc = cargo(["doc", "--workspace", "--no-deps"]);
            doc.env("RUSTDOCFLAGS", "--deny warnings").run()
        },
    },
    Step {
        name: "features",
        about: "the libraries compile without a warning with each feature and each pair of dialects",
        needs: Needs::Packages,
        run: powerset::check,
    },
];
