//! The names of the desk's own sentences. Each must stand in `intents/`, in all languages, as `[say.name]`.

macro_rules! says {
    ($($(#[$doc:meta])* $name:ident = $key:literal,)*) => {
        /// One of the desk's own sentences.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Say {
            $($(#[$doc])* $name,)*
        }

        impl Say {
            /// All sentences, in the order in which they are documented.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name in rule files.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self {
                    $(Self::$name => $key,)*
                }
            }
        }
    };
}

says! {
    /// Calms somebody upset, before the matter itself.
    Soothe = "soothe",
}
