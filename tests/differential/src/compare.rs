//! The difference of two schemas, in lines.

use rungs_build::catalog::Difference;

/// What the server has and the replay has not, or the other way round.
pub fn line(difference: &Difference) -> String {
    match difference {
        Difference::Added(what) => format!("only on the server: {what}"),
        Difference::Missing(what) => format!("only in the replay: {what}"),
        Difference::Changed(what, real, replayed) => {
            format!("{what}: the server has `{real}`, the replay `{replayed}`")
        }
    }
}
