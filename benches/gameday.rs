//! How many one host carries: teams of eight on the loopback, and how late their updates are.
//! `cargo bench --bench gameday -- 100 20` is 100 teams for 20 seconds.

fn main() {}
