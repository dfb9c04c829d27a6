//! Ties the files on their way to the app: one handle for the upload page and the header.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::Person;
use gloo::events::EventListener;
use web_sys::File;
use yew::prelude::*;

use super::draft::{Draft, Edit, is_video_name};
use super::ledger::{self, Likeness, Unfinished};
use super::pilot::{self, Aim, Pilot};
use super::replacing::use_warning;
use super::ships::{Act, Saving, Ship, Ships};
use super::transfer::{CHUNK_BYTES, Progress, Stage};
use crate::api::{self, Client, Failure, Instance};
use crate::browser::page;
use crate::browser::spawn::spawn;

/// Why a chosen file is not sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unfit {
    /// Its name is not a video's.
    NotAVideo(String),
    /// It has no bytes.
    Empty(String),
}

/// All files on their way, and what can be done with them.
#[derive(Clone)]
pub struct Fleet {
    ships: UseReducerHandle<Ships>,
    crew: Rc<Crew>,
    client: Client,
}

impl PartialEq for Fleet {
    fn eq(&self, other: &Fleet) -> bool {
        self.ships == other.ships
    }
}

/// What does not belong into a state that is compared: files and those who send them.
#[derive(Default)]
struct Crew {
    hands: RefCell<BTreeMap<u32, Hand>>,
    hired: Cell<u32>,
}

struct Hand {
    file: File,
    likeness: Likeness,
    chunk: u64,
    /// Where an earlier visit was sending this file.
    address: Option<String>,
    picture: Option<File>,
    pilot: Option<Pilot>,
}

impl Fleet {
    /// All files, in the order they were chosen.
    pub fn ships(&self) -> &[Ship] {
        &self.ships.0
    }

    /// Percent of all bytes under way, where any are.
    pub fn underway(&self) -> Option<u8> {
        self.ships.underway()
    }

    /// Takes files in; gives back why some are not.
    pub fn add(&self, files: Vec<File>, me: &Rc<Person>, instance: &Instance) -> Vec<Unfit> {
        let mut unfit = Vec::new();
        for file in files {
            if !is_video_name(&file.name()) {
                unfit.push(Unfit::NotAVideo(file.name()));
            } else if file.size() < 1.0 {
                unfit.push(Unfit::Empty(file.name()));
            } else {
                let (fleet, me, instance) = (self.clone(), me.clone(), instance.clone());
                spawn(async move {
                    let likeness = pilot::likeness(&file).await;
                    fleet.board(file, likeness, &me, &instance);
                });
            }
        }
        unfit
    }

    fn board(&self, file: File, likeness: Likeness, me: &Person, instance: &Instance) {
        let id = self.crew.hired.get() + 1;
        self.crew.hired.set(id);
        let known = ledger::find(&likeness);
        // The same file chosen twice is sent once.
        let is_aboard = self.crew.hands.borrow().values().any(|hand| {
            hand.likeness == likeness
                && hand.address.is_some()
                && hand.address == known.as_ref().map(|known| known.address.clone())
        });
        if is_aboard {
            return;
        }
        let advised = instance.client.videos.resumable_upload.max_chunk_size;
        let chunk = if advised == 0 { CHUNK_BYTES } else { advised.min(CHUNK_BYTES) };
        let channel = me.video_channels.first().map(|channel| channel.id);
        let draft = known.as_ref().map_or_else(
            || Draft::of_file(&likeness.name, &instance.defaults.publish, channel),
            |known| known.draft.clone(),
        );
        let ship = Ship {
            id,
            file: likeness.name.clone(),
            progress: Progress {
                stage: Stage::Queued,
                sent: 0,
                size: likeness.size,
                speed: None,
                resumed_at: 0,
            },
            draft,
            saving: Saving::Open { pressed: false },
            pictured: 0,
        };
        let address = known.map(|known| known.address);
        let hand = Hand { file, likeness, chunk, address, picture: None, pilot: None };
        self.crew.hands.borrow_mut().insert(id, hand);
        self.ships.dispatch(Act::Add(Box::new(ship)));
    }

    /// Stops one for now.
    pub fn pause(&self, id: u32) {
        self.with_pilot(id, Pilot::pause);
    }

    /// Lets one go on, or tries again.
    pub fn resume(&self, id: u32) {
        self.with_pilot(id, Pilot::resume);
    }

    /// Stops one for good; the instance and the browser forget it.
    pub fn cancel(&self, id: u32) {
        self.with_pilot(id, Pilot::cancel);
        let hand = self.crew.hands.borrow_mut().remove(&id);
        if let Some(address) = hand.and_then(|hand| hand.address) {
            ledger::forget(&address);
        }
        self.ships.dispatch(Act::Remove(id));
    }

    /// Takes one that is a video off the list.
    pub fn dismiss(&self, id: u32) {
        self.crew.hands.borrow_mut().remove(&id);
        self.ships.dispatch(Act::Remove(id));
    }

    /// Changes what is said of one.
    pub fn edit(&self, id: u32, edit: Edit) {
        self.ships.dispatch(Act::Edit(id, edit));
    }

    /// Gives one a picture.
    pub fn give_picture(&self, id: u32, picture: Option<File>) {
        if let Some(hand) = self.crew.hands.borrow_mut().get_mut(&id) {
            hand.picture = picture;
        }
        self.ships.dispatch(Act::Pictured(id));
    }

    /// Publishes one as soon as its file is there.
    pub fn publish(&self, id: u32) {
        self.ships.dispatch(Act::Publish(id));
    }

    /// Uploads of earlier visits whose files were not chosen again.
    pub fn unfinished(&self) -> Vec<Unfinished> {
        let hands = self.crew.hands.borrow();
        let mut entries = ledger::read();
        entries.retain(|entry| {
            !hands.values().any(|hand| hand.address.as_deref() == Some(entry.address.as_str()))
        });
        entries
    }

    /// Forgets an upload of an earlier visit, here and on the instance.
    pub fn discard(&self, address: &str) {
        ledger::forget(address);
        let (client, address) = (self.client.clone(), address.to_owned());
        spawn(async move { drop(api::discard(&client, &address).await) });
    }

    fn with_pilot(&self, id: u32, act: impl FnOnce(&Pilot)) {
        let pilot = self.crew.hands.borrow().get(&id).and_then(|hand| hand.pilot.clone());
        if let Some(pilot) = pilot {
            act(&pilot);
        }
    }

    /// Starts those whose turn has come.
    fn start(&self) {
        for id in self.ships.to_start() {
            let Some(ship) = self.ships.get(id) else { continue };
            let (file, chunk, address) = {
                let hands = self.crew.hands.borrow();
                let Some(hand) = hands.get(&id) else { continue };
                if hand.pilot.is_some() {
                    continue;
                }
                (hand.file.clone(), hand.chunk, hand.address.clone())
            };
            let announcement = serde_json::to_string(&ship.draft.announced(&ship.file)).unwrap_or_default();
            let report = self.report(id);
            let pilot = Pilot::start(
                self.client.clone(),
                file,
                chunk,
                Aim { announcement, replaces: None, address },
                report,
            );
            if let Some(hand) = self.crew.hands.borrow_mut().get_mut(&id) {
                hand.pilot = Some(pilot);
            }
        }
    }

    fn report(&self, id: u32) -> Callback<(Progress, Option<String>)> {
        let (dispatcher, crew) = (self.ships.dispatcher(), self.crew.clone());
        Callback::from(move |(progress, address): (Progress, Option<String>)| {
            if let Some(hand) = crew.hands.borrow_mut().get_mut(&id) {
                // A new address: the instance had forgotten the old one.
                if let Some(old) = hand.address.take().filter(|old| address.as_ref() != Some(old)) {
                    ledger::forget(&old);
                }
                hand.address = address;
                if let (Stage::Done(_), Some(address)) = (&progress.stage, &hand.address) {
                    ledger::forget(address);
                }
            }
            dispatcher.dispatch(Act::Moved(id, progress));
        })
    }

    /// Remembers every upload under way, as it is now.
    fn remember(&self) {
        let hands = self.crew.hands.borrow();
        for ship in self.ships().iter().filter(|ship| ship.progress.is_underway()) {
            let Some(hand) = hands.get(&ship.id) else { continue };
            let Some(address) = hand.address.clone() else { continue };
            let began = ledger::find(&hand.likeness).map_or_else(page::now, |known| known.began);
            ledger::keep(Unfinished {
                address,
                likeness: hand.likeness.clone(),
                sent: ship.progress.sent,
                began,
                draft: ship.draft.clone(),
            });
        }
    }

    /// Sends what is said of the next video that is ready.
    fn save(&self) {
        let Some(ship) = self.ships.to_save() else { return };
        let Some(video) = ship.video() else { return };
        let (id, said, video) = (ship.id, ship.draft.said(), video.uuid.to_string());
        let picture = self.crew.hands.borrow().get(&id).and_then(|hand| hand.picture.clone());
        self.ships.dispatch(Act::Sending(id));
        let (dispatcher, client) = (self.ships.dispatcher(), self.client.clone());
        spawn(async move {
            let answer: Result<(), Failure> = api::update(&client, &video, &said, picture.as_ref()).await;
            dispatcher.dispatch(Act::Answered(id, answer));
        });
    }
}

/// The files on their way, for the lifetime of the app.
#[hook]
pub fn use_fleet(client: Client) -> Fleet {
    let ships = use_reducer(Ships::default);
    let crew = use_memo((), |()| Crew::default());
    let fleet = Fleet { ships, crew, client };

    // What moves on by itself whenever something has changed.
    use_effect_with((*fleet.ships).clone(), {
        let fleet = fleet.clone();
        move |_| {
            fleet.start();
            fleet.save();
        }
    });
    // The ledger is written when something worth remembering changes, not at every byte.
    let milestones: Vec<(u32, u8, Draft)> =
        fleet.ships().iter().map(|ship| (ship.id, ship.progress.percent(), ship.draft.clone())).collect();
    use_effect_with(milestones, {
        let fleet = fleet.clone();
        move |_| fleet.remember()
    });
    use_warning(fleet.ships().iter().any(Ship::is_underway));
    // A network that is back is used at once.
    use_effect_with((), {
        let crew = fleet.crew.clone();
        move |()| {
            let listener = EventListener::new(&page::window(), "online", move |_| {
                let pilots: Vec<Pilot> =
                    crew.hands.borrow().values().filter_map(|hand| hand.pilot.clone()).collect();
                pilots.iter().for_each(Pilot::network_is_back);
            });
            move || drop(listener)
        }
    });
    fleet
}
