//! Who is signed in, and the client that carries their tokens.
//!
//! Owns the person's own record and the ways in and out. Never stores tokens: that is the client's. The surprise:
//! somebody may sign in or out elsewhere, in the other program of this window or in another tab, so this one listens.

use std::rc::Rc;

use gloo::events::EventListener;
use shared::api::Tokens;
use wasm_bindgen::JsCast;
use web_sys::StorageEvent;
use yew::prelude::*;

use crate::api::{self, Client, Person};
use crate::browser::bus::{Word, hear, tell};
use crate::browser::page;
use crate::browser::spawn::spawn;
use crate::locale::{self, Language, ProviderProps};
use crate::theme;

/// Who looks at the page.
#[derive(Clone, PartialEq, Debug)]
pub enum Viewer {
    /// Nobody is signed in.
    Stranger,
    /// Somebody is, but we do not know yet who.
    Arriving,
    /// This person.
    Person(Rc<Person>),
}

/// Who is signed in, and the ways in and out.
#[derive(Clone, PartialEq)]
pub struct Session {
    /// The API, with this person's tokens.
    pub client: Client,
    /// Who looks at the page.
    pub viewer: Viewer,
    enter: Callback<Tokens>,
    leave: Callback<()>,
}

impl Session {
    /// Begins a session with the tokens of a login.
    pub fn enter(&self, tokens: Tokens) {
        self.enter.emit(tokens);
    }

    /// Ends the session, here and on the instance.
    pub fn leave(&self) {
        self.leave.emit(());
    }

    /// Asks anew who the person is: what is said of them has changed.
    pub fn renew(&self) {
        tell(Word::Person, "");
    }

    /// The person, where one is signed in and known.
    pub fn person(&self) -> Option<&Rc<Person>> {
        match &self.viewer {
            Viewer::Person(me) => Some(me),
            Viewer::Stranger | Viewer::Arriving => None,
        }
    }
}

/// The session, in any component under [`SessionProvider`].
#[hook]
pub fn use_session() -> Session {
    use_context::<Session>().expect("the app stands in a SessionProvider")
}

/// Gives its children the session.
#[component]
pub fn SessionProvider(props: &ProviderProps) -> Html {
    let client = use_memo((), |()| Client::new());
    let client = (*client).clone();
    // From the first picture on: nobody who is signed in is asked to sign in.
    let viewer = use_state(|| if client.has_tokens() { Viewer::Arriving } else { Viewer::Stranger });
    use_effect_with((), {
        let (viewer, client) = (viewer.setter(), client.clone());
        move |()| {
            let again = {
                let (viewer, client) = (viewer.clone(), client.clone());
                move |_: String| {
                    let (viewer, client) = (viewer.clone(), client.clone());
                    spawn(async move {
                        // Without an answer what is known stays.
                        if let Ok(person) = api::me(&client).await {
                            viewer.set(Viewer::Person(Rc::new(person)));
                        }
                    });
                }
            };
            let changed = hear(Word::Person, again);
            let meet = move || {
                viewer.set(if client.has_tokens() { Viewer::Arriving } else { Viewer::Stranger });
                if client.has_tokens() {
                    let (viewer, client) = (viewer.clone(), client.clone());
                    spawn(async move {
                        // Without an answer the tokens stay for the next visit.
                        let met = api::me(&client).await;
                        viewer.set(met.map_or(Viewer::Stranger, |person| Viewer::Person(Rc::new(person))));
                    });
                }
            };
            meet();
            let again = meet.clone();
            let here = hear(Word::Session, move |_| again());
            let elsewhere = EventListener::new(&page::window(), "storage", move |event| {
                let Some(event) = event.dyn_ref::<StorageEvent>() else { return };
                // A mere renewal of tokens keeps the person.
                let changed = event.old_value().is_none() != event.new_value().is_none();
                if changed && event.key().as_deref() == Some(api::SESSION_STORED_AS) {
                    meet();
                }
            });
            move || drop((here, elsewhere, changed))
        }
    });
    let enter = {
        let client = client.clone();
        Callback::from(move |tokens: Tokens| {
            client.keep(&tokens);
            tell(Word::Session, "");
            let client = client.clone();
            spawn(async move {
                // What one chose elsewhere counts here from now on.
                if let Ok(person) = api::me(&client).await {
                    if let Some(language) = person.language.as_deref().and_then(Language::spoken) {
                        locale::choose(language);
                    }
                    if let Some(choice) = theme::Choice::known(&person.theme) {
                        theme::choose(choice);
                    }
                }
            });
        })
    };
    let leave = {
        let client = client.clone();
        Callback::from(move |()| {
            let client = client.clone();
            spawn(async move {
                // The browser forgets the tokens even where the instance could not be told.
                let _ = api::log_out(&client).await;
                client.forget();
                tell(Word::Session, "");
            });
        })
    };
    let session = Session { client, viewer: (*viewer).clone(), enter, leave };
    html! {
        <ContextProvider<Session> context={session}>{ props.children.clone() }</ContextProvider<Session>>
    }
}
