//! Long lists by pages: which rows are shown, and the way to the others.

use yew::prelude::*;

use crate::api::Window;
use crate::locale::Locale;

/// Rows of one page.
pub const ROWS: usize = 25;

/// The rows that begin with one.
pub fn window(start: usize) -> Window {
    Window { start, count: ROWS }
}

/// Which rows are shown out of how many, as people count.
fn shown(start: usize, total: u64) -> (u64, u64) {
    let start = u64::try_from(start).unwrap_or(u64::MAX);
    let rows = u64::try_from(ROWS).unwrap_or(u64::MAX);
    (start.saturating_add(1).min(total), start.saturating_add(rows).min(total))
}

/// Where one is, and the way on and back; nothing where all fits one page.
pub fn pager(start: usize, total: u64, locale: &Locale, on_start: &Callback<usize>) -> Html {
    let (first, last) = shown(start, total);
    if first <= 1 && total <= last {
        return Html::default();
    }
    let people = locale.people();
    let go = |start: usize| on_start.reform(move |_: MouseEvent| start);
    let place = [first, last, total]
        .iter()
        .fold(people.rows_shown.to_owned(), |text, number| text.replacen("{}", &locale.number(*number), 1));
    html! {
        <div class="pager">
            <button type="button" class="button" disabled={start == 0} onclick={go(start.saturating_sub(ROWS))}>{ people.rows_before }</button>
            <span role="status">{ place }</span>
            <button type="button" class="button" disabled={total <= last} onclick={go(start + ROWS)}>{ people.rows_after }</button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_from_one() {
        assert_eq!(shown(0, 60), (1, 25));
        assert_eq!(shown(50, 60), (51, 60));
        assert_eq!(shown(0, 0), (0, 0));
    }
}
