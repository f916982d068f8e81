//! Times for people.

use std::time::{Duration, SystemTime};

/// A time of the log, `2026-01-31T12:00:00.000Z`, and how long ago that is.
pub(crate) fn when(started_at: &str) -> String {
    let absolute = absolute(started_at);
    match humantime::parse_rfc3339(started_at) {
        Ok(time) => format!("{absolute} ({})", ago(time, SystemTime::now())),
        Err(_) => absolute,
    }
}

/// `2026-01-31 12:00:00 UTC`
pub(crate) fn absolute(started_at: &str) -> String {
    match started_at.split_at_checked("2026-01-31T12:00:00".len()) {
        Some((to_the_second, _)) => format!("{} UTC", to_the_second.replace('T', " ")),
        None => started_at.to_owned(),
    }
}

/// A duration in the largest unit of which it has at least one; a clock that is behind sees the
/// future, which is now.
fn ago(time: SystemTime, now: SystemTime) -> String {
    let passed = now.duration_since(time).unwrap_or_default().as_secs();
    let unit = UNITS
        .iter()
        .find(|(seconds, _)| passed >= JUST && passed >= *seconds);
    let Some((seconds, unit)) = unit else {
        return "just now".to_owned();
    };
    let number = passed / seconds;
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural} ago")
}

/// What is less than so many seconds ago has just happened.
const JUST: u64 = 5;

const UNITS: &[(u64, &str)] = &[
    (365 * 86_400, "year"),
    (30 * 86_400, "month"),
    (7 * 86_400, "week"),
    (86_400, "day"),
    (3600, "hour"),
    (60, "minute"),
    (1, "second"),
];

/// How long something took, such as `1m 3s`.
pub(crate) fn took(milliseconds: i64) -> String {
    match u64::try_from(milliseconds) {
        Ok(0) | Err(_) => "<1ms".to_owned(),
        Ok(milliseconds) => {
            humantime::format_duration(Duration::from_millis(milliseconds)).to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_the_largest_unit() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_hours(500_000);
        for (seconds, told) in [
            (0, "just now"),
            (5, "5 seconds ago"),
            (61, "1 minute ago"),
            (7200, "2 hours ago"),
            (86_400 * 6, "6 days ago"),
            (86_400 * 20, "2 weeks ago"),
            (86_400 * 800, "2 years ago"),
        ] {
            assert_eq!(ago(now - Duration::from_secs(seconds), now), told);
        }
        assert_eq!(ago(now + Duration::from_mins(1), now), "just now");
    }

    #[test]
    fn times_lose_their_fraction() {
        assert_eq!(
            absolute("2026-01-31T12:00:00.123Z"),
            "2026-01-31 12:00:00 UTC"
        );
        assert_eq!(absolute("yesterday"), "yesterday");
    }

    #[test]
    fn durations_are_exact() {
        assert_eq!(took(0), "<1ms");
        assert_eq!(took(63_005), "1m 3s 5ms");
    }
}
