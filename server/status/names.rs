//! How phrases and the names of constants are compared: without case, punctuation and spaces.

/// Longer texts than this are no phrase: the longest one the registry ever had fits in.
const LONGEST: usize = 128;

/// A text reduced to its letters and digits, in lower case. Lives on the stack: a look-up allocates nothing.
pub(super) struct Key {
    bytes: [u8; LONGEST],
    len: usize,
}

impl Key {
    fn empty() -> Key {
        Key { bytes: [0; LONGEST], len: 0 }
    }

    fn push(&mut self, byte: u8) -> Option<()> {
        *self.bytes.get_mut(self.len)? = byte.to_ascii_lowercase();
        self.len += 1;
        Some(())
    }

    /// The key of a phrase. `None` when the text is too long or holds letters that no phrase has.
    pub(super) fn of(text: &str) -> Option<Key> {
        let mut key = Key::empty();
        for character in text.chars() {
            if character.is_ascii_alphanumeric() {
                key.push(character as u8)?;
            } else if character.is_alphanumeric() {
                return None;
            }
        }
        (key.len > 0).then_some(key)
    }

    pub(super) fn has_letters(&self) -> bool {
        self.as_bytes().iter().any(u8::is_ascii_lowercase)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// Words before the name proper: `HTTP_STATUS_NOT_FOUND`, `SC_NOT_FOUND`.
const LEADING: [&[u8]; 10] =
    [b"http", b"https", b"httpstatus", b"status", b"statuscode", b"sc", b"code", b"response", b"rc", b"mhd"];
/// Words after it: `NOT_FOUND_CODE`.
const TRAILING: [&[u8]; 3] = [b"status", b"code", b"statuscode"];

/// The name of a constant, split into words in any case style.
pub(super) struct ConstantName {
    key: Key,
    /// Where each word begins in `key`, and after them the end.
    edges: [usize; MOST_WORDS + 1],
    words: usize,
    /// Three digits standing alone, as in `HTTP_404_NOT_FOUND`.
    pub(super) digits: Option<u16>,
}

const MOST_WORDS: usize = 24;

impl ConstantName {
    /// `None` for what is no ASCII identifier, is too long, or holds other numbers than one of three digits.
    pub(super) fn split(name: &str) -> Option<ConstantName> {
        let bytes = name.as_bytes();
        let mut split =
            ConstantName { key: Key::empty(), edges: [0; MOST_WORDS + 1], words: 0, digits: None };
        let mut at = 0;
        while at < bytes.len() {
            let start = at;
            if bytes[at].is_ascii_digit() {
                while at < bytes.len() && bytes[at].is_ascii_digit() {
                    at += 1;
                }
                if at - start != 3 || split.digits.is_some() {
                    return None;
                }
                split.digits = name[start..at].parse().ok();
            } else if bytes[at].is_ascii_alphabetic() {
                at = end_of_word(bytes, at);
                if split.words == MOST_WORDS {
                    return None;
                }
                for &byte in &bytes[start..at] {
                    split.key.push(byte)?;
                }
                split.words += 1;
                split.edges[split.words] = split.key.len;
            } else if bytes[at].is_ascii() {
                at += 1;
            } else {
                return None;
            }
        }
        Some(split)
    }

    /// No word is left beside the digits, but for those that may lead or trail: `HTTP_404`, `STATUS_404_CODE`.
    pub(super) fn is_bare(&self) -> bool {
        (0..self.words).all(|index| {
            let word = self.words_between(index, index + 1);
            LEADING.contains(&word) || TRAILING.contains(&word)
        })
    }

    fn words_between(&self, first: usize, end: usize) -> &[u8] {
        &self.key.bytes[self.edges[first]..self.edges[end]]
    }

    /// The first reading, with as few words left out as possible, that `known` has an answer for.
    pub(super) fn find(&self, known: impl Fn(&[u8]) -> Option<u16>) -> Option<u16> {
        let leading =
            (0..self.words).take_while(|&word| LEADING.contains(&self.words_between(word, word + 1))).count();
        let trailing = (0..self.words)
            .rev()
            .take_while(|&word| TRAILING.contains(&self.words_between(word, word + 1)))
            .count();
        (0..=trailing)
            .flat_map(|dropped_after| {
                (0..=leading).map(move |dropped_before| (dropped_before, dropped_after))
            })
            .filter(|(before, after)| before + after < self.words)
            .find_map(|(before, after)| known(self.words_between(before, self.words - after)))
    }
}

/// Where the word that begins at `start` ends: before a capital that follows a small letter, and before the
/// last capital of a run that small letters follow (`HTTPNotFound` is `HTTP`, `Not`, `Found`).
fn end_of_word(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at].is_ascii_alphabetic() {
        let begins_with_capital = bytes[at].is_ascii_uppercase();
        let after_small = bytes[at - 1].is_ascii_lowercase();
        let before_small = bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase);
        if begins_with_capital && (after_small || before_small) {
            break;
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(name: &str) -> Vec<String> {
        let split = ConstantName::split(name).unwrap();
        (0..split.words)
            .map(|word| String::from_utf8_lossy(split.words_between(word, word + 1)).into_owned())
            .collect()
    }

    #[test]
    fn names_split_in_every_case_style() {
        assert_eq!(words("HTTP_404_NOT_FOUND"), ["http", "not", "found"]);
        assert_eq!(words("StatusNotFound"), ["status", "not", "found"]);
        assert_eq!(words("HTTPNotFound"), ["http", "not", "found"]);
        assert_eq!(words("notFound"), ["not", "found"]);
        assert_eq!(words("StatusIMUsed"), ["status", "im", "used"]);
    }

    #[test]
    fn other_numbers_and_letters_make_no_name() {
        assert!(ConstantName::split("ERR_40401").is_none());
        assert!(ConstantName::split("NICHT_GEFÜNDEN").is_none());
        assert!(Key::of("Não encontrado").is_none());
        assert!(Key::of("…").is_none());
    }
}
