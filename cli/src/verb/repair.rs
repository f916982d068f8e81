//! What `repair` shows before it accepts anything.

use std::io::Write as _;

use rungs::AsyncConnection;

use super::Session;
use crate::error::CommandError;

/// Shows which applied migrations were edited, and their checksums then and now.
///
/// The log keeps checksums, not texts, of the way up, so what was edited is for version control to say.
pub(super) async fn show<C: AsyncConnection>(
    session: &mut Session<'_>,
    connection: &mut C,
) -> Result<(), CommandError> {
    let edited = session.migrator.edited_async(connection).await?;
    for it in &edited {
        let err = &mut session.terminal.err;
        writeln!(err, "{} was edited: {}", it.migration, it.path)?;
        writeln!(err, "  applied as  {}", it.was)?;
        writeln!(err, "  is now      {}", it.now)?;
    }
    Ok(())
}
