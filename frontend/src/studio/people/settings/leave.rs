//! The end of an account: nothing of it stays, so whoever asks types their name first.

use yew::prelude::*;

use super::view::SectionProps;
use crate::api;
use crate::browser::bus::{Word, tell};
use crate::locale::use_locale;
use crate::navigation;
use crate::route::{Route, Shelf};
use crate::session::use_session;
use crate::studio::people::farewell::{Farewell, work};

/// Those who keep the whole instance cannot leave it (the server's `may_leave`).
const ADMINISTRATOR: u32 = 0;

/// The end of an account.
#[component]
pub fn Leave(props: &SectionProps) -> Html {
    let locale = use_locale();
    let people = locale.people();
    let session = use_session();
    let is_asked = use_state(|| false);
    let ask = {
        let is_asked = is_asked.setter();
        Callback::from(move |_: MouseEvent| is_asked.set(true))
    };
    let on_close = {
        let is_asked = is_asked.setter();
        Callback::from(move |()| is_asked.set(false))
    };
    let act = {
        let session = session.clone();
        Callback::from(move |()| {
            let session = session.clone();
            work(async move {
                api::leave_for_ever(&session.client).await?;
                session.client.forget();
                tell(Word::Session, "");
                navigation::go(&Route::Browse(Shelf::Recent));
                Ok(())
            })
        })
    };
    html! {
        <section class="sheet section">
            <h2>{ people.leave }</h2>
            if props.me.role.id == ADMINISTRATOR {
                <p>{ people.leave_not_admin }</p>
            } else {
                <p>{ people.leave_text }</p>
                <div class="form-acts">
                    <button type="button" class="button button-bad" onclick={ask}>{ people.leave }</button>
                </div>
            }
            if *is_asked {
                <Farewell title={people.leave_title} text={people.leave_text} name={props.me.username.clone()} {act} {on_close} />
            }
        </section>
    }
}
