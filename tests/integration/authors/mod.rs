//! What authors are given: the guide does what it says, and the reference and the schema say what the
//! program takes.

mod calibration;
mod guide;
mod reference;
