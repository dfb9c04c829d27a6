//! With whom the video may be carried on, and with whom this viewer does.

/// Who may meet over the video, as its instance says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rule {
    /// Nobody.
    Nobody,
    /// Viewers, and peers that the instance chose.
    Chosen,
    /// Viewers meet each other where there are many.
    Many,
    /// Viewers meet each other.
    Viewers,
    /// As the last, of an instance that knows no other rule.
    Unsaid,
}

impl Rule {
    /// Reads the instance's word for it.
    pub fn read(word: Option<&str>) -> Rule {
        match word {
            None => Rule::Unsaid,
            Some("on") => Rule::Viewers,
            Some("off") => Rule::Nobody,
            Some(many) if many.starts_with("threshold") => Rule::Many,
            // Of a stricter kind than we know we take part in the strictest way there is.
            Some(_) => Rule::Chosen,
        }
    }
}

/// The viewer's own choice under that rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shared {
    pub rule: Rule,
    /// What is watched is passed on.
    pub is_on: bool,
    /// But to peers alone that the instance chose.
    pub is_cautious: bool,
}

impl Shared {
    /// What is remembered of it.
    pub fn word(self) -> &'static str {
        match (self.is_on, self.is_cautious) {
            (false, _) => "off",
            (true, true) => "seeders",
            (true, false) => "on",
        }
    }

    /// A remembered choice under another rule.
    pub fn recall(rule: Rule, word: Option<&str>) -> Shared {
        let is_on = rule != Rule::Nobody && word != Some("off");
        Shared { rule, is_on, is_cautious: word == Some("seeders") }
    }

    /// Whether the viewer can ask for less than the rule allows without leaving.
    pub fn can_be_cautious(self) -> bool {
        self.is_on && (self.rule == Rule::Many || self.rule == Rule::Viewers)
    }

    /// Whether what the viewer asked for cannot be had but by staying away: the instance tells no chosen peer from
    /// another.
    pub fn is_out_of_reach(self) -> bool {
        !self.is_on || (self.is_cautious && self.rule == Rule::Unsaid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_outlives_the_rule_it_was_made_under() {
        let shared = |rule: Option<&str>, word| Shared::recall(Rule::read(rule), word);
        for word in ["off", "seeders", "on"] {
            assert_eq!(shared(Some("on"), Some(word)).word(), word);
        }
        assert_eq!(shared(Some("threshold 5"), None).word(), "on");
        assert!(shared(Some("threshold 5"), None).can_be_cautious());
        assert!(!shared(Some("seeders"), None).can_be_cautious());
        assert!(shared(Some("off"), Some("on")).is_out_of_reach());
        assert_eq!(Rule::read(Some("some new word")), Rule::Chosen);
        // Another software's tracker would tell everybody of a cautious viewer.
        assert!(shared(None, Some("seeders")).is_out_of_reach());
        assert!(!shared(None, Some("on")).is_out_of_reach());
    }
}
