//! Which page of people and their settings stands for which address.

use yew::prelude::*;

use super::{channels, mails, offers, registrations, settings, sign_up, users};
use crate::api::MailWish;
use crate::people_route::PeoplePage;
use crate::studio::imports::Imports;
use crate::studio::interaction::Interaction;
use crate::studio::syncs::Syncs;

/// Which page stands for which address.
pub fn people_page(page: &PeoplePage) -> Html {
    let key = page.to_string();
    match page {
        PeoplePage::SignUp => html! { <sign_up::SignUp /> },
        PeoplePage::Confirm { whose, proof, is_new_address } => html! {
            <mails::Confirm {key} whose={whose.clone()} proof={proof.clone()} is_new_address={*is_new_address} />
        },
        PeoplePage::AskConfirm => html! { <mails::AskMail {key} wish={MailWish::Confirm} /> },
        PeoplePage::AskReset => html! { <mails::AskMail {key} wish={MailWish::Reset} /> },
        PeoplePage::Reset { user, proof } => html! {
            <mails::Reset {key} user={user.clone()} proof={proof.clone()} />
        },
        PeoplePage::Settings(section) => html! { <settings::Settings section={*section} /> },
        PeoplePage::Channels => html! { <channels::Channels /> },
        PeoplePage::NewChannel => html! { <channels::EditChannel {key} name={None::<String>} /> },
        PeoplePage::EditChannel(name) => html! { <channels::EditChannel {key} name={Some(name.clone())} /> },
        PeoplePage::Offers => html! { <offers::Offers /> },
        PeoplePage::Imports => html! { <Imports /> },
        PeoplePage::Syncs => html! { <Syncs /> },
        PeoplePage::Interaction(uri) => html! { <Interaction {key} uri={uri.clone()} /> },
        PeoplePage::Users => html! { <users::Users /> },
        PeoplePage::Registrations => html! { <registrations::Registrations /> },
    }
}
