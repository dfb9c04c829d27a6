//! Who is signed in, and the client that carries their tokens.
//!
//! Owns the person's own record and the ways in and out. Never stores tokens: that is the client's. The surprise:
//! another tab may sign in or out, so this one listens to what is stored.

use std::rc::Rc;

use gloo::events::EventListener;
use shared::api::{Me, Tokens};
use wasm_bindgen::JsCast;
use web_sys::StorageEvent;
use yew::prelude::*;

use crate::api::{self, Client, Failure};
use crate::browser::page;
use crate::browser::spawn::spawn;

/// Who looks at the page.
#[derive(Clone, PartialEq, Debug)]
pub enum Viewer {
    /// Nobody is signed in.
    Stranger,
    /// Somebody is, but we do not know yet who.
    Arriving,
    /// This person.
    Person(Rc<Me>),
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

    /// The person, where one is signed in and known.
    pub fn person(&self) -> Option<&Rc<Me>> {
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

/// What [`SessionProvider`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Told whether the instance answers.
    pub reached: Callback<bool>,
    /// What stands under it.
    pub children: Html,
}

/// Gives its children the session.
#[component]
pub fn SessionProvider(props: &Props) -> Html {
    let viewer = use_state(|| Viewer::Stranger);
    let client = use_memo((), |()| {
        let viewer = viewer.clone();
        Client::new(props.reached.clone(), Callback::from(move |()| viewer.set(Viewer::Stranger)))
    });
    let client = (*client).clone();

    let meet = {
        let (viewer, client) = (viewer.setter(), client.clone());
        Callback::from(move |()| {
            if !client.has_tokens() {
                viewer.set(Viewer::Stranger);
                return;
            }
            viewer.set(Viewer::Arriving);
            let (viewer, client) = (viewer.clone(), client.clone());
            spawn(async move { meet(&client, &viewer).await });
        })
    };
    use_effect_with((), {
        let meet = meet.clone();
        move |()| {
            meet.emit(());
            let others = EventListener::new(&page::window(), "storage", move |event| {
                let key = event.dyn_ref::<StorageEvent>().and_then(StorageEvent::key);
                // Another tab signed in or out; a mere renewal keeps the person.
                let event = event.dyn_ref::<StorageEvent>();
                let changed =
                    event.is_some_and(|event| event.old_value().is_none() != event.new_value().is_none());
                if key.as_deref() == Some("shoal.session") && changed {
                    meet.emit(());
                }
            });
            move || drop(others)
        }
    });

    let enter = {
        let (client, meet) = (client.clone(), meet.clone());
        Callback::from(move |tokens: Tokens| {
            client.keep(&tokens);
            meet.emit(());
        })
    };
    let leave = {
        let (viewer, client) = (viewer.setter(), client.clone());
        Callback::from(move |()| {
            let (viewer, client) = (viewer.clone(), client.clone());
            spawn(async move {
                // The browser forgets the tokens even where the instance could not be told.
                let _ = api::log_out(&client).await;
                client.forget();
                viewer.set(Viewer::Stranger);
            });
        })
    };
    let session = Session { client, viewer: (*viewer).clone(), enter, leave };
    html! {
        <ContextProvider<Session> context={session}>{ props.children.clone() }</ContextProvider<Session>>
    }
}

async fn meet(client: &Client, viewer: &UseStateSetter<Viewer>) {
    match api::me(client).await {
        Ok(me) => viewer.set(Viewer::Person(Rc::new(me))),
        // Without an answer we do not know; the tokens stay for the next try.
        Err(Failure::Unreachable | Failure::Unreadable) => viewer.set(Viewer::Stranger),
        Err(Failure::Refused { .. }) => viewer.set(Viewer::Stranger),
    }
}
