//! What fails around an upgrade: the network, the disk, the server.

mod disk;
mod network;
mod outages;

use super::{must_succeed, place, steps};
