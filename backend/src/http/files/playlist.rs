//! Hands a file token on to everything a playlist names, for players that cannot add a query of their own.
//!
//! Owns the rewriting; never judges the token. Only the two places where our own playlists name files are touched: a
//! line that is a URI, and a quoted `URI="…"` attribute (RFC 8216 §4.1, §4.2).

/// Appends `?videoFileToken=…` to every URI, and asks for the same in the playlists it leads to.
#[must_use]
pub fn hand_on_token(playlist: &str, token: &str) -> String {
    let plain = format!("?videoFileToken={token}");
    let query = |uri: &str| {
        // A playlist must hand the token on as well; a media file has nothing to hand it to.
        let again = if uri.ends_with(".m3u8") { "&reinjectVideoFileToken=true" } else { "" };
        format!("{uri}{plain}{again}")
    };
    let mut out = String::with_capacity(playlist.len() * 2);
    for line in playlist.split_inclusive('\n') {
        let text = line.trim_end_matches(['\r', '\n']);
        let ending = line.get(text.len()..).unwrap_or_default();
        match (text.starts_with('#'), text.split_once("URI=\"")) {
            (true, Some((before, rest))) => match rest.split_once('"') {
                Some((uri, after)) => {
                    out.push_str(&format!("{before}URI=\"{}\"{after}", query(uri)));
                }
                None => out.push_str(text),
            },
            (false, _) if !text.is_empty() => out.push_str(&query(text)),
            (true | false, _) => out.push_str(text),
        }
        out.push_str(ending);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "86bc350f-4558-4ebb-94f9-a66ab0dd00e5";

    #[test]
    fn a_master_hands_the_token_to_its_playlists() {
        let master = "#EXTM3U\n\
            #EXT-X-VERSION:3\n\
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",URI=\"a-0.m3u8\",DEFAULT=YES\n\
            #EXT-X-STREAM-INF:BANDWIDTH=283650,RESOLUTION=428x240\n\
            a-240.m3u8\n";
        let expected = format!(
            "#EXTM3U\n\
            #EXT-X-VERSION:3\n\
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",URI=\"a-0.m3u8?videoFileToken={TOKEN}&reinjectVideoFileToken=true\",DEFAULT=YES\n\
            #EXT-X-STREAM-INF:BANDWIDTH=283650,RESOLUTION=428x240\n\
            a-240.m3u8?videoFileToken={TOKEN}&reinjectVideoFileToken=true\n"
        );
        assert_eq!(hand_on_token(master, TOKEN), expected);
    }

    #[test]
    fn a_media_playlist_hands_it_to_its_files() {
        let media = "#EXTM3U\r\n#EXT-X-MAP:URI=\"a.mp4\",BYTERANGE=\"1357@0\"\r\n\r\n#EXTINF:4.0,\r\na.mp4\r\n#EXT-X-ENDLIST";
        let expected = format!(
            "#EXTM3U\r\n#EXT-X-MAP:URI=\"a.mp4?videoFileToken={TOKEN}\",BYTERANGE=\"1357@0\"\r\n\r\n#EXTINF:4.0,\r\n\
            a.mp4?videoFileToken={TOKEN}\r\n#EXT-X-ENDLIST"
        );
        assert_eq!(hand_on_token(media, TOKEN), expected);
    }

    #[test]
    fn a_quote_that_never_ends_is_left_alone() {
        assert_eq!(hand_on_token("#EXT-X-MAP:URI=\"a.mp4\n", TOKEN), "#EXT-X-MAP:URI=\"a.mp4\n");
    }
}
