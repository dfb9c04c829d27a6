//! Stories with real parts: whole servers, real ffmpeg, real Chromium.
//!
//! `rig` holds what the stories in `tests/` are told with. Nothing of it is a stand-in: where a part can run in a
//! temporary folder, it does. `bench` measures with the same
//! parts, beside a rival in the same run. `sim` lets many viewers play at once in virtual time.

pub mod bench;
pub mod rig;
pub mod sim;
