//! What to look at after a crash to know whether a statement took effect.

use super::split::Phrase;
use crate::dialect::Dialect;
use crate::recovery::Recovery;

/// What to do about a statement that may have taken effect without being recorded.
pub(crate) fn recovery(_phrase: &Phrase<'_>, _dialect: Dialect) -> Recovery {
    Recovery::Unknown
}
