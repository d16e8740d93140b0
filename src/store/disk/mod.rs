//! What puts bytes on the disk and gets them back. Bottom up: `folder` (paths, lock, permissions), `temporary` (copies to look at), `files` (those
//! that were handed in), `journal` (what makes an acknowledgement true), `engine` (all that knows sled), `values` (long values in parts), `stop`
//! (the end, once the disk has failed), `layered` and `applier` (what is journalled, and its way into the engine), `tx` (what a commit sees),
//! `agreement` (whether journal and engine say the same), `writer` (the one thread that commits), `backup`. Knows keys, and no record behind one.

pub(crate) mod agreement;
pub(crate) mod applier;
pub(crate) mod backup;
pub(crate) mod engine;
pub(crate) mod files;
pub(crate) mod folder;
pub(crate) mod journal;
pub(crate) mod layered;
pub(crate) mod stop;
pub(crate) mod temporary;
pub(crate) mod tx;
pub(crate) mod values;
pub(crate) mod writer;
