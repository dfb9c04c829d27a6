//! Stories against whole instances, in temporary folders and on free ports.

mod clips;
mod makers;
mod people;
mod rig;
mod start;
mod uploads;
mod videos;
