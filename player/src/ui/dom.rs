//! The elements themselves: built once from the tree, then changed one attribute at a time.
//!
//! Owns every element of the player and remembers what was last written to each, so that drawing the same state twice
//! touches nothing. Never decides what is shown. Everything lives in a shadow root: no style of the page reaches in,
//! and none of ours leaks out.

use std::cell::RefCell;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Document, Element, HtmlElement, HtmlVideoElement, Node, ShadowRoot, ShadowRootInit, ShadowRootMode,
};

use super::icons::{Icon, is_solid};
use super::tree::{Node as Branch, PARTS, PLAYER, Part};
use crate::js;

const STYLE: &str = include_str!("style.css");
const SVG: &str = "http://www.w3.org/2000/svg";

/// The name under which a part's place is written on its element, so that an event finds its part again.
const PART_ATTRIBUTE: &str = "data-part";

/// What was last written to one element, by name: `None` where an attribute was taken away. A handful a part, so a
/// list serves.
type Written = Vec<(&'static str, Option<String>)>;

/// The built player.
pub struct Dom {
    document: Document,
    host: HtmlElement,
    parts: Vec<Element>,
    written: RefCell<Vec<Written>>,
}

impl Dom {
    /// Builds the player as the last child of `parent`.
    pub fn build(document: Document, parent: &Element) -> Result<Dom, JsValue> {
        let host: HtmlElement = document.create_element("div")?.unchecked_into();
        let shadow = host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))?;
        dress(&document, &shadow)?;
        let mut found = vec![None; PARTS.len()];
        let player = build(&document, &PLAYER, &mut found)?;
        append(&shadow, &player)?;
        append(parent, &host)?;
        // The tree holds every part exactly once, so the places of the list are those of the enum.
        let parts: Vec<Element> = found.into_iter().flatten().collect();
        assert!(parts.len() == PARTS.len(), "the tree holds every part once");
        Ok(Dom { document, host, parts, written: RefCell::new(vec![Written::new(); PARTS.len()]) })
    }

    /// The element of a part.
    #[expect(clippy::indexing_slicing, reason = "`build` asserts that every part has its element")]
    pub fn element(&self, part: Part) -> &Element {
        &self.parts[part as usize]
    }

    /// The media element.
    pub fn video(&self) -> HtmlVideoElement {
        self.element(Part::Video).clone().unchecked_into()
    }

    /// The document everything is made in.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The element that stands in the page and carries the shadow root.
    pub fn host(&self) -> &HtmlElement {
        &self.host
    }

    /// The part an element belongs to, if it is one of ours.
    pub fn part_of(&self, element: &Element) -> Option<Part> {
        let mut element = Some(element.clone());
        while let Some(inner) = element {
            if inner.has_attribute(PART_ATTRIBUTE) {
                let place = self.parts.iter().position(|part| *part == inner)?;
                return PARTS.get(place).copied();
            }
            element = inner.parent_element();
        }
        None
    }

    /// The part that has the keyboard, if any has.
    pub fn focused(&self) -> Option<Element> {
        self.element(Part::Player).get_root_node().unchecked_into::<ShadowRoot>().active_element()
    }

    /// Writes an attribute, or takes it away. The name `text` stands for the text, and names that begin with `--` for
    /// style properties.
    pub fn put(&self, part: Part, name: &'static str, value: Option<&str>) {
        if !self.is_new(part, name, value) {
            return;
        }
        let element = self.element(part);
        // None of these can fail with the names we use; were one to, the player would still play.
        let _ = match value {
            Some(text) if name == TEXT => {
                element.set_text_content(Some(text));
                Ok(())
            }
            Some(value) if name.starts_with("--") => js::style(element, name, value),
            Some(value) => element.set_attribute(name, value),
            None => element.remove_attribute(name),
        };
    }

    /// Whether this differs from what was written last; remembered if so.
    fn is_new(&self, part: Part, name: &'static str, value: Option<&str>) -> bool {
        let mut written = self.written.borrow_mut();
        let Some(written) = written.get_mut(part as usize) else { return true };
        match written.iter_mut().find(|(known, _)| *known == name) {
            Some((_, last)) if last.as_deref() == value => return false,
            Some((_, last)) => *last = value.map(str::to_owned),
            None => written.push((name, value.map(str::to_owned))),
        }
        true
    }

    /// Writes the text of a part.
    pub fn text(&self, part: Part, text: &str) {
        self.put(part, TEXT, Some(text));
    }

    /// Adds or removes an attribute without a value.
    pub fn flag(&self, part: Part, name: &'static str, on: bool) {
        self.put(part, name, on.then_some(""));
    }

    /// Names a control for everyone: for screen readers, and as the tip under the pointer with its key.
    pub fn label(&self, part: Part, label: &str, key: &str) {
        self.put(part, "aria-label", Some(label));
        if key.is_empty() {
            self.put(part, "title", Some(label));
        } else {
            self.put(part, "title", Some(&[label, " (", key, ")"].concat()));
        }
    }

    /// Changes the picture on a part.
    pub fn icon(&self, part: Part, icon: Icon) {
        if !self.is_new(part, "d", Some(icon)) {
            return;
        }
        if let Some(path) = self.element(part).query_selector("path").ok().flatten() {
            let _ = path.set_attribute("d", icon);
            let _ = path.set_attribute("class", if is_solid(icon) { "solid" } else { "" });
        }
    }

    /// Makes an element with a class and a text.
    pub fn make(&self, tag: &str, class: &str, text: &str) -> Result<Element, JsValue> {
        let element = self.document.create_element(tag)?;
        if !class.is_empty() {
            element.set_class_name(class);
        }
        if !text.is_empty() {
            element.set_text_content(Some(text));
        }
        Ok(element)
    }

    /// Makes a picture.
    pub fn make_icon(&self, icon: Icon) -> Result<Element, JsValue> {
        picture(&self.document, icon)
    }

    /// Takes the player out of the page.
    pub fn remove(&self) {
        self.host.remove();
    }
}

const TEXT: &str = "text";

/// Puts an element at the end of another.
pub fn append(parent: &Node, child: &Element) -> Result<(), JsValue> {
    parent.append_child(child).map(drop)
}

fn build(document: &Document, node: &Branch, found: &mut [Option<Element>]) -> Result<Element, JsValue> {
    let element = document.create_element(node.tag)?;
    if !node.class.is_empty() {
        element.set_class_name(node.class);
    }
    for (name, value) in node.attributes {
        element.set_attribute(name, value)?;
    }
    if let Some(icon) = node.icon {
        append(&element, &picture(document, icon)?)?;
    }
    for child in node.children {
        append(&element, &build(document, child, found)?)?;
    }
    if let Some(part) = node.part {
        element.set_attribute(PART_ATTRIBUTE, "")?;
        if let Some(place) = found.get_mut(part as usize) {
            *place = Some(element.clone());
        }
    }
    Ok(element)
}

fn picture(document: &Document, icon: Icon) -> Result<Element, JsValue> {
    let svg = document.create_element_ns(Some(SVG), "svg")?;
    svg.set_attribute("viewBox", "0 0 24 24")?;
    svg.set_attribute("aria-hidden", "true")?;
    let path = document.create_element_ns(Some(SVG), "path")?;
    path.set_attribute("d", icon)?;
    if is_solid(icon) {
        path.set_attribute("class", "solid")?;
    }
    append(&svg, &path)?;
    Ok(svg)
}

/// Gives the shadow root its styles. A constructed sheet is allowed where the page's policy forbids style elements;
/// browsers without it get the element.
fn dress(document: &Document, shadow: &ShadowRoot) -> Result<(), JsValue> {
    if js::adopt_style(shadow, STYLE).is_ok() {
        return Ok(());
    }
    let style = document.create_element("style")?;
    style.set_text_content(Some(STYLE));
    append(shadow, &style)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_stands_in_the_tree_once() {
        let mut seen = Vec::new();
        fn walk(node: &Branch, seen: &mut Vec<Part>) {
            seen.extend(node.part);
            node.children.iter().for_each(|child| walk(child, seen));
        }
        walk(&PLAYER, &mut seen);
        seen.sort();
        assert_eq!(seen, PARTS);
    }
}
