//! Which part of a picture is taken: pure geometry, in pixels of the picture.

/// So near one can go: beyond it an avatar would be a blur.
const ZOOM_MAX: f64 = 8.0;

/// A part of a picture that has the shape which is wanted.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Crop {
    width: f64,
    height: f64,
    /// Width by height of the part.
    ratio: f64,
    /// 1 where the part is as large as can be.
    pub zoom: f64,
    /// The middle of the part.
    x: f64,
    y: f64,
}

/// A rectangle.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Part {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

impl Crop {
    /// The largest part in the middle of a picture.
    pub fn new(width: u32, height: u32, ratio: f64) -> Crop {
        let (width, height) = (f64::from(width.max(1)), f64::from(height.max(1)));
        Crop { width, height, ratio, zoom: 1.0, x: width / 2.0, y: height / 2.0 }
    }

    /// What is taken.
    pub fn part(&self) -> Part {
        let (width, height) = self.size();
        Part { left: self.x - width / 2.0, top: self.y - height / 2.0, width, height }
    }

    fn size(&self) -> (f64, f64) {
        let width = self.width.min(self.height * self.ratio) / self.zoom;
        (width, width / self.ratio)
    }

    /// Moves the part by shares of its own width and height.
    pub fn moved(self, across: f64, down: f64) -> Crop {
        let (width, height) = self.size();
        Crop { x: self.x + across * width, y: self.y + down * height, ..self }.inside()
    }

    /// Goes nearer or farther; the middle stays where it can.
    pub fn zoomed(self, zoom: f64) -> Crop {
        Crop { zoom: zoom.clamp(1.0, ZOOM_MAX), ..self }.inside()
    }

    fn inside(self) -> Crop {
        let (width, height) = self.size();
        let (x, y) = (width / 2.0, height / 2.0);
        Crop { x: self.x.clamp(x, self.width - x), y: self.y.clamp(y, self.height - y), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_begins_with_the_largest_part_in_the_middle() {
        let part = Crop::new(400, 300, 1.0).part();
        assert_eq!(part, Part { left: 50.0, top: 0.0, width: 300.0, height: 300.0 });
        let part = Crop::new(600, 600, 6.0).part();
        assert_eq!(part, Part { left: 0.0, top: 250.0, width: 600.0, height: 100.0 });
    }

    #[test]
    fn it_never_leaves_the_picture() {
        let crop = Crop::new(400, 300, 1.0);
        assert_eq!(crop.moved(-9.0, -9.0).part().left, 0.0);
        assert_eq!(crop.moved(9.0, 9.0).part(), Part { left: 100.0, top: 0.0, width: 300.0, height: 300.0 });
        let corner = crop.zoomed(2.0).moved(9.0, 9.0);
        assert_eq!(corner.part(), Part { left: 250.0, top: 150.0, width: 150.0, height: 150.0 });
        assert_eq!(corner.zoomed(1.0).part(), Part { left: 100.0, top: 0.0, width: 300.0, height: 300.0 });
        assert_eq!(crop.zoomed(99.0).zoom, ZOOM_MAX);
    }
}
