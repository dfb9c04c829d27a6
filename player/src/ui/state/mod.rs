//! What the viewer sees, as plain data: [`Screen`] turns wishes into commands without a page and without a clock.

mod media;
mod screen;
mod sharing;
#[cfg(test)]
mod tests;
mod trouble;

pub use media::Media;
pub use screen::{Can, Chapter, Quality, Screen, Side, Sign};
pub use sharing::{Rule, Shared};
pub use trouble::Trouble;
