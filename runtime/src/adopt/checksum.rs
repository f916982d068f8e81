//! Checksums of other tools, over files of which only the normalised text is known.
//!
//! The table has a text without byte order mark and with `\n` at the end of lines; the file that the
//! other tool read may have had a mark, or `\r\n` as git checks files out on Windows. So a checksum is
//! compared with that of each of these forms: what they all have in common is what the table has.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::hash::{Hash as _, Hasher as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac_sha256::Hash as Sha256;
use hmac_sha512::sha384;
use siphasher::sip::SipHasher13;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Whether one of the forms that a file may have had is the one looked for.
pub(super) fn any_form(text: &str, is_it: impl Fn(&str) -> bool) -> bool {
    let plain = without_directives(text);
    let is_edited = plain != text;
    let texts = std::iter::once(text).chain(is_edited.then_some(&*plain));
    texts.into_iter().any(|text| {
        is_it(text)
            || is_it(&text.replace('\n', "\r\n"))
            || is_it(&format!("{BYTE_ORDER_MARK}{text}"))
            || is_it(&format!("{BYTE_ORDER_MARK}{}", text.replace('\n', "\r\n")))
    })
}

/// The text before a directive of rungs was written above it.
fn without_directives(text: &str) -> Cow<'_, str> {
    let is_directive = |line: &&str| line.starts_with("-- rungs:");
    if text.lines().any(|line| is_directive(&line)) {
        let lines = text.split_inclusive('\n');
        Cow::Owned(lines.filter(|line| !is_directive(line)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// sqlx: SHA-384 of the file, in hexadecimal.
pub(super) fn sqlx(text: &str) -> String {
    hexadecimal(&sha384::Hash::hash(text.as_bytes()))
}

/// sqlx with all that its documentation proposes as `ignored-chars`.
pub(super) fn sqlx_without_space(text: &str) -> String {
    sqlx(&text.replace([' ', '\t', '\r', '\n', BYTE_ORDER_MARK], ""))
}

/// Prisma: SHA-256 of the file, in hexadecimal.
pub(super) fn prisma(text: &str) -> String {
    hexadecimal(&Sha256::hash(text.as_bytes()))
}

/// refinery: SipHash-1-3 of name, version and text as the standard library hashes them; the version
/// has four bytes, or eight with `int8-versions`.
pub(super) fn refinery(name: &str, version: i64, text: &str) -> [Option<u64>; 2] {
    let hash = |feed: &dyn Fn(&mut SipHasher13)| {
        let mut hasher = SipHasher13::new();
        name.hash(&mut hasher);
        feed(&mut hasher);
        text.hash(&mut hasher);
        hasher.finish()
    };
    let short = i32::try_from(version).ok();
    [
        short.map(|version| hash(&|hasher| version.hash(hasher))),
        Some(hash(&|hasher| version.hash(hasher))),
    ]
}

/// Flyway: CRC-32 of the lines without what ends them, as a number with a sign.
pub(super) fn flyway(text: &str) -> i32 {
    let mut crc = crc32fast::Hasher::new();
    for line in text.lines() {
        crc.update(line.as_bytes());
    }
    i32::from_ne_bytes(crc.finalize().to_ne_bytes())
}

/// Atlas: for each file, by name, the SHA-256 of the names and texts of all files up to it, in Base64.
/// A file that asks to be ignored has none.
pub(super) fn atlas<'a>(
    files: impl IntoIterator<Item = (&'a str, Cow<'a, str>)>,
) -> Vec<Option<String>> {
    let mut hash = Sha256::new();
    let mut sums = Vec::new();
    for (name, text) in files {
        hash.update(name);
        let is_ignored = text
            .lines()
            .any(|line| line.trim() == "-- atlas:sum ignore");
        if !is_ignored {
            hash.update(text.as_bytes());
        }
        sums.push((!is_ignored).then(|| BASE64.encode(hash.finalize())));
    }
    sums
}

/// CRC-32, from which sqlx derives its lock.
pub(crate) fn crc32(text: &str) -> u32 {
    crc32fast::hash(text.as_bytes())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const USERS: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY);\n";

    #[test]
    fn they_are_those_of_the_tools() {
        // Computed with sqlx 0.9 and refinery 0.10, without and with int8-versions.
        assert_eq!(
            sqlx(USERS),
            "bf56d804b4fa9e24aa2a3c122aaf2a88eea1e9f13d33cb772d90e0e8fa668bdf\
             8f1ebb8de95be124e4681305e616e8f7"
        );
        assert_eq!(
            refinery("create_users", 1, USERS),
            [
                Some(18_274_778_505_149_910_206),
                Some(13_715_191_258_393_703_588)
            ]
        );
        // printf hello | sha256sum, which Prisma's own tests expect.
        assert_eq!(
            prisma("hello"),
            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
        );
        // The check value of CRC-32/ISO-HDLC, split over lines.
        assert_eq!(flyway("1234\r\n56789\n"), 0xcbf4_3926_u32.cast_signed());
    }

    #[test]
    fn a_chain_of_files_is_hashed_with_their_names() {
        // printf '1_a.sqlA' | sha256sum | xxd -r -p | base64, then with '2_b.sqlB' behind it.
        let files = [("1_a.sql", "A".into()), ("2_b.sql", "B".into())];
        let sums = [
            "Qr90h1c6HYA3HCaItb2OEjU8HoY51AfBESX572nGYLI=",
            "9Iz2rQ/GOciti+G8C88zOTy/BjuhrqLUQbBFaPDyxr4=",
        ];
        assert_eq!(atlas(files), sums.map(|sum| Some(sum.to_owned())));
    }

    #[test]
    fn a_file_may_have_been_read_on_another_system() {
        let text = "-- rungs: irreversible\nSELECT 1;\n";
        for form in [
            text,
            "SELECT 1;\n",
            "SELECT 1;\r\n",
            "\u{feff}SELECT 1;\n",
            "\u{feff}-- rungs: irreversible\r\nSELECT 1;\r\n",
        ] {
            assert!(any_form(text, |candidate| candidate == form), "{form:?}");
        }
        assert!(!any_form(text, |candidate| candidate == "SELECT 2;\n"));
    }
}
