//! No text makes a reader panic, and what a reader has brought into its form it reads as the same.

use proptest::prelude::*;

/// Texts out of the words and signs that the readers look for, so that they get far.
fn plausible() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("柳州市"),
        Just("柳南区"),
        Just("太阳村镇"),
        Just("红光社区"),
        Just("新村"),
        Just("村"),
        Just("路"),
        Just("号"),
        Just("栋"),
        Just("单元"),
        Just("室"),
        Just("楼"),
        Just("#"),
        Just("-"),
        Just("3"),
        Just("501"),
        Just("十二"),
        Just("〇"),
        Just("廿"),
        Just("万"),
        Just("年"),
        Just("月"),
        Just("日"),
        Just("农历"),
        Just("闰"),
        Just("初"),
        Just("腊"),
        Just("民国"),
        Just("韦"),
        Just("欧阳"),
        Just("·"),
        Just("阿姨"),
        Just("老"),
        Just("阿"),
        Just("("),
        Just(")"),
        Just(" "),
        Just("X"),
        Just("*"),
        Just("+86"),
        Just("138"),
        Just("广西"),
        Just("北京"),
        Just("组"),
        Just("A"),
        Just("小区"),
    ];
    prop::collection::vec(word, 0..12).prop_map(|words| words.concat())
}

fn read_all(text: &str) {
    let _ = chinese::identity::read(text);
    let _ = chinese::organisation::CreditCode::read(text);
    let _ = chinese::organisation::OrganisationCode::read(text);
    let _ = chinese::phone::read(text);
    let _ = chinese::name::read(text).map(|name| name.reading());
    let _ = chinese::numeral::read(text);
    let _ = chinese::date::read(text).and_then(chinese::date::Date::day);
    let address = chinese::address::read(text);
    let _ = (address.to_string(), address.keys());
}

proptest! {
    #[test]
    fn no_text_makes_a_reader_panic(text in ".{0,40}") {
        read_all(&text);
    }

    #[test]
    fn no_row_of_known_words_makes_a_reader_panic(text in plausible()) {
        read_all(&text);
    }

    #[test]
    fn digits_of_any_length_are_borne(text in "[0-9Xx]{0,40}") {
        read_all(&text);
    }

    #[test]
    fn one_wrong_digit_never_passes_the_check(
        division in 110_000_u32..659_004, year in 1920_u16..2020, month in 1_u8..=12, day in 1_u8..=28,
        sequence in 0_u16..1000, at in 0_usize..17, change in 1_u8..10,
    ) {
        let body = format!("{division}{year}{month:02}{day:02}{sequence:03}");
        let check = chinese::identity::check_character(&body).unwrap();
        let number = format!("{body}{check}");
        prop_assert!(chinese::identity::read(&number).is_ok());
        let mut bytes = number.into_bytes();
        bytes[at] = b'0' + (bytes[at] - b'0' + change) % 10;
        prop_assert!(chinese::identity::read(&String::from_utf8(bytes).unwrap()).is_err());
    }

    #[test]
    fn a_name_in_its_form_stays_as_it_is(text in plausible()) {
        if let Some(name) = chinese::name::read(&text) {
            let again = chinese::name::read(&name.text);
            prop_assert_eq!(again.map(|name| name.text), Some(name.text));
        }
    }
}
