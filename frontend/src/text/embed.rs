//! The lines of HTML that show a video on another site.

use super::addresses::encode;

/// Width of the frame people are given.
const WIDTH: u32 = 560;

/// An `<iframe>` with the player of a video.
pub fn iframe(origin: &str, embed_path: &str, title: &str, start: Option<u32>, ratio: Option<f64>) -> String {
    let query = start.map(|start| format!("?start={start}s")).unwrap_or_default();
    let height = height(ratio);
    let (title, path) = (escape(title), escape(embed_path));
    format!(
        "<iframe title=\"{title}\" width=\"{WIDTH}\" height=\"{height}\" src=\"{origin}{path}{query}\" \
         frameborder=\"0\" allow=\"autoplay; fullscreen; picture-in-picture\" allowfullscreen \
         sandbox=\"allow-same-origin allow-scripts allow-popups allow-forms\"></iframe>"
    )
}

/// The address of a video's page.
pub fn link(origin: &str, short: &str, start: Option<u32>) -> String {
    let query = start.map(|start| format!("?start={start}s")).unwrap_or_default();
    format!("{origin}/w/{}{query}", encode(short))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred pixels")]
fn height(ratio: Option<f64>) -> u32 {
    let ratio = ratio.filter(|ratio| (0.2..5.0).contains(ratio)).unwrap_or(16.0 / 9.0);
    (f64::from(WIDTH) / ratio).round() as u32
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_break_out_of_its_attribute() {
        let html = iframe("https://a.example", "/videos/embed/1", "\"><script>&", None, None);
        assert!(html.contains("title=\"&quot;&gt;&lt;script&gt;&amp;\""), "{html}");
        assert!(html.contains("height=\"315\""), "{html}");
    }

    #[test]
    fn the_frame_has_the_shape_of_the_video() {
        let html = iframe("https://a.example", "/videos/embed/1", "t", Some(62), Some(0.5625));
        assert!(html.contains("height=\"996\"") && html.contains("/videos/embed/1?start=62s\""), "{html}");
    }

    #[test]
    fn a_link_may_start_later() {
        assert_eq!(link("https://a.example", "abc", None), "https://a.example/w/abc");
        assert_eq!(link("https://a.example", "abc", Some(5)), "https://a.example/w/abc?start=5s");
    }
}
