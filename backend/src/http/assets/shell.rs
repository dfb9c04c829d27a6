//! The one page all addresses answer with. Owns the place where a page's head goes in.

/// The shell, cut in two at its marker.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shell {
    before: String,
    after: String,
}

/// Stands in the shell's head, before anything that is fetched.
const MARKER: &str = "<!-- head -->";

/// What people see when the pages were not built.
const BARE: &str = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<!-- head -->\n</head>\n\
    <body>\n<h1>Shoal</h1>\n<p>This server was started without its pages. Build them with \
    <code>cargo xtask build</code>, or point the setting <code>www.dir</code> to them.</p>\n</body>\n</html>\n";

impl Shell {
    /// Cuts a page at its marker. A page without one gets its head at the end of its own.
    #[must_use]
    pub fn parse(page: &str) -> Shell {
        let cut = page.split_once(MARKER);
        let at_end = || page.find("</head>").and_then(|at| page.split_at_checked(at));
        let (before, after) = cut.or_else(at_end).unwrap_or(("", page));
        Shell { before: before.to_owned(), after: after.to_owned() }
    }

    /// The shell of a server without pages.
    #[must_use]
    pub fn bare() -> Shell {
        Shell::parse(BARE)
    }

    /// The page with this head.
    #[must_use]
    pub fn with_head(&self, head: &str) -> String {
        [&self.before, head, &self.after].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_takes_the_markers_place() {
        let shell = Shell::parse("<head><!-- head --><link></head><body></body>");
        assert_eq!(shell.with_head("<title>"), "<head><title><link></head><body></body>");
        let shell = Shell::parse("<head><link></head>");
        assert_eq!(shell.with_head("<title>"), "<head><link><title></head>");
        assert_eq!(Shell::parse("").with_head("<title>"), "<title>");
    }

    #[test]
    fn a_server_without_pages_says_so() {
        let page = Shell::bare().with_head("<title>x</title>");
        assert!(page.contains("<title>x</title>") && page.contains("www.dir"));
    }
}
