//! Closed lists of words: the same in tables, on the wire, in policies and in what people read.

/// Declares an enum whose variants are words: `words!(/// How it ended. Outcome, "outcome" { Met = "met", Missed = "missed" });`.
///
/// With a name in both languages behind each word (`Met = "met", "按时", "in time";`) it also knows what people call it. The
/// room needs `serde`, `store` and `utoipa`.
#[macro_export]
macro_rules! words {
    ($(#[$meta:meta])* $name:ident, $what:literal { $($variant:ident = $word:literal, $zh:literal, $en:literal;)+ }) => {
        $crate::words! {
            $(#[$meta])*
            $name, $what { $(#[doc = concat!($zh, ".")] $variant = $word),+ }
        }

        impl $name {
            /// What people call it.
            pub fn name(self) -> $crate::Text {
                match self { $(Self::$variant => $crate::Text::new($zh, $en)),+ }
            }
        }
    };
    ($(#[$meta:meta])* $name:ident, $what:literal { $($(#[$variant_meta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[derive(serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_meta])* $variant),+ }

        impl $name {
            /// Every word, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in tables, flows and on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = &'static str;
            fn from_str(word: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|known| known.as_str() == word).ok_or(concat!("no such ", $what))
            }
        }

        store::word_column!($name);
    };
}
