//! What callers get back, for machines: the feature `serde`.
//!
//! What is only data derives its form beside its definition; here is what has another one.

use std::time::Duration;

use serde::ser::{SerializeSeq as _, SerializeStruct as _};
use serde::{Serialize, Serializer};

use crate::error::Error;
use crate::plan::{Plan, Step};
use crate::table::Statement;
use crate::version::Version;

/// A duration in milliseconds, as the log has it.
pub(crate) fn milliseconds<S: Serializer>(
    duration: &Duration,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(duration.as_secs_f64() * 1e3)
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.number())
    }
}

/// A list of steps.
impl Serialize for Plan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut steps = serializer.serialize_seq(Some(self.steps().len()))?;
        for step in self.steps() {
            steps.serialize_element(&PlannedStep {
                step,
                in_transaction: self.is_in_transaction(step),
            })?;
        }
        steps.end()
    }
}

struct PlannedStep<'a> {
    step: &'a Step,
    in_transaction: bool,
}

impl Serialize for PlannedStep<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let step = self.step;
        let statements: Vec<Statement> = step.statements().map(|(_, it)| it).collect();
        let mut fields = serializer.serialize_struct("Step", 8)?;
        fields.serialize_field("version", &step.migration().version())?;
        fields.serialize_field("name", step.migration().name())?;
        fields.serialize_field("direction", &step.direction())?;
        fields.serialize_field("action", &step.action())?;
        fields.serialize_field("operation", &step.operation())?;
        fields.serialize_field("path", step.script().path())?;
        fields.serialize_field("in_transaction", &self.in_transaction)?;
        fields.serialize_field("statements", &statements)?;
        fields.end()
    }
}

impl Serialize for Statement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Statement", 5)?;
        fields.serialize_field("line", &self.line())?;
        fields.serialize_field("column", &self.column())?;
        fields.serialize_field("sql", &self.sql())?;
        fields.serialize_field("when", &self.when())?;
        fields.serialize_field("verifies", &self.is_verification())?;
        fields.end()
    }
}

impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (path, at) = self.place().unzip();
        let (line, column) = at.flatten().unzip();
        let mut fields = serializer.serialize_struct("Error", 7)?;
        fields.serialize_field("kind", &self.kind())?;
        fields.serialize_field("message", &self.to_string())?;
        fields.serialize_field("help", &self.help())?;
        fields.serialize_field("version", &self.version())?;
        fields.serialize_field("path", &path)?;
        fields.serialize_field("line", &line)?;
        fields.serialize_field("column", &column)?;
        fields.end()
    }
}
