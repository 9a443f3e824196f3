//! Enums whose kinds are words of the scenario format.

/// Defines an enum, each of its kinds with its word in the format: the one list of these words, which the reader, the
/// schema and the documentation take from here.
macro_rules! words {
    (
        $(#[$about:meta])*
        pub enum $name:ident {
            $($(#[$about_kind:meta])* $kind:ident = $word:literal,)+
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub enum $name {
            $($(#[$about_kind])* $kind,)+
        }

        impl $name {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)+];
            /// The words of all kinds, in the same order.
            pub const WORDS: &'static [&'static str] = &[$($word,)+];
        }
    };
}

pub(super) use words;
