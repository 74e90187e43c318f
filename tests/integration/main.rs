//! Tests of the whole package from outside.

mod oracle;
