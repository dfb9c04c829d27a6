//! The studio for those who publish, as a program for the browser.

fn main() {
    frontend::start_studio();
}
