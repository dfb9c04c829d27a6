//! Who is named in a text.

use shared::id::Handle;

/// Names in one comment that are told of it; more would be shouting.
const MENTIONS_MAX: usize = 20;

/// The handles that a text names with `@`, each once, in their order.
#[must_use]
pub fn mentioned(text: &str) -> Vec<Handle> {
    let mut handles: Vec<Handle> = Vec::new();
    let mut before = None;
    for (at, letter) in text.char_indices() {
        let begins =
            letter == '@' && before.is_none_or(|before: char| !is_of_a_name(before) && before != '@');
        before = Some(letter);
        if !begins {
            continue;
        }
        let rest = text.get(at + 1..).unwrap_or_default();
        let end = rest.find(|letter: char| !is_of_a_name(letter) && !"@.:-".contains(letter));
        let word = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        // A sentence may end behind a name.
        let word = word.trim_end_matches(['.', ':', '-', '@']);
        if let Ok(handle) = word.parse::<Handle>()
            && !handles.contains(&handle)
        {
            handles.push(handle);
        }
        if MENTIONS_MAX <= handles.len() {
            break;
        }
    }
    handles
}

fn is_of_a_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        mentioned(text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn names_are_found_where_people_write_them() {
        assert_eq!(names("First! Hello @alice **bold**"), ["alice"]);
        assert_eq!(
            names("@alice, @bob.smith: see (@carol@films.example:9001)."),
            ["alice", "bob.smith", "carol@films.example:9001"]
        );
        assert_eq!(names("@alice @alice"), ["alice"]);
        assert_eq!(names("write to alice@films.example"), [""; 0]);
        assert_eq!(names("@ @@ @- @é"), [""; 0]);
        assert_eq!(names(""), [""; 0]);
    }

    #[test]
    fn shouting_at_everybody_reaches_some() {
        let all: Vec<String> = (0..1000).map(|number| format!("@user{number}")).collect();
        assert_eq!(mentioned(&all.join(" ")).len(), MENTIONS_MAX);
    }
}
