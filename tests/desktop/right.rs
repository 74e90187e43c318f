//! right.
