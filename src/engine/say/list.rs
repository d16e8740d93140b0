//! From a list of names to the sentences: one by one, each with what it is for, or in groups.

macro_rules! says {
    (
        $($(#[$doc:meta])* $name:ident = $key:literal,)*
        $(@ $about:literal { $($of_group:ident = $group_key:literal,)* })*
    ) => {
        /// One of the desk's own sentences.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Say {
            $($(#[$doc])* $name,)*
            $($(#[doc = $about] $of_group,)*)*
        }

        impl Say {
            /// All sentences, in the order in which they are documented.
            pub const ALL: &'static [Self] = &[$(Self::$name,)* $($(Self::$of_group,)*)*];

            /// The name in rule files.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self {
                    $(Self::$name => $key,)*
                    $($(Self::$of_group => $group_key,)*)*
                }
            }
        }
    };
}
