//! The texts that random cases have, the plain ones first.

/// Frames of a policy.
pub(super) const FRAMES: &[&str] = &[
    "7D",
    "1D",
    "4W",
    "U",
    "12M",
    "1h",
    "36h",
    "2D",
    "1Y",
    "0s",
    "8h",
    "1M",
    "90s",
    "",
    "5000Y",
    "143165577M",
    "10Y",
    "3s",
    "2W",
    "613566758W",
    "6M",
    "4Y",
    "3Y59D1Y",
    "30D1M",
    "30D2M",
    "90D",
    "100Y",
];

/// Intervals of a policy.
pub(super) const INTERVALS: &[&str] = &[
    "1D", "U", "1h", "2D", "1W", "1s", "23h", "1M", "", "0s", "7D", "1Y", "90m", "12h", "12M", "3h",
];

/// Pieces of policy texts.
pub(super) const PIECES: &[&str] = &[
    "7D",
    ":",
    "1D",
    ",",
    "U",
    "u",
    "1",
    "s",
    "m",
    "h",
    "D",
    "W",
    "M",
    "Y",
    "d",
    "-",
    "+",
    " ",
    "0",
    "12M",
    "1Y",
    "\u{a0}",
    "\u{2003}",
    "\0",
    "\t",
    "\u{b}",
    "\u{85}",
    "\u{200b}",
    "2147483647",
    "2147483648",
    "-2147483648",
    "143165577M",
    "613566757W",
    "11767034Y",
    "9223372036854775807",
    "922337203685",
    "922337203686",
    "now",
    "٣",
    "é",
    "10675199D",
    "3652058D",
    "10000Y",
    "\n",
    "7\0",
    "2147483648s",
    "10675200D",
    "30D1M",
    "7D:1D",
    "٣D",
    "1D1",
    "8D-1D",
    ",,1h:",
    "900719925475",
    "922337203684",
    "1.0",
    "(0)",
    "5-",
    "5+",
    "1e3",
    "1.0D",
    "8D(1)D",
    "5-D",
    "1e1D",
    "+5",
    "-5",
    " 5 ",
    "86400",
    "4294967296s",
    "1d",
    "2h",
    "0x5",
    "1_0",
    "5\0D",
];

/// Values of keep-time, those that can be read in every release first.
pub(super) const KEEP_TIMES: &[&str] = &[
    "7D",
    "1M",
    "41s",
    "1D12h",
    "1Y",
    "100",
    "12M",
    "2D",
    "1h",
    "90m",
    "1W",
    "4Y",
    "3Y",
    "1M1D",
    "1D1M",
    "2W1h",
    "36h",
    "57s",
    "1Y1M",
    "1M1Y",
    "3M2W",
    "0s",
    "6M",
    "8Y",
    "5D5h5m5s",
    "86400",
    "-5",
    "1d",
    "5000Y",
    "",
    "1D\n",
    "now",
    "120001M",
    "143165577M",
    "1D 12h",
    "+1D",
    " 0s",
    " Now ",
    "1Y ",
    "-1D",
    " 5",
    "5 ",
    "\t5\n",
    "+5",
    "-86400",
    "1D ",
    " 1D",
    "1 D",
    "1D\u{a0}",
    "\u{a0}5",
    "1.0",
    "1e3",
    "5-",
    "(5)",
    "5\0",
    "1D\0",
    "2147483648s",
    "s",
    "1D12",
    "D1",
];

/// Values of keep-versions.
pub(super) const NUMBERS: &[&str] =
    &["1", "2", "3", "2", "3", "0", "-1", " 4 ", "many", "", "2147483648", "1\0", "4", "5"];

/// Values of version.
pub(super) const LISTS: &[&str] = &[
    "0",
    "1",
    "0-9",
    "3-1",
    "0,2",
    "2-2",
    " 1 ",
    "1 - 2",
    "-1",
    "",
    "1-2-9",
    "x",
    "9223372036854775807",
    ",1,,",
    "0,0",
    "5",
    "0--1",
    "0--2,3",
    "--1",
    "1\u{a0}-2",
    "0-\u{a0}1",
    "\u{a0}1",
    "1\u{a0}",
    "1-",
    "0 -- 1",
    "+1",
    "1.0",
    "2,1-3",
    "4",
    "3",
];

/// Values of a switch.
pub(super) const SWITCHES: &[&str] =
    &["true", "", "false", "Off", " no ", "0", "1", "FALSE", "on", "False\n", "\u{a0}off"];

/// One of the texts of a table, by a number of any size.
pub(super) fn pick(table: &[&'static str], number: u8) -> &'static str {
    table[usize::from(number) % table.len()]
}

/// The number of a text in a table. It must be there, which the compiler checks if the call is in a
/// constant.
pub(super) const fn number_of(table: &[&str], text: &str) -> u8 {
    let (text, mut number) = (text.as_bytes(), 0);
    loop {
        let (one, mut at) = (table[number].as_bytes(), 0);
        while at < one.len() && at < text.len() && one[at] == text[at] {
            at += 1;
        }
        if at == one.len() && at == text.len() {
            return number as u8;
        }
        number += 1;
    }
}
