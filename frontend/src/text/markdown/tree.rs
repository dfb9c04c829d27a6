//! What markdown is read into.

/// A piece of text that is safe to draw.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Node {
    /// Words.
    Text(String),
    /// A new line.
    Break,
    /// A line across.
    Rule,
    /// A moment of the video.
    Moment {
        /// As it was written.
        text: String,
        /// Into the video.
        seconds: u32,
    },
    /// Something around other nodes.
    Around(Tag, Vec<Node>),
}

/// What stands around other nodes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Tag {
    Paragraph,
    Heading,
    Quote,
    List,
    Numbers,
    Item,
    Strong,
    Emphasis,
    Strike,
    Code,
    CodeBlock,
    /// To an `http:`, `https:` or `mailto:` address.
    Link(String),
}

/// How deep anything may nest; what is deeper stays as it was typed, since drawing is recursive.
pub const DEPTH_MAX: usize = 12;
