//! The word that was probably meant.

/// The candidate nearest to a word, if it is near enough to be a slip of the keyboard.
pub(crate) fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let word: Vec<char> = word.to_uppercase().chars().collect();
    // Two of three letters wrong is another word; long input is no slip and costs time.
    let allowed = match word.len() {
        3..=4 => 1,
        5..=30 => 2,
        _ => return None,
    };
    candidates
        .iter()
        .map(|candidate| {
            let letters: Vec<char> = candidate.to_uppercase().chars().collect();
            (distance(&word, &letters), *candidate)
        })
        .filter(|(distance, _)| (1..=allowed).contains(distance))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters were changed, added, dropped or swapped with their neighbour.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut left_a = None;
    for (row, letter) in a.iter().enumerate() {
        let mut current = vec![row + 1];
        let mut left_b = None;
        for (column, other) in b.iter().enumerate() {
            let at =
                |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&above, column) + usize::from(letter != other);
            let edited = at(&above, column + 1).min(at(&current, column)) + 1;
            let swapped = if left_a == Some(other) && left_b == Some(letter) {
                at(&before, column.wrapping_sub(1)) + 1
            } else {
                usize::MAX
            };
            current.push(replaced.min(edited).min(swapped));
            left_b = Some(other);
        }
        left_a = Some(letter);
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_one_or_two_letters() {
        let known = ["TABLE", "TRIGGER", "INDEX", "SET"];
        assert_eq!(nearest("TABEL", &known), Some("TABLE"));
        assert_eq!(nearest("tabl", &known), Some("TABLE"));
        assert_eq!(nearest("IDNEX", &known), Some("INDEX"));
        assert_eq!(nearest("SETT", &known), Some("SET"));
        assert_eq!(nearest("TABLE", &known), None, "it is that word");
        assert_eq!(nearest("orders", &known), None);
        assert_eq!(nearest("é", &known), None);
    }
}
