//! What belongs to a video's time line: editors of captions and chapters.

use std::collections::BTreeMap;
use std::rc::Rc;

use shared::api::{Caption, ChapterEntry};
use shared::limits::{CHAPTER_TITLE_LENGTH, CHAPTERS_MAX};
use web_sys::{File, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::api::{self, Failure};
use crate::browser::spawn::spawn;
use crate::components::{Glyph, Loading, Tone, alert, complaint, failed, icon, use_loaded};
use crate::locale::use_locale;
use crate::session::use_session;
use crate::text::durations::{clock, parse_clock};
use crate::text::problems::explain;
use crate::text::words::Words;

/// What the editors take.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// UUID.
    pub video: String,
}

/// Where a change is.
#[derive(Clone, PartialEq)]
enum Stage {
    Open,
    Sending,
    Done,
    Refused(String),
}

impl Stage {
    fn show(&self, done: &'static str) -> Html {
        match self {
            Stage::Open | Stage::Sending => Html::default(),
            Stage::Done => alert(Tone::Good, html! { <p>{ done }</p> }),
            Stage::Refused(why) => complaint(why.clone()),
        }
    }
}

/// What was wrong with a file of captions: the line, where the instance names it.
fn why(failure: &Failure, words: &'static Words) -> String {
    if let Failure::Refused { problem, .. } = failure
        && let Some(wrong) = problem.invalid_params.get("captionfile")
    {
        return wrong.msg.clone();
    }
    explain(failure, words)
}

/// Adds, lists and deletes captions.
#[component]
pub fn Captions(props: &Props) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let client = use_session().client;
    let version = use_state(|| 0u32);
    let listed = use_loaded((props.video.clone(), *version), {
        let client = client.clone();
        move |(video, _): &(String, u32)| {
            let video = video.clone();
            async move { api::captions(&client, &video).await }
        }
    });
    let languages = use_loaded((), {
        let client = client.clone();
        move |()| async move { api::languages(&client).await }
    });
    let language = use_state(|| locale.language().tag().to_owned());
    let stage = use_state(|| Stage::Open);
    let file = use_node_ref();
    let chosen = use_state(|| None::<File>);
    let onchange = {
        let (chosen, stage) = (chosen.setter(), stage.setter());
        Callback::from(move |event: Event| {
            let input = event.target_unchecked_into::<HtmlInputElement>();
            chosen.set(input.files().and_then(|files| files.get(0)));
            stage.set(Stage::Open);
        })
    };
    let onlanguage = {
        let language = language.setter();
        Callback::from(move |event: Event| {
            language.set(event.target_unchecked_into::<HtmlSelectElement>().value());
        })
    };
    let onsubmit = {
        let (client, video, language, chosen) =
            (client.clone(), props.video.clone(), language.clone(), chosen.clone());
        let (stage, version, file) = (stage.clone(), version.clone(), file.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(sent) = (*chosen).clone() else { return };
            stage.set(Stage::Sending);
            let (client, video, language) = (client.clone(), video.clone(), (*language).clone());
            let (stage, next, version) = (stage.setter(), *version + 1, version.setter());
            let (file, chosen) = (file.clone(), chosen.setter());
            spawn(async move {
                match api::put_caption(&client, &video, &language, &sent).await {
                    Ok(()) => {
                        stage.set(Stage::Done);
                        version.set(next);
                        chosen.set(None);
                        if let Some(input) = file.cast::<HtmlInputElement>() {
                            input.set_value("");
                        }
                    }
                    Err(failure) => stage.set(Stage::Refused(why(&failure, words))),
                }
            });
        })
    };
    let remove = {
        let (client, video) = (client.clone(), props.video.clone());
        let (stage, version) = (stage.clone(), version.clone());
        Callback::from(move |language: String| {
            let (client, video) = (client.clone(), video.clone());
            let (stage, next, version) = (stage.setter(), *version + 1, version.setter());
            spawn(async move {
                match api::delete_caption(&client, &video, &language).await {
                    Ok(()) => {
                        stage.set(Stage::Open);
                        version.set(next);
                    }
                    Err(failure) => stage.set(Stage::Refused(why(&failure, words))),
                }
            });
        })
    };
    let row = |caption: &Caption| {
        let (remove, language) = (remove.clone(), caption.language.id.clone());
        let onclick = Callback::from(move |_: MouseEvent| remove.emit(language.clone()));
        let name = locale.language_name(&caption.language.id, &caption.language.label);
        html! {
            <li key={caption.language.id.clone()} class="line">
                <a href={caption.caption_path.clone()}>{ &name }</a>
                <button type="button" class="button button-quiet" {onclick}
                    aria-label={words.caption_delete.replacen("{}", &name, 1)}>
                    { icon(Glyph::Bin) }{ words.delete }
                </button>
            </li>
        }
    };
    let known: Option<Rc<BTreeMap<String, String>>> = match &languages.state {
        Loading::Here(known) => Some(known.clone()),
        Loading::Waiting | Loading::Failed(_) => None,
    };
    let mut options: Vec<(String, String)> = known
        .iter()
        .flat_map(|known| known.iter())
        .map(|(code, label)| (code.clone(), locale.language_name(code, label)))
        .collect();
    locale.sort(&mut options, |(_, name)| name);
    html! {
        <section class="sheet lines" aria-labelledby="captions-title">
            <h2 id="captions-title">{ words.captions_title }</h2>
            {
                match &listed.state {
                    Loading::Waiting => Html::default(),
                    Loading::Failed(failure) => failed(failure, &listed.again, words),
                    Loading::Here(captions) if captions.is_empty() => html! {
                        <>
                            <p>{ words.captions_none }</p>
                            <Listen video={props.video.clone()} />
                        </>
                    },
                    Loading::Here(captions) => html! { <ul class="line-list">{ for captions.iter().map(row) }</ul> },
                }
            }
            <form class="line-form" {onsubmit}>
                <div class="field">
                    <label for="caption-language">{ words.caption_language }</label>
                    <select id="caption-language" onchange={onlanguage}>
                        { for options.iter().map(|(code, name)| html! {
                            <option value={code.clone()} selected={*code == *language}>{ name }</option>
                        }) }
                    </select>
                </div>
                <div class="field">
                    <label for="caption-file">{ words.caption_file }</label>
                    <input ref={file} id="caption-file" type="file" accept=".vtt,.srt,text/vtt" {onchange} />
                </div>
                <button type="submit" class="button" disabled={chosen.is_none() || *stage == Stage::Sending}>
                    { words.caption_add }
                </button>
            </form>
            { stage.show(words.caption_saved) }
        </section>
    }
}

/// Has what is said written down, where the instance does that.
#[component]
fn Listen(props: &Props) -> Html {
    let words = use_locale().words();
    let client = use_session().client;
    let offered = use_loaded((), {
        let client = client.clone();
        move |()| async move { api::may_transcribe(&client).await }
    });
    let stage = use_state(|| Stage::Open);
    let onclick = {
        let (video, stage) = (props.video.clone(), stage.setter());
        Callback::from(move |_: MouseEvent| {
            let (client, video, stage) = (client.clone(), video.clone(), stage.clone());
            stage.set(Stage::Sending);
            spawn(async move {
                stage.set(match api::transcribe(&client, &video).await {
                    Ok(()) => Stage::Done,
                    Err(failure) => Stage::Refused(why(&failure, words)),
                });
            });
        })
    };
    match &offered.state {
        Loading::Here(offered) if **offered => {}
        // What is not offered is nothing to be told about.
        Loading::Here(_) | Loading::Waiting | Loading::Failed(_) => return Html::default(),
    }
    let is_asked = matches!(*stage, Stage::Sending | Stage::Done);
    html! {
        <>
            <button type="button" class="button button-quiet" {onclick} disabled={is_asked}>
                { words.caption_listen }
            </button>
            { stage.show(words.caption_listening) }
        </>
    }
}

/// A chapter as it is typed.
#[derive(Clone, PartialEq, Debug)]
struct Line {
    time: String,
    title: String,
}

/// The chapters that were typed, or the number of the first that is wrong.
fn read(lines: &[Line]) -> Result<Vec<ChapterEntry>, usize> {
    let mut chapters: Vec<ChapterEntry> = Vec::new();
    for (number, line) in (1..).zip(lines) {
        let title = line.title.trim();
        let timecode = parse_clock(line.time.trim()).map(u64::from).ok_or(number)?;
        let is_fit = CHAPTER_TITLE_LENGTH.contains(&title.chars().count());
        if !is_fit || chapters.iter().any(|other| other.timecode == timecode) {
            return Err(number);
        }
        chapters.push(ChapterEntry { timecode, title: title.to_owned() });
    }
    chapters.sort_by_key(|chapter| chapter.timecode);
    Ok(chapters)
}

fn lines_of(chapters: &[ChapterEntry]) -> Vec<Line> {
    chapters
        .iter()
        .map(|chapter| Line { time: clock(chapter.timecode), title: chapter.title.clone() })
        .collect()
}

/// Says where parts begin and what they are called.
#[component]
pub fn Chapters(props: &Props) -> Html {
    let words = use_locale().words();
    let client = use_session().client;
    let loaded = use_loaded(props.video.clone(), {
        let client = client.clone();
        move |video: &String| {
            let video = video.clone();
            async move { api::chapters(&client, &video).await }
        }
    });
    let typed = use_state(|| None::<Vec<Line>>);
    let stage = use_state(|| Stage::Open);
    let saved = match &loaded.state {
        Loading::Here(chapters) => lines_of(chapters),
        Loading::Waiting | Loading::Failed(_) => Vec::new(),
    };
    let lines = (*typed).clone().unwrap_or(saved);
    let put = {
        let (typed, stage) = (typed.setter(), stage.setter());
        Callback::from(move |lines: Vec<Line>| {
            typed.set(Some(lines));
            stage.set(Stage::Open);
        })
    };
    let change = |at: usize, edit: fn(&mut Line, String)| {
        let (put, lines) = (put.clone(), lines.clone());
        Callback::from(move |event: InputEvent| {
            let mut lines = lines.clone();
            if let Some(line) = lines.get_mut(at) {
                edit(line, event.target_unchecked_into::<HtmlInputElement>().value());
            }
            put.emit(lines);
        })
    };
    let row = |(at, line): (usize, &Line)| {
        let number = (at + 1).to_string();
        let remove = {
            let (put, lines) = (put.clone(), lines.clone());
            Callback::from(move |_: MouseEvent| {
                let mut lines = lines.clone();
                lines.remove(at);
                put.emit(lines);
            })
        };
        html! {
            <li key={at} class="line field">
                <input class="line-time" type="text" inputmode="numeric" value={line.time.clone()}
                    oninput={change(at, |line, text| line.time = text)}
                    aria-label={words.chapter_time.replacen("{}", &number, 1)} />
                <input class="line-title" type="text" value={line.title.clone()}
                    oninput={change(at, |line, text| line.title = text)}
                    aria-label={words.chapter_name.replacen("{}", &number, 1)} />
                <button type="button" class="button button-quiet" onclick={remove}
                    aria-label={words.chapter_remove.replacen("{}", &number, 1)}>{ icon(Glyph::Bin) }</button>
            </li>
        }
    };
    let add = {
        let (put, lines) = (put.clone(), lines.clone());
        Callback::from(move |_: MouseEvent| {
            let mut lines = lines.clone();
            let time = if lines.is_empty() { clock(0) } else { String::new() };
            lines.push(Line { time, title: String::new() });
            put.emit(lines);
        })
    };
    let onsubmit = {
        let (client, video, lines, stage) =
            (client.clone(), props.video.clone(), lines.clone(), stage.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let chapters = match read(&lines) {
                Ok(chapters) => chapters,
                Err(number) => {
                    let why = words.chapter_wrong.replacen("{}", &number.to_string(), 1);
                    return stage.set(Stage::Refused(why));
                }
            };
            stage.set(Stage::Sending);
            let (client, video, stage) = (client.clone(), video.clone(), stage.setter());
            spawn(async move {
                stage.set(match api::put_chapters(&client, &video, chapters).await {
                    Ok(()) => Stage::Done,
                    Err(failure) => Stage::Refused(explain(&failure, words)),
                });
            });
        })
    };
    html! {
        <form class="sheet lines" {onsubmit} novalidate=true aria-labelledby="chapters-title">
            <h2 id="chapters-title">{ words.chapters_title }</h2>
            <p class="field-hint">{ words.chapters_hint }</p>
            if let Loading::Failed(failure) = &loaded.state { { failed(failure, &loaded.again, words) } }
            <ul class="line-list" id="chapters">{ for lines.iter().enumerate().map(row) }</ul>
            { stage.show(words.chapters_saved) }
            <div class="form-acts">
                <button type="button" class="button" onclick={add} disabled={CHAPTERS_MAX <= lines.len()}>{ words.chapter_add }</button>
                <button type="submit" class="button button-main" disabled={*stage == Stage::Sending}>{ words.chapters_save }</button>
            </div>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(time: &str, title: &str) -> Line {
        Line { time: time.into(), title: title.into() }
    }

    #[test]
    fn chapters_are_read_in_their_order_or_the_wrong_one_is_named() {
        let read_times = |lines: &[Line]| {
            read(lines).map(|chapters| chapters.iter().map(|chapter| chapter.timecode).collect::<Vec<_>>())
        };
        assert_eq!(
            read_times(&[line("1:02", "b"), line("0:00", "a"), line("1:00:00", "c")]),
            Ok(vec![0, 62, 3600])
        );
        assert_eq!(read_times(&[line("0:00", "a"), line("soon", "b")]), Err(2));
        assert_eq!(read_times(&[line("0:00", " ")]), Err(1));
        assert_eq!(read_times(&[line("0:05", "a"), line("0:05", "b")]), Err(2));
        assert_eq!(read_times(&[]), Ok(vec![]));
    }
}
