//! What a file is, by its name. Owns the list of types we serve; never looks inside a file: what users upload only
//! ever leaves under a name, and so a type, of ours.

/// The `Content-Type` of a file with this name.
#[must_use]
pub fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "m3u8" => "application/vnd.apple.mpegurl",
        "mp4" => "video/mp4",
        "json" | "map" => "application/json; charset=UTF-8",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        "ico" => "image/x-icon",
        "vtt" => "text/vtt; charset=UTF-8",
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        // Browsers compile wasm while it arrives only under this very type.
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json; charset=utf-8",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "xml" => "application/xml; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_extension_counts() {
        for (name, expected) in [
            ("a-master.m3u8", "application/vnd.apple.mpegurl"),
            ("a.mp4", "video/mp4"),
            ("a.m3u8.html", "text/html; charset=utf-8"),
            ("shoal-player_bg.wasm", "application/wasm"),
            ("mp4", "application/octet-stream"),
            ("", "application/octet-stream"),
            ("a.exe", "application/octet-stream"),
        ] {
            assert_eq!(media_type(name), expected, "{name}");
        }
    }
}
