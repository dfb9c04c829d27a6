//! The panels over the picture: messages, the help of the keyboard, the statistics.
//!
//! Owns their drawing and the sentence for each trouble. Never decides which is open.

use wasm_bindgen::JsValue;
use web_sys::Element;

use super::dom::{Dom, append};
use super::icons;
use super::keys;
use super::state::Trouble;
use super::tree::Part;
use crate::locale::Words;

/// What a viewer is told.
pub fn sentence(trouble: Trouble, words: &Words) -> &'static str {
    match trouble {
        Trouble::Retrying => words.trouble_retrying,
        Trouble::Network => words.trouble_network,
        Trouble::Decode => words.trouble_decode,
        Trouble::Forged => words.trouble_forged,
        Trouble::NotFound => words.trouble_not_found,
        Trouble::Private => words.trouble_private,
        Trouble::Password => words.trouble_password,
        Trouble::Gone => words.trouble_gone,
        Trouble::Processing => words.trouble_processing,
        Trouble::Unsupported => words.trouble_unsupported,
        Trouble::Mute => words.trouble_mute,
        Trouble::Source => words.trouble_source,
        Trouble::Server => words.trouble_server,
    }
}

/// What a program is told, in the event `error`.
pub fn code(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Retrying => "retrying",
        Trouble::Network => "network",
        Trouble::Decode => "decode",
        Trouble::Forged => "forged",
        Trouble::NotFound => "not-found",
        Trouble::Private => "private",
        Trouble::Password => "password",
        Trouble::Gone => "gone",
        Trouble::Processing => "processing",
        Trouble::Unsupported => "unsupported",
        Trouble::Mute => "mute",
        Trouble::Source => "source",
        Trouble::Server => "server",
    }
}

/// Draws the message, or takes it away.
pub fn draw_message(dom: &Dom, trouble: Option<Trouble>, words: &Words) {
    dom.put(Part::Message, "data-shown", trouble.map(|_| ""));
    dom.put(Part::Message, "data-light", trouble.filter(|trouble| trouble.is_light()).map(|_| ""));
    dom.text(Part::MessageText, trouble.map_or("", |trouble| sentence(trouble, words)));
    dom.flag(Part::Retry, "hidden", !trouble.is_some_and(Trouble::may_retry));
    dom.text(Part::Retry, words.retry);
}

/// Fills the help; it is filled when it opens and emptied when it closes.
pub fn draw_help(dom: &Dom, open: bool, words: &Words) -> Result<(), JsValue> {
    let panel = dom.element(Part::Help);
    let filled = panel.has_child_nodes();
    dom.flag(Part::Help, "hidden", !open);
    if open == filled {
        return Ok(());
    }
    panel.set_text_content(None);
    if !open {
        return Ok(());
    }
    dom.put(Part::Help, "aria-label", Some(words.shortcuts));
    let head = dom.make("div", "head", "")?;
    append(&head, &dom.make("h2", "", words.shortcuts)?)?;
    let close = dom.make("button", "button", "")?;
    close.set_attribute("type", "button")?;
    close.set_attribute("data-close", "")?;
    close.set_attribute("aria-label", words.close)?;
    append(&close, &dom.make_icon(icons::CLOSE)?)?;
    append(&head, &close)?;
    append(panel, &head)?;
    let list = dom.make("dl", "keys", "")?;
    for (keys, meaning) in keys::help(words) {
        let names = dom.make("dt", "", "")?;
        for key in keys {
            append(&names, &dom.make("kbd", "", key)?)?;
        }
        append(&list, &names)?;
        append(&list, &dom.make("dd", "", meaning)?)?;
    }
    append(panel, &list)?;
    Ok(())
}

/// Longer values are sentences, which narrow panels give their whole width.
const VALUE_LETTERS_MAX: usize = 60;

/// One line of the statistics.
pub type Row = (&'static str, String);

/// Draws the statistics, or takes them away. Lines keep their elements from one second to the next.
pub fn draw_statistics(dom: &Dom, open: bool, rows: &[Row]) -> Result<(), JsValue> {
    dom.flag(Part::Statistics, "hidden", !open);
    if !open {
        return Ok(());
    }
    let panel = dom.element(Part::Statistics);
    let cells = panel.children();
    if usize::try_from(cells.length()) != Ok(rows.len() * 2) {
        panel.set_text_content(None);
        for (name, value) in rows {
            let is_sentence = VALUE_LETTERS_MAX < value.chars().count();
            append(panel, &dom.make("dt", "", name)?)?;
            append(panel, &dom.make("dd", if is_sentence { "sentence" } else { "" }, value)?)?;
        }
        return Ok(());
    }
    for (place, (_, value)) in (1..).step_by(2).zip(rows) {
        let cell: Option<Element> = cells.item(place);
        if let Some(cell) = cell.filter(|cell| cell.text_content().as_deref() != Some(value)) {
            cell.set_text_content(Some(value));
        }
    }
    Ok(())
}
