//! How times and spans look in JSON, and how JSON is laid out.

use std::borrow::Cow;
use std::io::{self, Write};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use serde_json::ser::Formatter;

use crate::Release;
use crate::clock::{LocalDateTime, Utc, Zone};
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};

macro_rules! written_as {
    ($type:ty, $schema:tt, |$value:ident, $serializer:ident| $written:expr) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, $serializer: S) -> Result<S::Ok, S::Error> {
                let $value = *self;
                $written
            }
        }

        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

written_as!(Utc, { "type": "string", "format": "date-time" }, |time, serializer| {
    serializer.serialize_str(&time.rfc_3339())
});
// Without an offset, which `date-time` would ask for.
written_as!(LocalDateTime, { "type": "string" }, |time, serializer| {
    serializer.serialize_str(&time.to_string().replace(' ', "T"))
});
// In seconds, with a fraction only where there is one: backups have none.
written_as!(TimeSpan, { "type": "number" }, |span, serializer| {
    if span.ticks() % TICKS_PER_SECOND == 0 {
        serializer.serialize_i64(span.whole_seconds())
    } else {
        serializer.serialize_f64(span.total_seconds())
    }
});
written_as!(Zone, { "type": "string" }, |zone, serializer| serializer.serialize_str(zone.name()));
written_as!(Release, { "enum": ["2.1", "2.2", "2.3.0", "2.3.1"] }, |release, serializer| {
    serializer.serialize_str(release.name())
});

/// Writes an answer as JSON with a line for each field, and one for each element of its lists.
///
/// A plan writes version by version, so any number of versions needs no memory.
///
/// # Errors
/// What writing to `out` fails with.
pub fn write_json(mut out: impl Write, answer: &impl Serialize) -> io::Result<()> {
    let lines = Lines { depth: 0, is_empty: false };
    answer.serialize(&mut serde_json::Serializer::with_formatter(&mut out, lines))?;
    writeln!(out)
}

/// An object is broken into lines down to this depth, the answer itself.
const OBJECTS: usize = 1;
/// A list is broken into lines down to this depth.
const LISTS: usize = 2;

struct Lines {
    depth: usize,
    is_empty: bool,
}

impl Lines {
    fn begin<W: Write + ?Sized>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.is_empty = true;
        out.write_all(bracket)
    }

    fn element<W: Write + ?Sized>(
        &mut self,
        out: &mut W,
        is_first: bool,
        broken: usize,
    ) -> io::Result<()> {
        self.is_empty = false;
        if !is_first {
            out.write_all(b",")?;
        }
        self.line(out, broken)
    }

    fn end<W: Write + ?Sized>(
        &mut self,
        out: &mut W,
        bracket: &[u8],
        broken: usize,
    ) -> io::Result<()> {
        self.depth -= 1;
        if !std::mem::take(&mut self.is_empty) {
            self.line(out, broken - 1)?;
        }
        out.write_all(bracket)
    }

    fn line<W: Write + ?Sized>(&self, out: &mut W, broken: usize) -> io::Result<()> {
        if self.depth <= broken { write!(out, "\n{:1$}", "", 2 * self.depth) } else { Ok(()) }
    }
}

impl Formatter for Lines {
    fn begin_array<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"[")
    }

    fn begin_array_value<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.element(out, first, LISTS)
    }

    fn end_array<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"]", LISTS)
    }

    fn begin_object<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"{")
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.element(out, first, OBJECTS)
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(if self.depth <= OBJECTS { b": " } else { b":" })
    }

    fn end_object<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"}", OBJECTS)
    }
}
