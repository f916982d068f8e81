//! The time of day as a version.

use std::time::{Duration, SystemTime};

/// Now in UTC as the number `YYYYMMDDHHMMSS`.
pub(crate) fn now() -> i64 {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    timestamp(since_1970.unwrap_or(Duration::ZERO))
}

fn timestamp(since_1970: Duration) -> i64 {
    // More seconds than this do not fit; neither does the universe.
    let seconds = i64::try_from(since_1970.as_secs()).unwrap_or(0);
    let (year, month, day) = civil(seconds / DAY);
    let of_day = seconds % DAY;
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    let parts = [month, day, hour, minute, second];
    parts
        .into_iter()
        .fold(year, |number, part| number * 100 + part)
}

const DAY: i64 = 24 * 60 * 60;

/// Year, month and day of a count of days since 1970-01-01.
///
/// This is `civil_from_days` of Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms",
/// for days that are not negative. Its years begin in March, so that a leap day is the last one.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_date() {
        let known = [
            (0, 19_700_101_000_000),
            (951_782_399, 20_000_228_235_959),
            (951_782_400, 20_000_229_000_000),
            (1_709_251_199, 20_240_229_235_959),
            (1_735_689_599, 20_241_231_235_959),
            (1_735_689_600, 20_250_101_000_000),
            (4_107_542_400, 21_000_301_000_000),
        ];
        for (seconds, version) in known {
            assert_eq!(timestamp(Duration::from_secs(seconds)), version);
        }
    }
}
