//! The two ways to count the versions of a history, both newest first.

use std::ops::Range;

macro_rules! number {
    ($(#[$documentation:meta])* $visibility:vis $name:ident) => {
        $(#[$documentation])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, schemars::JsonSchema)]
        #[schemars(inline)]
        $visibility struct $name(usize);

        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(formatter)
            }
        }

        // What the two have in common; hardly anything needs all of it of both.
        #[allow(dead_code)]
        impl $name {
            /// The newest.
            pub const NEWEST: Self = Self(0);

            /// Counted from 0, the newest.
            pub const fn new(number: usize) -> Self {
                Self(number)
            }

            /// The count, from 0.
            pub const fn get(self) -> usize {
                self.0
            }

            /// The next older one, whether or not there is a version there.
            pub(crate) const fn older(self) -> Self {
                Self(self.0 + 1)
            }

            /// The next newer one. There must be one.
            pub(crate) const fn newer(self) -> Self {
                Self(self.0 - 1)
            }

            /// How many a range has.
            pub(crate) fn count(range: &Range<Self>) -> usize {
                range.end.0.saturating_sub(range.start.0)
            }

            /// Each of a range.
            pub(crate) fn each(
                range: Range<Self>,
            ) -> impl ExactSizeIterator<Item = Self> + DoubleEndedIterator + Clone {
                (range.start.0..range.end.0).map(Self)
            }
        }
    };
}

number! {
    /// Duplicati's number of a version: 0 is the newest by true time.
    ///
    /// Ranges are those of the standard library; [`get`](VersionNumber::get) gives what can be
    /// counted with.
    pub VersionNumber
}

number! {
    /// Where a version stands in the order by local time: 0 is the newest, and equal times stand in
    /// the order of their numbers.
    pub(crate) LocalIndex
}

impl std::fmt::Display for VersionNumber {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}
