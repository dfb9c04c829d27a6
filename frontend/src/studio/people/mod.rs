//! The pages of people and their settings: coming in, what one chose for oneself, one's channels, other people's logins.
//!
//! Owns what each of them shows and sends. `form` and `fields` are what their forms share: what the instance finds wrong
//! stands beside its field.

mod channels;
mod crop;
mod farewell;
mod fields;
mod form;
mod gigabytes;
mod mails;
mod pager;
mod picture;
mod registrations;
mod settings;
mod sign_up;
mod users;

use yew::prelude::*;

use crate::api::MailWish;
use crate::people_route::PeoplePage;

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
        PeoplePage::Users => html! { <users::Users /> },
        PeoplePage::Registrations => html! { <registrations::Registrations /> },
    }
}
