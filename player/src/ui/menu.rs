//! The menu: what each page offers, and the buttons it is drawn with.
//!
//! Owns the list of choices, a pure function of the screen, and walking through it with the arrows. Never carries a
//! choice out: each item holds the wish it stands for.

use wasm_bindgen::JsValue;
use web_sys::Element;

use super::dom::{Dom, append};
use super::icons;
use super::state::{Quality, Rule, Screen};
use super::text::speed;
use super::tree::Part;
use super::wish::{Page, RATES, Step, Wish};
use crate::locale::{Words, fill};

/// One line of the menu.
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    pub label: String,
    /// What is chosen now, at the right.
    pub value: String,
    pub kind: Kind,
    pub wish: Wish,
}

/// What pressing a line does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Opens another page.
    Leads,
    /// Goes up one page; stands first.
    Returns,
    /// One of several, chosen or not.
    Choice(bool),
    /// On or off by itself.
    Switch(bool),
    /// Opens something that is not a menu.
    Opens,
}

/// Everything a page offers.
pub fn items(screen: &Screen, page: Page, words: &Words) -> Vec<Item> {
    match page {
        Page::Root => root(screen, words),
        Page::Quality => {
            let mut items = vec![back(words.quality)];
            let playing = screen.quality_playing.filter(|_| screen.quality_chosen.is_none());
            let automatic = item(
                words.automatic.into(),
                Kind::Choice(screen.quality_chosen.is_none()),
                Wish::Quality(None),
            );
            items.extend(screen.qualities.iter().map(|quality| {
                let chosen = screen.quality_chosen == Some(quality.height);
                item(quality_label(quality), Kind::Choice(chosen), Wish::Quality(Some(quality.height)))
            }));
            let value = playing.map_or_else(String::new, |height| height_label(screen, height));
            items.push(Item { value, ..automatic });
            items
        }
        Page::Speed => {
            let choices = RATES.iter().map(|&rate| {
                let label = if rate == 1.0 { words.normal.to_owned() } else { speed(rate) };
                item(label, Kind::Choice(rate == screen.media.rate), Wish::Rate(rate))
            });
            [back(words.speed)].into_iter().chain(choices).collect()
        }
        Page::Captions => {
            let off = item(words.off.into(), Kind::Choice(screen.caption.is_none()), Wish::Caption(None));
            let choices = screen.captions.iter().enumerate().map(|(place, label)| {
                item(label.clone(), Kind::Choice(screen.caption == Some(place)), Wish::Caption(Some(place)))
            });
            [off].into_iter().chain(choices).collect()
        }
    }
}

fn root(screen: &Screen, words: &Words) -> Vec<Item> {
    let mut items = Vec::new();
    if !screen.qualities.is_empty() {
        let value = match (screen.quality_chosen, screen.quality_playing) {
            (Some(height), _) => height_label(screen, height),
            (None, Some(height)) => fill(words.automatic_at, &[&height_label(screen, height)]),
            (None, None) => words.automatic.to_owned(),
        };
        items.push(Item { value, ..item(words.quality.into(), Kind::Leads, Wish::Menu(Page::Quality)) });
    }
    let rate = screen.media.rate;
    let value = if rate == 1.0 { words.normal.to_owned() } else { speed(rate) };
    items.push(Item { value, ..item(words.speed.into(), Kind::Leads, Wish::Menu(Page::Speed)) });
    items.push(item(words.repeat.into(), Kind::Switch(screen.media.looping), Wish::ToggleLoop));
    if let Some(shared) = screen.sharing.filter(|shared| shared.rule != Rule::Nobody) {
        let label = if shared.rule == Rule::Chosen { words.share_chosen } else { words.share };
        items.push(item(label.into(), Kind::Switch(shared.is_on), Wish::ToggleSharing));
        if shared.can_be_cautious() {
            items.push(item(words.cautious.into(), Kind::Switch(shared.is_cautious), Wish::ToggleCaution));
        }
    }
    if screen.can.picture {
        items.push(item(words.picture_in_picture.into(), Kind::Switch(screen.picture), Wish::TogglePicture));
    }
    items.push(item(words.statistics.into(), Kind::Switch(screen.statistics), Wish::ToggleStatistics));
    items.push(item(words.shortcuts.into(), Kind::Opens, Wish::ToggleHelp));
    items
}

fn item(label: String, kind: Kind, wish: Wish) -> Item {
    Item { label, value: String::new(), kind, wish }
}

fn back(label: &str) -> Item {
    item(label.to_owned(), Kind::Returns, Wish::MenuBack)
}

fn height_label(screen: &Screen, height: u32) -> String {
    let known = screen.qualities.iter().find(|quality| quality.height == height);
    quality_label(known.unwrap_or(&Quality { height, frame_rate: None }))
}

/// `720p`, and `1080p60` where the frames come faster than films'.
fn quality_label(quality: &Quality) -> String {
    let mut label = [&quality.height.to_string(), "p"].concat();
    if let Some(rate) = quality.frame_rate.filter(|&rate| 31.0 <= rate) {
        label.push_str(&super::text::whole(rate.round()).to_string());
    }
    label
}

/// The menu on the screen.
#[derive(Default)]
pub struct Menu {
    drawn: Vec<Item>,
}

impl Menu {
    /// Draws the open page, or takes the menu away.
    pub fn draw(&mut self, dom: &Dom, screen: &Screen, words: &Words) -> Result<(), JsValue> {
        dom.flag(Part::Menu, "hidden", screen.menu.is_none());
        let Some(page) = screen.menu else {
            self.drawn.clear();
            return Ok(());
        };
        let label = match page {
            Page::Root => words.settings,
            Page::Quality => words.quality,
            Page::Speed => words.speed,
            Page::Captions => words.captions,
        };
        dom.put(Part::Menu, "aria-label", Some(label));
        let items = items(screen, page, words);
        if items == self.drawn {
            return Ok(());
        }
        // A line that has the keyboard keeps it while the words beside it change.
        let same =
            items.len() == self.drawn.len() && items.iter().zip(&self.drawn).all(|(a, b)| a.label == b.label);
        let menu = dom.element(Part::Menu);
        if same {
            for (place, (item, _)) in
                (0..).zip(items.iter().zip(&self.drawn)).filter(|(_, (new, old))| new != old)
            {
                let line = menu.children().item(place);
                line.map_or(Ok(()), |line| fill_line(dom, &line, item))?;
            }
        } else {
            menu.set_text_content(None);
            for item in &items {
                let line = dom.make("button", "line", "")?;
                line.set_attribute("type", "button")?;
                line.set_attribute("tabindex", "-1")?;
                fill_line(dom, &line, item)?;
                append(menu, &line)?;
            }
        }
        self.drawn = items;
        Ok(())
    }

    /// The wish of a line.
    pub fn wish(&self, place: usize) -> Option<Wish> {
        self.drawn.get(place).map(|item| item.wish)
    }

    /// The line the keyboard enters at: the chosen one, else the first.
    pub fn entrance(&self, dom: &Dom) -> Option<Element> {
        let chosen = self.drawn.iter().position(|item| item.kind == Kind::Choice(true));
        line_at(dom, chosen.unwrap_or(0))
    }

    /// The line a step away, around the ends.
    pub fn neighbour(&self, dom: &Dom, step: Step) -> Option<Element> {
        let count = self.drawn.len().max(1);
        let here = self.focused_place(dom).unwrap_or(0);
        line_at(
            dom,
            match step {
                Step::Next => (here + 1) % count,
                Step::Previous => (here + count - 1) % count,
                Step::First => 0,
                Step::Last => count - 1,
            },
        )
    }

    fn focused_place(&self, dom: &Dom) -> Option<usize> {
        let focused = dom.focused()?;
        let lines = dom.element(Part::Menu).children();
        let mut places = 0..lines.length();
        let place = places.find(|&place| lines.item(place).is_some_and(|line| line == focused))?;
        usize::try_from(place).ok()
    }
}

fn line_at(dom: &Dom, place: usize) -> Option<Element> {
    dom.element(Part::Menu).children().item(u32::try_from(place).ok()?)
}

fn fill_line(dom: &Dom, line: &Element, item: &Item) -> Result<(), JsValue> {
    line.set_text_content(None);
    let (role, checked) = match item.kind {
        Kind::Choice(on) => ("menuitemradio", Some(on)),
        Kind::Switch(on) => ("menuitemcheckbox", Some(on)),
        Kind::Leads | Kind::Returns | Kind::Opens => ("menuitem", None),
    };
    line.set_attribute("role", role)?;
    if let Some(on) = checked {
        line.set_attribute("aria-checked", if on { "true" } else { "false" })?;
    }
    if item.kind == Kind::Leads {
        line.set_attribute("aria-haspopup", "menu")?;
    }
    let mark = match item.kind {
        Kind::Choice(true) | Kind::Switch(true) => Some(icons::CHECK),
        Kind::Returns => Some(icons::BACK),
        Kind::Choice(false) | Kind::Switch(false) | Kind::Leads | Kind::Opens => None,
    };
    let before = dom.make("span", "mark", "")?;
    if let Some(mark) = mark {
        append(&before, &dom.make_icon(mark)?)?;
    }
    append(line, &before)?;
    append(line, &dom.make("span", "label", &item.label)?)?;
    if !item.value.is_empty() {
        append(line, &dom.make("span", "value", &item.value)?)?;
    }
    if item.kind == Kind::Leads {
        append(line, &dom.make_icon(icons::FORWARD)?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::state::Shared;
    use super::*;
    use crate::locale::ENGLISH;

    fn screen() -> Screen {
        with(|_| {})
    }

    fn with(change: impl FnOnce(&mut Screen)) -> Screen {
        let mut screen = Screen::default();
        screen.qualities = vec![
            Quality { height: 1080, frame_rate: Some(60.0) },
            Quality { height: 480, frame_rate: Some(29.97) },
        ];
        screen.quality_playing = Some(480);
        screen.captions = vec!["English".into(), "French".into()];
        change(&mut screen);
        screen
    }

    fn check(screen: &Screen, page: Page, expected: Expect) {
        let lines = items(screen, page, &ENGLISH).into_iter().map(|item| {
            let mark = match item.kind {
                Kind::Leads => ">",
                Kind::Returns => "<",
                Kind::Choice(true) | Kind::Switch(true) => "x",
                Kind::Choice(false) | Kind::Switch(false) => "-",
                Kind::Opens => "!",
            };
            format!("{mark} {} | {}\n", item.label, item.value)
        });
        expected.assert_eq(&lines.collect::<String>());
    }

    #[test]
    fn the_first_page_says_what_is_chosen() {
        check(
            &screen(),
            Page::Root,
            expect![[r#"
            > Quality | Auto (480p)
            > Speed | Normal
            - Loop | 
            - Statistics | 
            ! Keyboard shortcuts | 
        "#]],
        );
    }

    #[test]
    fn sharing_can_be_turned_off_or_down() {
        let sharing = |rule, word: &str| {
            let shared = Shared::recall(rule, Some(word));
            let items = items(&with(|screen| screen.sharing = Some(shared)), Page::Root, &ENGLISH);
            let switches = items.into_iter().filter_map(|item| match (item.kind, item.wish) {
                (Kind::Switch(on), Wish::ToggleSharing | Wish::ToggleCaution) => Some((item.label, on)),
                _ => None,
            });
            switches.collect::<Vec<_>>()
        };
        let share = |on| (ENGLISH.share.to_owned(), on);
        let cautious = |on| (ENGLISH.cautious.to_owned(), on);
        assert_eq!(sharing(Rule::Viewers, "on"), [share(true), cautious(false)]);
        assert_eq!(sharing(Rule::Many, "seeders"), [share(true), cautious(true)]);
        assert_eq!(sharing(Rule::Viewers, "off"), [share(false)]);
        assert_eq!(sharing(Rule::Chosen, "on"), [(ENGLISH.share_chosen.to_owned(), true)]);
        assert_eq!(sharing(Rule::Unsaid, "on"), [share(true)]);
        assert_eq!(sharing(Rule::Nobody, "on"), []);
    }

    #[test]
    fn what_is_not_there_is_not_offered() {
        let mut screen = Screen::default();
        screen.can.picture = true;
        check(
            &screen,
            Page::Root,
            expect![[r#"
            > Speed | Normal
            - Loop | 
            - Picture in picture | 
            - Statistics | 
            ! Keyboard shortcuts | 
        "#]],
        );
    }

    #[test]
    fn automatic_quality_stands_last_with_the_height_it_plays() {
        check(
            &screen(),
            Page::Quality,
            expect![[r#"
            < Quality | 
            - 1080p60 | 
            - 480p | 
            x Auto | 480p
        "#]],
        );
        check(
            &with(|screen| screen.quality_chosen = Some(1080)),
            Page::Quality,
            expect![[r#"
            < Quality | 
            x 1080p60 | 
            - 480p | 
            - Auto | 
        "#]],
        );
    }

    #[test]
    fn captions_can_be_turned_off() {
        check(
            &with(|screen| screen.caption = Some(1)),
            Page::Captions,
            expect![[r#"
            - Off | 
            - English | 
            x French | 
        "#]],
        );
    }
}
