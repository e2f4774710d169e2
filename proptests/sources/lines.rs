//! Where lines end in UTF-16, in which bytes of other characters look like the end of one.

use duplicati_retention::sources::times;

use super::starts;

#[test]
fn lines_end_where_they_do_whatever_bytes_other_characters_have() {
    // In their bytes is 0x0A: as the high one, as the low one, after a zero, and twice.
    for odd in ["\u{a05}", "\u{10a}", "\u{100}\u{a05}", "\u{a0a}", "\u{a00}", "\u{a05}\u{100}"] {
        for end in ["\n", "\r\n"] {
            let text = format!("7{end}#{odd}6{odd}{end}5 partial{end}{end}#{odd}{end}4");
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            for bytes in [text.clone().into_bytes(), little, big] {
                let listing = times::read(&bytes[..]).unwrap();
                assert_eq!(starts(&listing), [7, 5, 4], "{odd:?} in {bytes:?}");
                assert!(listing.backups[1].partial);
            }
        }
    }
    let half = times::read(&b"7\0\n\x005\0\n"[..]).unwrap_err();
    assert!(half.to_string().starts_with("line 2 is not UTF-8 text"), "{half}");
}
