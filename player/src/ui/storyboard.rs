//! Which small picture of the storyboard belongs to a moment, and where it lies in the sheet.
//!
//! Owns that arithmetic. Never loads the sheet: the view sets it as a background once the pointer first comes near.

use super::text::whole;

/// The sheet of small pictures, as the API describes it.
#[derive(Clone, PartialEq, Debug)]
pub struct Sheet {
    /// Address of the jpeg.
    pub url: String,
    /// Pixels of the whole sheet.
    pub total_width: u32,
    pub total_height: u32,
    /// Pixels of one picture.
    pub tile_width: u32,
    pub tile_height: u32,
    /// Seconds between two pictures.
    pub interval: f64,
}

/// One picture of the sheet: its left and upper edge in pixels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tile {
    pub left: u32,
    pub top: u32,
}

impl Sheet {
    /// Whether its numbers make sense: a sheet of another server may say anything.
    pub fn is_sound(&self) -> bool {
        0 < self.tile_width
            && 0 < self.tile_height
            && self.tile_width <= self.total_width
            && self.tile_height <= self.total_height
            && 0.0 < self.interval
            && self.interval.is_finite()
    }

    /// The picture nearest before a moment; the last one for moments after it.
    pub fn tile(&self, seconds: f64) -> Tile {
        let columns = (self.total_width / self.tile_width.max(1)).max(1);
        let rows = (self.total_height / self.tile_height.max(1)).max(1);
        let last = columns.saturating_mul(rows) - 1;
        let place = u32::try_from(whole(seconds / self.interval)).unwrap_or(last).min(last);
        Tile { left: place % columns * self.tile_width, top: place / columns * self.tile_height }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        Sheet {
            url: String::new(),
            total_width: 1920,
            total_height: 324,
            tile_width: 192,
            tile_height: 108,
            interval: 2.0,
        }
    }

    #[test]
    fn pictures_run_from_left_to_right_and_then_down() {
        let cases =
            [(0.0, 0, 0), (1.9, 0, 0), (2.0, 192, 0), (19.0, 1728, 0), (20.0, 0, 108), (59.0, 1728, 216)];
        for (seconds, left, top) in cases {
            assert_eq!(sheet().tile(seconds), Tile { left, top }, "{seconds}");
        }
    }

    #[test]
    fn moments_outside_the_sheet_get_its_first_or_last_picture() {
        assert_eq!(sheet().tile(-5.0), Tile { left: 0, top: 0 });
        assert_eq!(sheet().tile(f64::NAN), Tile { left: 0, top: 0 });
        assert_eq!(sheet().tile(1e12), Tile { left: 1728, top: 216 });
    }

    #[test]
    fn a_sheet_with_nonsense_numbers_is_not_used() {
        assert!(sheet().is_sound());
        for broken in [
            Sheet { tile_width: 0, ..sheet() },
            Sheet { tile_height: 400, ..sheet() },
            Sheet { interval: 0.0, ..sheet() },
            Sheet { interval: f64::NAN, ..sheet() },
        ] {
            assert!(!broken.is_sound());
            broken.tile(7.0);
        }
    }
}
