//! Every limit of a host in one place: what happens at a limit is said beside it.

use std::time::Duration;

/// Teams of a room; more are refused on the command line.
pub const MOST_TEAMS: usize = 100;
/// Seats of a team; whoever comes later is told that it is full.
pub const MOST_SEATS: usize = 24;
/// Characters of somebody's name; longer ones are refused.
pub const LONGEST_NAME: usize = 40;
/// Characters of a line in the channel, a note or a message; longer ones are refused.
pub const LONGEST_TEXT: usize = 1_000;
/// Lines that people of a team say in all; then they are told so.
pub const MOST_LINES: usize = 5_000;
/// Faults that are injected into one team; further ones are refused.
pub const MOST_FAULTS: usize = 100;
/// Follow-ups that one team takes on; further ones are refused.
pub const MOST_FOLLOW_UPS: usize = 40;
/// Bytes of one message of a browser; a larger one ends its connection.
pub const LARGEST_MESSAGE: usize = 16 * 1024;
/// Messages per second of one connection in the long run; faster ones wait, and who floods is
/// disconnected.
pub const MESSAGES_PER_S: f64 = 10.0;
/// Messages that may come at once.
pub const MESSAGES_AT_ONCE: f64 = 40.0;
/// Connections of one seat at once: a laptop and a phone, and their successors after a break. The
/// oldest is closed.
pub const CONNECTIONS_PER_SEAT: usize = 4;
/// Connections that watch: facilitators and walls together.
pub const WATCHERS: usize = 64;
/// Requests that wait for the keeper; further ones are told to come again.
pub const WAITING: usize = 4_096;
/// Connections of all kinds at once; further ones are closed at once.
pub const MOST_CONNECTIONS: usize = 4_000;
/// Wrong codes from one address in a minute; then it has to wait.
pub const WRONG_CODES_PER_MIN: u32 = 20;
/// Time between two rounds of the keeper, which is also the shortest between two updates.
pub const ROUND: Duration = Duration::from_millis(250);
/// Time between two looks at where the teams stand.
pub const STANDINGS_EVERY: Duration = Duration::from_secs(2);
/// A browser that does not take a message for so long is disconnected.
pub const SLOWEST_WRITE: Duration = Duration::from_secs(10);
/// A browser that has said nothing, not even to a ping, for so long is gone.
pub const SILENCE: Duration = Duration::from_secs(60);
/// Time between two pings.
pub const PING: Duration = Duration::from_secs(20);
/// Answers that are remembered per seat: who repeats an intent after a break gets the answer again,
/// and nothing happens twice.
pub const REMEMBERED: usize = 64;

/// A text that people typed, without control characters at its ends or inside; `None` where nothing is
/// left or too much.
pub fn clean(text: &str, most: usize) -> Option<String> {
    let is_fine = |c: &char| {
        !c.is_control() && !matches!(*c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let text: String = text.chars().take(4 * most).filter(is_fine).collect();
    let text = text.trim();
    let count = text.chars().count();
    (count > 0 && count <= most).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_clean_line() {
        assert_eq!(clean(" Priya\n\u{202e} ", 40).as_deref(), Some("Priya"));
        assert_eq!(clean(&"x".repeat(41), 40), None);
        assert_eq!(clean("\u{7}\n", 40), None);
    }
}
