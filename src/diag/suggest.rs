//! "Did you mean …": the nearest of the names that would have been right.

use strsim::damerau_levenshtein;

/// Names longer than this are nobody's typing mistake, and comparing them would cost time and memory.
const LONGEST_NAME: usize = 64;

/// The candidate somebody who wrote `given` most likely meant, if any is near enough: the same but
/// for case, separators or the order of words, or at most a third of the letters wrong.
pub fn closest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if given.is_empty() || given.len() > LONGEST_NAME {
        return None;
    }
    let wanted = folded(given);
    let allowed = (wanted.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .filter(|name| name.len() <= LONGEST_NAME && *name != given)
        .filter_map(|name| {
            let candidate = folded(name);
            let same = name.eq_ignore_ascii_case(given)
                || sorted_words(&candidate) == sorted_words(&wanted);
            let distance = if same {
                0
            } else {
                damerau_levenshtein(&candidate, &wanted)
            };
            // One letter that is another letter is no resemblance.
            let near = distance <= allowed && distance < candidate.chars().count();
            near.then_some((distance, name))
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, name)| name)
}

/// ``did you mean `x`?`` for the nearest candidate.
pub fn did_you_mean<'a>(
    given: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    closest(given, candidates).map(|name| format!("did you mean `{name}`?"))
}

/// Names as prose: `` `a`, `b` and `c` ``.
pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    let last = names.pop().unwrap_or_default();
    if names.is_empty() {
        last
    } else {
        format!("{} and {last}", names.join(", "))
    }
}

/// Lower case with one kind of separator; a change from lower to upper case separates words too.
fn folded(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut after_lower = false;
    for c in name.chars() {
        if c.is_uppercase() && after_lower {
            out.push('_');
        }
        after_lower = c.is_lowercase();
        match c {
            '-' | ' ' | '.' => out.push('_'),
            _ => out.extend(c.to_lowercase()),
        }
    }
    out
}

fn sorted_words(name: &str) -> Vec<&str> {
    let mut words: Vec<&str> = name.split('_').filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let names = ["timeout", "attempts", "retry_budget", "QueueLimit", "on"];
        let meant = |given| closest(given, names);
        assert_eq!(meant("timout"), Some("timeout"));
        assert_eq!(meant("Timeout"), Some("timeout"));
        assert_eq!(meant("budget-retry"), Some("retry_budget"));
        assert_eq!(meant("queue_limit"), Some("QueueLimit"));
        assert_eq!(meant("attemtps"), Some("attempts"));
        assert_eq!(closest("Mib", ["MB", "MiB"]), Some("MiB"));
        assert_eq!(meant("colour"), None);
        assert_eq!(meant("x"), None);
        assert_eq!(meant(""), None);
        assert_eq!(meant(&"t".repeat(1_000_000)), None);
    }

    #[test]
    fn lists_read_as_prose() {
        assert_eq!(listed([]), "");
        assert_eq!(listed(["a"]), "`a`");
        assert_eq!(listed(["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
