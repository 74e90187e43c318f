//! Game days over real sockets on the loopback: play, roles, hostile browsers, and hosts that are
//! killed. No test depends on how long something takes; waiting ends after a minute at the latest.

#![expect(clippy::expect_used, reason = "what is missing in a test is a failure")]

mod client;
mod hostile;
mod killed;
mod play;
