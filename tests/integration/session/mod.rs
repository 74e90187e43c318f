//! Sessions from outside: whole incidents, played, recorded, scored.

mod score;
