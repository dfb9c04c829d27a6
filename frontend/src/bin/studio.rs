//! The studio for those who do something besides watching, as a program for the browser.

fn main() {
    frontend::start_studio();
}
