//! What descriptions look like, and what strangers try with them.

use expect_test::{Expect, expect};

use super::tree::DEPTH_MAX;
use super::{Node, Tag, parse};

fn show(nodes: &[Node]) -> String {
    let around = |name: &str, inner: &[Node]| format!("{name}[{}]", show(inner));
    nodes
        .iter()
        .map(|node| match node {
            Node::Text(text) => text.clone(),
            Node::Break => "/".to_owned(),
            Node::Rule => "---".to_owned(),
            Node::Moment { text, seconds } => format!("moment({text} {seconds})"),
            Node::Around(Tag::Link(address), inner) => around(&format!("link({address})"), inner),
            Node::Around(tag, inner) => around(&format!("{tag:?}").to_lowercase(), inner),
        })
        .collect()
}

fn check(text: &str, expected: Expect) {
    expected.assert_eq(&show(&parse(text)));
}

#[test]
fn emphasis_and_code_are_read() {
    check(
        "**bold** _soft_ ~~gone~~ `x<y` __two__ *a **b** c* ***both*** ``a`b``",
        expect![
            "paragraph[strong[bold] emphasis[soft] strike[gone] code[x<y] strong[two] emphasis[a strong[b] c] strong[emphasis[both]] code[a`b]]"
        ],
    );
}

#[test]
fn marks_that_mean_nothing_stay_as_they_are() {
    check(
        r"2 * 3 * 4, snake_case_name, \*stars\*, **open, `open, ~ 5 €",
        expect!["paragraph[2 * 3 * 4, snake_case_name, *stars*, **open, `open, ~ 5 €]"],
    );
}

#[test]
fn blocks_are_read() {
    check(
        "# Head #\n\none\ntwo\n\n> said\n> again\n\n---\n```rust\nlet a = 1;\n\n**b**\n```\nend\n#hashtag",
        expect![
            "heading[Head]paragraph[one/two]quote[paragraph[said/again]]---codeblock[let a = 1;\n\n**b**]paragraph[end/#hashtag]"
        ],
    );
}

#[test]
fn lists_are_read_also_in_lists() {
    check(
        "- a\n- b\n  - c\n  - d\n- e\n\n1. f\n2) g\n   more\n\nend",
        expect!["list[item[a]item[blist[item[c]item[d]]]item[e]]numbers[item[f]item[g/more]]paragraph[end]"],
    );
    check("-no list\n1.5 litres", expect!["paragraph[-no list/1.5 litres]"]);
}

#[test]
fn html_is_only_letters() {
    check(
        "<script>alert(1)</script>\n\na <img src=x onerror=alert(1)> b",
        expect!["paragraph[<script>alert(1)</script>]paragraph[a <img src=x onerror=alert(1)> b]"],
    );
}

#[test]
fn links_lead_only_to_the_web_and_to_mail() {
    check(
        "[a](https://ok.example) [b](javascript:alert(1)) [c](mailto:a@b.example \"t\") [d](/admin) [e](JaVaScRiPt:x) [f](data:text/html,x) <vbscript:x> <https://g.example>",
        expect![
            "paragraph[link(https://ok.example)[a] b link(mailto:a@b.example)[c] d e f <vbscript:x> link(https://g.example)[https://g.example]]"
        ],
    );
}

#[test]
fn links_hold_words_but_no_links_or_moments() {
    check(
        "[**1:02** https://x.example [a](https://b.example)](https://c.example)",
        expect!["paragraph[link(https://c.example)[strong[1:02] https://x.example [a](https://b.example)]]"],
    );
    check(
        "[open](https://a.example",
        expect!["paragraph[[open](link(https://a.example)[https://a.example]]"],
    );
}

#[test]
fn pictures_become_links() {
    check(
        "![cat](https://pics.example/cat.png)!",
        expect!["paragraph[link(https://pics.example/cat.png)[cat]!]"],
    );
}

#[test]
fn bare_addresses_become_links_without_the_sentence_around_them() {
    check(
        "See https://a.example/x_y_z?q=1. (http://b.example/w_(film)) https:// xhttp://no.example",
        expect![
            "paragraph[See link(https://a.example/x_y_z?q=1)[https://a.example/x_y_z?q=1]. (link(http://b.example/w_(film))[http://b.example/w_(film)]) https:// xhttp://no.example]"
        ],
    );
}

#[test]
fn times_become_moments() {
    check(
        "0:00 intro\n1:02:03 end, at 12:34. Not 1:2, 12:60, 10:30am or v1:02",
        expect![
            "paragraph[moment(0:00 0) intro/moment(1:02:03 3723) end, at moment(12:34 754). Not 1:2, 12:60, 10:30am or v1:02]"
        ],
    );
}

fn depth(nodes: &[Node]) -> usize {
    let inner = |node: &Node| match node {
        Node::Around(_, inner) => 1 + depth(inner),
        Node::Text(_) | Node::Break | Node::Rule | Node::Moment { .. } => 0,
    };
    nodes.iter().map(inner).max().unwrap_or(0)
}

#[test]
fn what_strangers_nest_deeply_is_read_and_stays_shallow() {
    for piece in
        [">", "- ", "[", "*a ", "**", "_a", "`", "~~a ", "[a](", "![", "<", "1. ", "> - ", "(*[", "\\"]
    {
        let text = format!("{} deep", piece.repeat(10_000 / piece.len()));
        let nodes = parse(&text);
        assert!(depth(&nodes) <= 2 * DEPTH_MAX + 4, "{piece}");
    }
}

#[test]
fn no_text_makes_it_panic() {
    let pieces = [
        "*", "_", "[", "]", "(", ")", "<", ">", "`", "~", "#", "-", "1.", " ", "\n", "é", "日", "http://",
        "0:00", "\\", "!",
    ];
    let mut seed = 7u32;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..12 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            text.push_str(pieces[usize::try_from(seed >> 16).unwrap() % pieces.len()]);
        }
        parse(&text);
    }
}
