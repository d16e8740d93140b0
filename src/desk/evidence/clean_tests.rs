//! What is left of a file.
