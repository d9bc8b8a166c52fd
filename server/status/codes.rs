//! Sets of numbers over 0..=999.

/// One type for `404`, `{200, 204}`, `4xx`, `"200-299"` and `5..`: a bitset is `Copy`, exact, and needs no normalising.
#[derive(Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Codes([u64; 16]);

impl Codes {
    /// No code at all.
    pub const EMPTY: Codes = Codes([0; 16]);

    /// The set of one code. Numbers above 999 give the empty set.
    pub const fn one(code: u16) -> Codes {
        Codes::range(code, code)
    }
    /// Both ends included; the upper end is cut at 999.
    pub const fn range(low: u16, high: u16) -> Codes {
        let high = if high > 999 { 999 } else { high };
        let mut set = Codes::EMPTY;
        let mut word = low / 64;
        // Word by word: rules make sets for every place that they look at.
        while low <= high && word <= high / 64 {
            let first = if low > word * 64 { low % 64 } else { 0 };
            let last = if high < word * 64 + 63 { high % 64 } else { 63 };
            set.0[word as usize] = (u64::MAX >> (63 - (last - first))) << first;
            word += 1;
        }
        set
    }
    /// The hundred codes of a class: `class(4)` is 400 to 499.
    pub const fn class(digit: u16) -> Codes {
        Codes::range(digit * 100, digit * 100 + 99)
    }
    /// Everything this type can hold: 0 to 999.
    pub const fn all() -> Codes {
        Codes::range(0, 999)
    }
    /// What HTTP allows as a status code (RFC 9110 section 15): 100 to 599.
    pub const fn valid() -> Codes {
        Codes::range(100, 599)
    }
    /// Reads a set as rows write it: `"300-399,201"`, `"404"`, `"4xx"`. `None` when a part is neither.
    pub fn parse(text: &str) -> Option<Codes> {
        text.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty()).try_fold(
            Codes::EMPTY,
            |set, part| {
                let part_set = match part.split_once('-') {
                    Some((low, high)) => Codes::range(low.parse().ok()?, high.parse().ok()?),
                    None => match part.strip_suffix("xx").or_else(|| part.strip_suffix("XX")) {
                        Some(digit) => Codes::class(digit.parse().ok().filter(|d| (1..=9).contains(d))?),
                        None => Codes::one(part.parse().ok().filter(|c| *c < 1000)?),
                    },
                };
                Some(set.union(part_set))
            },
        )
    }
    fn zip(self, other: Codes, f: impl Fn(u64, u64) -> u64) -> Codes {
        Codes(std::array::from_fn(|i| f(self.0[i], other.0[i])))
    }
    /// In either.
    pub fn union(self, other: Codes) -> Codes {
        self.zip(other, |a, b| a | b)
    }
    /// In both.
    pub fn intersection(self, other: Codes) -> Codes {
        self.zip(other, |a, b| a & b)
    }
    /// In this one and not in the other.
    pub fn difference(self, other: Codes) -> Codes {
        self.zip(other, |a, b| a & !b)
    }
    /// Everything of 0..=999 that is not here.
    pub fn complement(self) -> Codes {
        Codes::all().difference(self)
    }
    /// Holds nothing.
    pub fn is_empty(self) -> bool {
        self == Codes::EMPTY
    }
    /// Holds this code.
    pub fn contains(self, code: u16) -> bool {
        code < 1000 && self.0[code as usize / 64] >> (code % 64) & 1 == 1
    }
    /// Every code of `self` is in `other`.
    pub fn is_subset(self, other: Codes) -> bool {
        self.difference(other).is_empty()
    }
    /// The codes, ascending.
    pub fn iter(self) -> impl Iterator<Item = u16> {
        (0..16u16).flat_map(move |at| {
            let mut word = self.0[at as usize];
            std::iter::from_fn(move || {
                let bit = (word != 0).then(|| word.trailing_zeros() as u16)?;
                word &= word - 1;
                Some(at * 64 + bit)
            })
        })
    }
    /// How many codes.
    pub fn len(self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }
    /// The code, when there is exactly one.
    pub fn single(self) -> Option<u16> {
        (self.len() == 1).then(|| self.iter().next()).flatten()
    }
    /// Maximal runs, both ends included, ascending.
    pub fn ranges(self) -> Vec<(u16, u16)> {
        let mut out: Vec<(u16, u16)> = vec![];
        for code in self.iter() {
            match out.last_mut() {
                Some(last) if last.1 + 1 == code => last.1 = code,
                _ => out.push((code, code)),
            }
        }
        out
    }
    /// Looks as if somebody meant it: every end lies on a class edge, or it is a short list.
    pub fn is_intended(self) -> bool {
        self.len() <= 4
            || self.ranges().iter().all(|&(low, high)| low % 100 == 0 && (high % 100 == 99 || high == 999))
    }
}

impl std::fmt::Debug for Codes {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.debug_list().entries(self.ranges()).finish()
    }
}

/// `404`, `400–499`, `200, 204 or 206`: for messages.
impl std::fmt::Display for Codes {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let parts: Vec<String> = self
            .ranges()
            .iter()
            .map(|&(low, high)| if low == high { low.to_string() } else { format!("{low}–{high}") })
            .collect();
        match parts.split_last() {
            None => f.write_str("no code"),
            Some((last, [])) => f.write_str(last),
            Some((last, rest)) => write!(f, "{} or {last}", rest.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_exact() {
        let set = Codes::range(200, 299).union(Codes::one(404));
        assert_eq!(set.len(), 101);
        assert_eq!(set.ranges(), [(200, 299), (404, 404)]);
        assert!(set.complement().contains(403) && !set.complement().contains(404));
        assert_eq!(Codes::one(404).single(), Some(404));
        assert_eq!(Codes::one(1000), Codes::EMPTY);
    }

    #[test]
    fn ranges_are_what_their_codes_are_one_by_one() {
        for (low, high) in
            [(0, 0), (63, 64), (64, 127), (100, 599), (127, 192), (0, 999), (999, 2000), (5, 4)]
        {
            let range = Codes::range(low, high);
            assert!((0..1100).all(|code| range.contains(code) == (low <= code && code <= high.min(999))));
            assert_eq!(range.iter().collect::<Vec<_>>(), (low..=high.min(999)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn rows_write_sets_as_text() {
        assert_eq!(Codes::parse("300-399,201"), Some(Codes::range(300, 399).union(Codes::one(201))));
        assert_eq!(Codes::parse("4xx"), Some(Codes::class(4)));
        assert_eq!(Codes::parse("abc"), None);
    }

    #[test]
    fn messages_read_well() {
        assert_eq!(Codes::parse("200,204,206").unwrap().to_string(), "200, 204 or 206");
        assert_eq!(Codes::class(4).to_string(), "400–499");
    }
}
