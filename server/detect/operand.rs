//! A number as the bytes around it hold it against something, before anything is parsed.
//!
//! What may be, is: see [`super::spot`].

use super::brackets::opening;
use super::scan::word_start;
use crate::facts::Operator;
use crate::languages::{Language, Sign};
use crate::text::floor_boundary;

/// How far a value may stand from the sign that it is compared with, in bytes.
const REACH: usize = 200;

/// How far the two ends of one condition may be from each other, in bytes.
const CONDITION: usize = 1000;

/// A number or a constant, and the text it stands in.
pub struct Operand<'a> {
    pub text: &'a str,
    pub language: &'a Language,
    /// Where it begins and ends, in bytes.
    pub start: usize,
    pub end: usize,
    /// What it is, if that is one number.
    pub number: Option<u16>,
    /// It is the name of a constant, behind which a path may stand.
    pub is_constant: bool,
}

pub fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_word(spelling: &str) -> bool {
    spelling.starts_with(|c: char| c.is_alphabetic())
}

fn is_quote_or_closes(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ')' | ']' | '}')
}

impl<'a> Operand<'a> {
    fn before(&self) -> &'a str {
        &self.text[floor_boundary(self.text, self.start.saturating_sub(REACH))..self.start]
    }
    fn behind(&self) -> &'a str {
        &self.text[self.end..floor_boundary(self.text, self.end + REACH)]
    }
    /// What comes before the value: without the path to the constant, quotes, open brackets and calls that it is wrapped into.
    fn head(&self) -> &'a str {
        let is_path = |c: char| is_part(c) || matches!(c, '.' | ':' | '$');
        let mut head = self.before();
        if self.is_constant {
            head = head.trim_end_matches(is_path);
        }
        loop {
            let opened = head.trim_end_matches(|c: char| {
                c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '[' | '{' | '&' | '*')
            });
            match opened.strip_suffix('(') {
                Some(called) => head = called.trim_end_matches(is_path),
                None => return opened,
            }
        }
    }
    /// The operator before it, with the text before that.
    fn operator_before(&self, head: &'a str) -> Option<(&'a str, Sign)> {
        let found = self.longest(|spelling| {
            head.strip_suffix(spelling).is_some_and(|rest| !(is_word(spelling) && rest.ends_with(is_part)))
        });
        found.map(|(spelling, sign)| (&head[..head.len() - spelling.len()], sign))
    }
    fn sign_before(&self) -> Option<Sign> {
        self.operator_before(self.head()).map(|(_, sign)| sign)
    }
    fn sign_behind(&self) -> Option<Sign> {
        // A word may be an operator: `200 or 201`, `404 in codes`.
        let words = self.behind().trim_start_matches(is_quote_or_closes);
        let by_word = self.longest(|spelling| {
            is_word(spelling) && words.strip_prefix(spelling).is_some_and(|rest| !rest.starts_with(is_part))
        });
        // The type of a number may follow: `200u16`.
        let tail = self.behind().trim_start_matches(|c| is_part(c) || is_quote_or_closes(c));
        by_word
            .or_else(|| self.longest(|spelling| !is_word(spelling) && tail.starts_with(spelling)))
            .map(|(_, sign)| sign)
    }
    fn longest(&self, stands: impl Fn(&str) -> bool) -> Option<(&'a str, Sign)> {
        let operators = self.language.operators.iter().filter(|(spelling, _)| stands(spelling));
        operators.max_by_key(|(spelling, _)| spelling.len()).map(|(spelling, sign)| (&**spelling, *sign))
    }
    /// How a subject is compared with it: `status >= 200`, and `200 <= status` turned round.
    pub fn comparison(&self) -> Option<Operator> {
        match (self.sign_before(), self.sign_behind()) {
            (Some(Sign::Test(operator)), _) => Some(operator),
            (_, Some(Sign::Test(operator))) => Some(operator.mirrored()),
            _ => None,
        }
    }
    /// It is itself held against something: not what it is given to, and not by the angle of a type or an arrow. `head`, `tail`: what
    /// stands before the value with its path and quotes, and behind it.
    pub fn is_compared(&self, head: &'a str, tail: &str) -> bool {
        let before = self.operator_before(head.trim_end()).filter(|(rest, _)| {
            let is_angle =
                head.ends_with(['<', '>']) || rest.ends_with(['=', '-']) && head.trim_end().ends_with('>');
            !is_angle
        });
        let behind = self.sign_behind().filter(|_| tail.starts_with(' '));
        [before.map(|(_, sign)| sign), behind].into_iter().flatten().any(|sign| matches!(sign, Sign::Test(_)))
    }
    /// The last word of what it is compared with, where that is a name.
    fn subject(&self) -> Option<&'a str> {
        let (rest, sign) = self.operator_before(self.head())?;
        let name = rest.trim_end();
        let start = word_start(name.as_bytes(), name.len());
        (matches!(sign, Sign::Test(_)) && start < name.len()).then(|| &name[start..])
    }
    /// It is compared, or stands in a list that is: by an operator, or by a call that tests membership.
    fn is_tested(&self) -> bool {
        let called = |text: &str| {
            self.language.traits.tests.iter().any(|test| {
                memchr::memmem::find_iter(text.as_bytes(), test.call.as_bytes())
                    .any(|at| text[at + test.call.len()..].starts_with(['(', '!']))
            })
        };
        self.comparison().is_some() || self.is_listed() || called(self.before()) || called(self.behind())
    }
    /// The bracket around it stands behind an operator.
    fn is_listed(&self) -> bool {
        let before = self.before();
        let head =
            opening(before, 0, before.len()).map_or("", |at| before[..at].trim_end_matches([' ', '(', '\n']));
        matches!(self.operator_before(head), Some((_, Sign::Test(_))))
    }

    fn since(&self, previous: &Operand) -> &'a str {
        self.text.get(previous.end..self.start).unwrap_or("")
    }

    /// `status == 200 or 201`, `case 401 || 403`: the second.
    pub fn is_bare_behind(&self, previous: &Operand) -> bool {
        let between = self.since(previous);
        let alternatives = || between.trim_matches(|c: char| !c.is_alphanumeric()).len() <= "or".len();
        self.sign_before() == Some(Sign::Or)
            && !matches!(self.sign_behind(), Some(Sign::Test(_)))
            && between.len() < REACH
            && (previous.is_tested() || self.is_constant || previous.is_constant || alternatives())
    }
    /// A condition holds both against a subject, and not as a class is written, or one with a code more or less. `beyond`: what stands
    /// before the two and behind them.
    pub fn is_joined_oddly_to(&self, previous: &Operand, beyond: [Option<&Operand>; 2]) -> bool {
        let between = self.since(previous);
        let ends_a_statement = [";", "\n\n", "{\n", ":\n"].iter().any(|end| between.contains(end));
        if between.len() > CONDITION || ends_a_statement {
            return false;
        }
        let of_two = || previous.subject().zip(self.subject()).is_some_and(|(one, other)| one != other);
        let (and, or) = (self.stands_in(Sign::And, between), self.stands_in(Sign::Or, between));
        if !(and || or) {
            // `200 <= status < 300`
            let chained = matches!(previous.sign_behind(), Some(Sign::Test(_)))
                && matches!(self.sign_before(), Some(Sign::Test(_)));
            return chained && !self.ends_the_class_of(previous, true) && !of_two();
        }
        if !(previous.is_tested() && self.is_tested()) || of_two() {
            return false;
        }
        let negated = between.contains('!') && !between.contains("!=") || between.contains("not ");
        let plain = match (previous.comparison(), self.comparison()) {
            (Some(Operator::Equal), Some(Operator::Equal)) => or && !and,
            (Some(Operator::Unequal), Some(Operator::Unequal)) => and && !or,
            _ => {
                and != or
                    && (self.ends_the_class_of(previous, and)
                        || self.widens_or_narrows(previous, and, beyond))
            }
        };
        negated || !plain
    }
    /// One of the two is a code more than what the other takes, `== 429 || >= 500`, or a code less, `>= 400 && != 404`. Where the other
    /// is an end of a class, that of the class counts.
    fn widens_or_narrows(
        &self,
        previous: &Operand,
        and: bool,
        [before, behind]: [Option<&Operand>; 2],
    ) -> bool {
        use Operator::{AtLeast, AtMost, Equal, Greater, Less, Unequal};
        let single = if and { Unequal } else { Equal };
        let (code, bound, class) = match (previous.comparison(), self.comparison()) {
            (Some(first), _) if first == single => (previous, self, behind.map(|end| (self, end))),
            (_, Some(second)) if second == single => (self, previous, before.map(|start| (start, previous))),
            _ => return false,
        };
        let (Some(code), Some(number), Some(operator)) = (code.number, bound.number, bound.comparison())
        else {
            return false;
        };
        let class = class.filter(|(start, end)| {
            let between = end.since(start);
            end.ends_the_class_of(start, true) && between.len() < REACH && !self.stands_in(Sign::Or, between)
        });
        if let Some((Some(low), Some(high))) = class.map(|(start, end)| (start.number, end.number)) {
            return (low..=high).contains(&code) == and;
        }
        let takes = match operator {
            AtLeast | Greater => code > number,
            Less | AtMost => code < number,
            _ => return false,
        };
        takes == and && code != number
    }
    /// The same with a number beside it that cannot be a code: `status >= 500 || status < 600`.
    pub fn is_joined_oddly_to_a_number(&self) -> bool {
        let from = floor_boundary(self.text, self.start.saturating_sub(REACH));
        let to = floor_boundary(self.text, self.end + REACH);
        let bytes = &self.text.as_bytes()[..to];
        let mut at = from;
        let mut numbers = std::iter::from_fn(|| {
            let start = (at..to).find(|i| bytes[*i].is_ascii_digit())?;
            at = (start..to).find(|i| !bytes[*i].is_ascii_digit()).unwrap_or(to);
            Some((start, at))
        });
        self.comparison().is_some()
            && numbers.any(|(start, end)| {
                let number = self.text[start..end].parse().ok();
                let other = Operand { start, end, number, is_constant: false, ..*self };
                let is_other = start != self.start && !number.is_some_and(|n| (100..600).contains(&n));
                is_other
                    && other.comparison().is_some()
                    && if start < self.start {
                        self.is_joined_oddly_to(&other, [None; 2])
                    } else {
                        other.is_joined_oddly_to(self, [None; 2])
                    }
            })
    }
    /// An operator of this meaning stands somewhere in a text.
    fn stands_in(&self, wanted: Sign, text: &str) -> bool {
        let mut spellings = self.language.operators.iter().filter(|(_, sign)| **sign == wanted);
        spellings.any(|(spelling, _)| {
            memchr::memmem::find_iter(text.as_bytes(), spelling.as_bytes()).any(|at| {
                let end = at + spelling.len();
                !is_word(spelling) || !text[..at].ends_with(is_part) && !text[end..].starts_with(is_part)
            })
        })
    }
    /// Both ends of a class, as they are written when nothing is left out or swallowed: `>= 200 && < 300`, `>= 200 && <= 299`, or
    /// from outside `< 200 || >= 300`.
    fn ends_the_class_of(&self, previous: &Operand, inside: bool) -> bool {
        use Operator::{AtLeast, AtMost, Greater, Less};
        let (Some(low), Some(high)) = (previous.number, self.number) else { return false };
        let last = match (inside, previous.comparison(), self.comparison()) {
            (true, Some(AtLeast), Some(Less)) | (false, Some(Less), Some(AtLeast)) => 0,
            (true, Some(AtLeast), Some(AtMost)) | (false, Some(Less), Some(Greater)) => 99,
            _ => return false,
        };
        low < high && low % 100 == 0 && high % 100 == last
    }

    /// `200..299`, `range(200, 299)`: the second, where the two are not a class. `callee`: of the call around the first.
    pub fn ends_an_odd_range_of(&self, previous: &Operand, callee: &str) -> bool {
        let between = self.since(previous);
        if between.len() > REACH {
            return false;
        }
        let is_class = |last: u16| {
            let ends = previous.number.zip(self.number);
            ends.is_some_and(|(low, high)| low % 100 == 0 && high % 100 == last && low < high)
        };
        let last_of = |inclusive: bool| if inclusive { 99 } else { 0 };
        match self.sign_before() {
            Some(Sign::Until) => !is_class(0),
            Some(Sign::Through) => !is_class(99),
            _ => {
                let mut ranges = self.language.traits.ranges.iter().filter(|range| range.call == callee);
                !between.contains(is_part) && ranges.any(|range| !is_class(last_of(range.inclusive)))
            }
        }
    }
}
