//! Face, name and a few words about oneself.

use shared::api::MeChange;
use shared::limits::USER_DESCRIPTION_LENGTH;
use web_sys::Blob;
use yew::prelude::*;

use super::view::SectionProps;
use crate::api::{self, Failure};
use crate::browser::spawn::spawn;
use crate::components::{avatar, complaint};
use crate::locale::use_locale;
use crate::session::use_session;
use crate::studio::people::fields::{Fields, Kind, on_submit, use_form};
use crate::studio::people::form::Form;
use crate::studio::people::picture::{AVATAR, Pick};
use crate::text::problems::explain;

/// Face, name and a few words about oneself.
#[component]
pub fn Profile(props: &SectionProps) -> Html {
    let locale = use_locale();
    let (words, people) = (locale.words(), locale.people());
    let client = use_session().client;
    let account = &props.me.account;
    let form = use_form("profile", || {
        Form::of([
            ("displayName", account.display_name.clone()),
            ("description", account.description.clone().unwrap_or_default()),
        ])
    });
    let refused = use_state(|| None::<Failure>);
    let set_face = {
        let (client, refused, on_change) = (client.clone(), refused.setter(), props.on_change.clone());
        move |face: Option<Blob>| {
            let (client, refused, on_change) = (client.clone(), refused.clone(), on_change.clone());
            spawn(async move {
                match api::set_my_avatar(&client, face.as_ref()).await {
                    Ok(()) => {
                        refused.set(None);
                        on_change.emit(());
                    }
                    Err(failure) => refused.set(Some(failure)),
                }
            });
        }
    };
    let on_pick = {
        let set_face = set_face.clone();
        Callback::from(move |face: Blob| set_face(Some(face)))
    };
    let drop_face = Callback::from(move |_: MouseEvent| set_face(None));
    let onsubmit = {
        let on_change = props.on_change.clone();
        on_submit(&form, &["displayName"], &[], move |form| {
            let (client, on_change) = (client.clone(), on_change.clone());
            async move {
                let change = MeChange {
                    display_name: Some(form.trimmed("displayName").to_owned()),
                    description: Some(form.filled("description")),
                    ..MeChange::default()
                };
                api::change_me(&client, &change).await?;
                on_change.emit(());
                Ok(())
            }
        })
    };
    let fields = Fields { id: "profile", form: &form, locale: &locale };
    let hint = people.field_about_hint.replacen("{}", &USER_DESCRIPTION_LENGTH.end().to_string(), 1);
    html! {
        <section class="sheet section">
            <h2>{ people.section_profile }</h2>
            <div class="face">
                { avatar(&account.display_name, &account.avatars, 96) }
                <div class="face-words">
                    <p><strong>{ &account.display_name }</strong></p>
                    <p class="row-facts"><span>{ "@" }{ &account.name }{ "@" }{ &account.host }</span></p>
                    <div class="face-acts">
                        <Pick id="face" label={words.choose_picture} shape={AVATAR} {on_pick} />
                        if !account.avatars.is_empty() {
                            <button type="button" class="button button-quiet" onclick={drop_face}>{ people.drop_avatar }</button>
                        }
                    </div>
                </div>
            </div>
            if let Some(refused) = &*refused {
                { complaint(explain(refused, words)) }
            }
            <form id="profile" class="section-form" {onsubmit} novalidate=true>
                { fields.text("displayName", people.field_display_name, "", Kind::Line("name")) }
                { fields.text("description", people.field_about, &hint, Kind::Lines(5)) }
                { fields.outcome(people.saved) }
                <div class="form-acts">{ fields.send(words.save, "button-main") }</div>
            </form>
        </section>
    }
}
