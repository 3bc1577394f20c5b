//! How names in Latin letters sound, roughly: American Soundex (Russell 1918; rules of the US National Archives, 2007).
//! It was made for English names; for others it is a coarse key that bears most slips of vowels and doubled letters.

/// The Soundex code of a word: its first letter and three digits. A word without Latin letters is its own code.
///
/// ```
/// assert_eq!(chinese::latin::sound("Robert"), "R163");
/// assert_eq!(chinese::latin::sound("rupert"), "R163");
/// ```
#[must_use]
pub fn sound(word: &str) -> String {
    let mut letters = word.bytes().filter(u8::is_ascii_alphabetic).map(|b| b.to_ascii_lowercase());
    let Some(first) = letters.next() else { return word.to_owned() };
    let mut code = String::from(char::from(first.to_ascii_uppercase()));
    let mut last = digit(first);
    for letter in letters {
        let this = digit(letter);
        match this {
            // h and w stand between two letters of one digit without parting them, vowels part them.
            None if matches!(letter, b'h' | b'w') => continue,
            Some(digit) if this != last => code.push(digit),
            _ => {}
        }
        last = this;
        if code.len() == 4 {
            break;
        }
    }
    while code.len() < 4 {
        code.push('0');
    }
    code
}

fn digit(letter: u8) -> Option<char> {
    Some(match letter {
        b'b' | b'f' | b'p' | b'v' => '1',
        b'c' | b'g' | b'j' | b'k' | b'q' | b's' | b'x' | b'z' => '2',
        b'd' | b't' => '3',
        b'l' => '4',
        b'm' | b'n' => '5',
        b'r' => '6',
        _ => return None,
    })
}

/// The codes of the words of a name in the order of the alphabet, because given name and surname are often exchanged.
#[must_use]
pub fn sound_of_name(name: &str) -> String {
    let mut codes: Vec<String> = name.split_whitespace().map(sound).collect();
    codes.sort_unstable();
    codes.join(" ")
}

#[cfg(test)]
mod tests {
    use super::{sound, sound_of_name};

    #[test]
    fn the_examples_of_the_national_archives_hold() {
        for (name, code) in [
            ("Washington", "W252"),
            ("Lee", "L000"),
            ("Gutierrez", "G362"),
            ("Pfister", "P236"),
            ("Jackson", "J250"),
            ("Tymczak", "T522"),
            ("Ashcraft", "A261"),
        ] {
            assert_eq!(sound(name), code, "{name}");
        }
        assert_eq!(sound("Иван"), "Иван");
    }

    #[test]
    fn the_order_of_a_name_does_not_matter_to_its_sound() {
        assert_eq!(sound_of_name("sybella shepherd"), sound_of_name("shepherd sybela"));
    }
}
