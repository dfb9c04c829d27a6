//! The pages everybody sees, as a program for the browser.

fn main() {
    frontend::start_pages();
}
