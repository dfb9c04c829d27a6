//! What was watched of a video: `/stats/videos/{id}`.
//!
//! Owns the plots. Each is a picture for those who see it, and a table for everybody.

use std::rc::Rc;

use futures_util::future::join5;
use shared::api::{OverallStats, Retention, TimeSeries, UsedBy, UserAgents, VideoDetails};
use yew::prelude::*;

use super::gate::gate;
use crate::api::{self, Client, Failure};
use crate::components::{Glyph, Heading, Loading, empty, failed, use_loaded};
use crate::locale::{Locale, use_locale};
use crate::route::Route;
use crate::session::{Viewer, use_session};
use crate::text::durations::clock;
use crate::text::words::makers::MakerWords;

/// What [`Statistics`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Number, UUID or short UUID.
    pub video: String,
}

/// All the page tells.
struct Told {
    video: VideoDetails,
    overall: OverallStats,
    viewers: TimeSeries,
    time: TimeSeries,
    retention: Retention,
    agents: UserAgents,
}

async fn tell(client: &Client, id: &str) -> Result<Told, Failure> {
    let video = api::video(client, id).await?;
    let id = video.card.uuid.to_string();
    let (overall, viewers, time, retention, agents) = join5(
        api::overall(client, &id),
        api::series(client, &id, "viewers"),
        api::series(client, &id, "aggregateWatchTime"),
        api::retention(client, &id),
        api::user_agents(client, &id),
    )
    .await;
    let (overall, viewers, time) = (overall?, viewers?, time?);
    Ok(Told { video, overall, viewers, time, retention: retention?, agents: agents? })
}

/// What was watched of a video.
#[component]
pub fn Statistics(props: &Props) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let session = use_session();
    let client = session.client.clone();
    let key = (props.video.clone(), session.person().map(|me| me.id));
    let loaded = use_loaded(key, move |(video, _)| {
        let video = video.clone();
        async move { tell(&client, &video).await }
    });
    match &session.viewer {
        Viewer::Person(_) => {}
        Viewer::Arriving => {
            return html! { <div class="page"><Heading title={words.statistics} waiting=true /></div> };
        }
        Viewer::Stranger => {
            return html! {
                <div class="page">
                    <Heading title={words.statistics} unseen=true />
                    { gate(words, words.gate_edit, &Route::Statistics(props.video.clone())) }
                </div>
            };
        }
    }
    let body = match &loaded.state {
        Loading::Waiting => html! { <div class="sheet skeleton sheet-tall" aria-hidden="true" /> },
        Loading::Failed(failure) => failed(failure, &loaded.again, words),
        Loading::Here(told) => sheets(told, &locale),
    };
    html! {
        <div class="page page-upload">
            <Heading title={words.statistics} />
            { body }
        </div>
    }
}

fn sheets(told: &Rc<Told>, locale: &Locale) -> Html {
    let words = locale.words();
    let card = &told.video.card;
    let overall = &told.overall;
    let fact = |name: &'static str, value: String| html! { <><dt>{ name }</dt><dd>{ value }</dd></> };
    let peak = match overall.viewers_peak_date {
        Some(date) => format!("{} ({})", locale.number(overall.viewers_peak), locale.date(date)),
        None => locale.number(overall.viewers_peak),
    };
    html! {
        <>
            <section class="sheet stat-facts">
                <h2><a href={Route::watch(&card.short_uuid).to_string()}>{ &card.name }</a></h2>
                <dl class="facts">
                    { fact(words.stat_viewers, locale.number(overall.total_viewers)) }
                    { fact(words.stat_watch_time, clock(overall.total_watch_time)) }
                    { fact(words.stat_average, clock(overall.average_watch_time)) }
                    { fact(words.stat_peak, peak) }
                </dl>
            </section>
            if overall.total_viewers == 0 {
                { empty(Glyph::Chart, words.stat_nobody, "", Html::default()) }
            } else {
                { plots(told, locale) }
            }
        </>
    }
}

fn plots(told: &Told, locale: &Locale) -> Html {
    let words = locale.words();
    let moments = |series: &TimeSeries, show: fn(u64, &Locale) -> String| -> Vec<Point> {
        let hours = series.group_interval == "1 hour";
        let point = |moment: &shared::api::Moment| Point {
            name: if hours { locale.moment(moment.date) } else { locale.date(moment.date) },
            value: moment.value,
            text: show(moment.value, locale),
        };
        series.data.iter().map(point).collect()
    };
    let retained: Vec<Point> = told
        .retention
        .data
        .iter()
        .map(|point| Point {
            name: clock(point.second),
            value: point.retention_percent,
            text: locale.percent(u8::try_from(point.retention_percent).unwrap_or(100)),
        })
        .collect();
    html! {
        <>
            { plot("viewers", words.stat_viewers, words.stat_when, &moments(&told.viewers, |value, locale| locale.number(value)), None, locale) }
            { plot("time", words.stat_watch_time, words.stat_when, &moments(&told.time, |value, _| clock(value)), None, locale) }
            { plot("retention", words.stat_retention, words.stat_moment, &retained, Some(100), locale) }
            { watched_with(&told.agents, told.overall.total_viewers, locale) }
        </>
    }
}

/// What it was watched with: a bar for each family.
fn watched_with(agents: &UserAgents, viewers: u64, locale: &Locale) -> Html {
    let makers = MakerWords::of(locale.language());
    let row = |used: &UsedBy| {
        let percent = (used.viewers * 100).checked_div(viewers).unwrap_or(0).min(100);
        let told = format!(
            "{} ({})",
            locale.number(used.viewers),
            locale.percent(u8::try_from(percent).unwrap_or(100))
        );
        html! {
            <tr>
                <th scope="row">{ makers.device(&used.name) }</th>
                <td class="share-bar"><progress class="progress" max="100" value={percent.to_string()} aria-hidden="true" /></td>
                <td>{ told }</td>
            </tr>
        }
    };
    let group = |title: &'static str, rows: &[UsedBy]| {
        html! {
            <table class="share">
                <caption>{ title }</caption>
                <tbody>{ for rows.iter().map(row) }</tbody>
            </table>
        }
    };
    html! {
        <section class="sheet stack" aria-labelledby="plot-with">
            <h2 id="plot-with">{ makers.stat_with }</h2>
            if agents.clients.is_empty() && agents.devices.is_empty() {
                <p>{ makers.stat_with_none }</p>
            } else {
                <div class="shares">
                    { group(makers.stat_devices, &agents.devices) }
                    { group(makers.stat_systems, &agents.operating_systems) }
                    { group(makers.stat_clients, &agents.clients) }
                </div>
                <p class="field-hint">{ makers.stat_with_hint }</p>
            }
        </section>
    }
}

/// One point of a plot, as it is drawn and as it is read.
struct Point {
    name: String,
    value: u64,
    text: String,
}

/// Units of the picture; it is as wide as its place.
const WIDTH: u64 = 600;
const HEIGHT: u64 = 160;

/// Where the curve goes through: `x,y` of each point, the highest at the top.
fn curve(values: &[u64], top: u64) -> String {
    let (count, top) = (u64::try_from(values.len()).unwrap_or(1), top.max(1));
    let place = |(at, value): (u64, &u64)| {
        let x = if count < 2 { 0 } else { at * WIDTH / (count - 1) };
        format!("{x},{}", HEIGHT - (*value).min(top) * HEIGHT / top)
    };
    (0..).zip(values).map(place).collect::<Vec<_>>().join(" ")
}

fn plot(
    id: &'static str,
    title: &'static str,
    along: &'static str,
    points: &[Point],
    top: Option<u64>,
    locale: &Locale,
) -> Html {
    let words = locale.words();
    let values: Vec<u64> = points.iter().map(|point| point.value).collect();
    let highest = values.iter().copied().max().unwrap_or(0);
    let top_text = points.iter().find(|point| point.value == highest).map(|point| point.text.clone());
    let line = curve(&values, top.unwrap_or(highest));
    let area = format!("0,{HEIGHT} {line} {WIDTH},{HEIGHT}");
    let ends = points.first().zip(points.last());
    html! {
        <section class="sheet" aria-labelledby={format!("plot-{id}")}>
            <h2 id={format!("plot-{id}")}>{ title }</h2>
            <p class="plot-top" aria-hidden="true">{ top_text }</p>
            <svg class="plot" viewBox={format!("0 0 {WIDTH} {HEIGHT}")} preserveAspectRatio="none" aria-hidden="true">
                <polygon class="plot-area" points={area} />
                <polyline class="plot-line" points={line} />
            </svg>
            if let Some((first, last)) = ends {
                <p class="plot-ends" aria-hidden="true"><span>{ &first.name }</span><span>{ &last.name }</span></p>
            }
            <details class="more">
                <summary>{ words.stat_table }</summary>
                <div class="plot-table" tabindex="0" role="region" aria-labelledby={format!("plot-{id}")}>
                    <table>
                        <thead><tr><th scope="col">{ along }</th><th scope="col">{ title }</th></tr></thead>
                        <tbody>
                            { for points.iter().map(|point| html! {
                                <tr><th scope="row">{ &point.name }</th><td>{ &point.text }</td></tr>
                            }) }
                        </tbody>
                    </table>
                </div>
            </details>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_fills_its_picture() {
        assert_eq!(curve(&[0, 5, 10], 10), "0,160 300,80 600,0");
        assert_eq!(curve(&[50, 100], 100), "0,80 600,0");
        assert_eq!((curve(&[], 0), curve(&[7], 7)), (String::new(), "0,0".to_owned()));
        assert_eq!(curve(&[0, 0], 0), "0,160 600,160");
    }
}
