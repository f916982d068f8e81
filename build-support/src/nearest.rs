//! The word that was probably meant.

/// The candidate that differs from `word` by no more than a slip of the fingers.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let allowed = match word.chars().count() {
        // One of two letters wrong is another word.
        0..=2 => 0,
        3..=5 => 1,
        6..=60 => 2,
        // Long input is no slip, and costs time.
        _ => return None,
    };
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The candidate that differs from `word` by one slip of a finger, and in nothing that tells names
/// apart: a number, an `s`, an underscore, or a part of one or two letters. Among few letters one makes
/// another word.
pub(crate) fn slip<'a>(
    word: &str,
    shortest: usize,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let length = word.chars().count();
    let mut candidates = candidates.into_iter().filter(|candidate| {
        let other = candidate.chars().count();
        length.min(other) >= shortest && length.abs_diff(other) <= 1
    });
    candidates.find(|candidate| !are_two_names(word, candidate) && distance(word, candidate) == 1)
}

/// Whether names differ in what tells names apart.
fn are_two_names(one: &str, other: &str) -> bool {
    let letters = |name: &str| name.replace(|it: char| it.is_numeric() || "s_".contains(it), "");
    let parts = |name: &str| -> Vec<String> {
        let parts = name.split('_').filter(|part| part.chars().count() > 2);
        parts.map(str::to_owned).collect()
    };
    letters(one) == letters(other) || !parts(one).is_empty() && parts(one) == parts(other)
}

/// How many letters were changed, added, dropped or swapped with their neighbour: the optimal string
/// alignment distance.
pub(crate) fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX / 2);
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=to.len()).collect();
    let mut left_from = None;
    for (row, letter) in from.chars().enumerate() {
        let mut current = vec![row + 1];
        let mut left_to = None;
        for (column, other) in to.iter().copied().enumerate() {
            let replaced = at(&above, column) + usize::from(letter != other);
            let edited = at(&above, column + 1).min(at(&current, column)) + 1;
            let swapped = if left_from == Some(other) && left_to == Some(letter) {
                at(&before, column.wrapping_sub(1)) + 1
            } else {
                usize::MAX
            };
            current.push(replaced.min(edited).min(swapped));
            left_to = Some(other);
        }
        left_from = Some(letter);
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_edits() {
        assert_eq!(distance("sql", "sql"), 0);
        assert_eq!(distance("", "sql"), 3);
        assert_eq!(distance("sql", ""), 3);
        assert_eq!(distance("migration", "migrations"), 1);
        assert_eq!(distance("TABEL", "TABLE"), 1, "a swap is one");
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn a_slip_is_no_other_name() {
        let known = ["customers", "user_id", "log_2025", "uid"];
        assert_eq!(slip("custmers", 5, known), Some("customers"));
        assert_eq!(slip("cusotmers", 5, known), Some("customers"), "a swap");
        assert_eq!(slip("customer", 5, known), None, "one of them");
        assert_eq!(slip("userid", 5, known), None);
        assert_eq!(slip("log_2026", 5, known), None);
        assert_eq!(slip("guid", 5, known), None, "too short");
        assert_eq!(slip("guid", 3, known), Some("uid"));
        assert_eq!(slip("mail", 5, ["email"]), None, "too short");
        assert_eq!(slip("place_x", 5, ["place_y"]), None);
        assert_eq!(slip("tx_hash", 5, ["rx_hash"]), None);
        assert_eq!(slip("customers", 5, known), None, "the same");
    }

    #[test]
    fn only_slips_are_suggested() {
        let known = ["TABLE", "INDEX", "SET", "migrations"];
        assert_eq!(nearest("TABEL", known), Some("TABLE"));
        assert_eq!(nearest("IDNEX", known), Some("INDEX"));
        assert_eq!(nearest("SETT", known), Some("SET"));
        assert_eq!(nearest("mirgatins", known), Some("migrations"));
        assert_eq!(nearest("orders", known), None);
        assert_eq!(nearest("é", known), None);
    }
}
