//! How much a rule folder may hold: enough for a platform, too little to stop the desk.

/// Bytes of one file.
pub const FILE_BYTES: usize = 4 << 20;
/// Bytes of all files.
pub const FOLDER_BYTES: usize = 64 << 20;
/// Files.
pub const FILES: usize = 1_000;
/// Patterns in all files.
pub const PATTERNS: usize = 2_000;
/// Characters of one pattern.
pub const PATTERN_CHARS: usize = 500;
/// Bytes that one compiled pattern may take.
pub const PATTERN_COMPILED_BYTES: usize = 256 << 10;
/// Words, phrases and references in all files.
pub const WORDS: usize = 1_000_000;
/// Characters of one word or phrase.
pub const WORD_CHARS: usize = 100;
/// Characters of one phrase.
pub const PHRASE_CHARS: usize = 1_000;
/// Characters of one reply as written.
pub const TEXT_CHARS: usize = 4_000;
/// Diagnostics that one load collects; what follows is the same mistake again.
pub const DIAGNOSTICS: usize = 200;
