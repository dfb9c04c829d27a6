//! Stories against whole instances, in temporary folders and on free ports.

mod people;
mod rig;
mod start;
