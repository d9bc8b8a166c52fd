//! Brackets as the bytes of a text show them, before anything is parsed; those within strings count like all others.

/// Opens, closes, or is no bracket.
fn turn(byte: u8) -> i32 {
    match byte {
        b'(' | b'[' | b'{' => 1,
        b')' | b']' | b'}' => -1,
        _ => 0,
    }
}

/// The bracket that is open at a byte, unless it stands before `from`.
pub fn opening(text: &str, from: usize, at: usize) -> Option<usize> {
    let mut open = 0;
    text.as_bytes()[from..at]
        .iter()
        .rposition(|byte| {
            open += turn(*byte);
            open > 0
        })
        .map(|i| from + i)
}

/// Where the bracket closes that is open at a byte, unless that is behind `to`.
pub fn closing(text: &str, at: usize, to: usize) -> Option<usize> {
    let mut open = 0;
    text.as_bytes()[at..to]
        .iter()
        .position(|byte| {
            open += turn(*byte);
            open < 0
        })
        .map(|i| at + i)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bracket_is_found_from_its_inside() {
        let text = "f(a[0], {b: c(1)}, x, (2)) }";
        let at = text.find('x').expect("it is there");
        assert_eq!((opening(text, 0, at), closing(text, at, text.len())), (Some(1), Some(25)));
        assert_eq!((opening(text, 2, at), closing(text, at, 25)), (None, None));
        assert_eq!(opening(text, 0, text.len() - 1), None);
    }
}
