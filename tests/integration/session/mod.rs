//! Sessions from outside: whole incidents, played, recorded, scored, and what is found by looking.

mod analysis;
mod debrief;
mod elsewhere;
mod evidence;
mod marks;
mod prevention;
mod report;
mod score;
mod variants;
mod what_if;
