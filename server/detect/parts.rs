//! A text in parts that are parsed when something first looks into them; a whole tree is one part.

use super::{items, parse, parsed_text};
use crate::languages::Language;
use crate::text::Span;
use std::cell::{Cell, OnceCell};
use std::time::{Duration, Instant};
use tree_sitter::{Node, Tree};

/// The trees of one text.
pub struct Parts<'a> {
    text: &'a str,
    language: &'a Language,
    spans: Vec<Span>,
    trees: Vec<OnceCell<Option<Tree>>>,
    /// Stands for the file where no tree holds all of it.
    apart: Option<Tree>,
    /// Which are looked at for their candidates. Empty: all.
    wanted: Vec<bool>,
    broken: Cell<bool>,
    /// What is wrong in a part is taken as it is.
    tolerant: bool,
    /// The part that is parsed afresh; of the others the tree of the text before tells, as far as it was not edited there.
    fresh: Option<usize>,
    spent: Cell<Duration>,
}

/// A text whose items with something to look at make up more than this share (in percent) is parsed whole.
const WHOLE_FROM: usize = 70;

/// Smaller texts are not worth the cut, in bytes.
const SMALLEST_TEXT: usize = 2000;

impl<'a> Parts<'a> {
    /// One part that is all.
    pub fn whole(text: &'a str, language: &'a Language, tree: Tree) -> Parts<'a> {
        Parts {
            text,
            language,
            spans: vec![Span::new(0, text.len())],
            trees: vec![OnceCell::from(Some(tree))],
            apart: None,
            wanted: vec![],
            broken: Cell::new(false),
            tolerant: false,
            fresh: None,
            spent: Cell::default(),
        }
    }

    /// Parts at the items of a text, where that pays for looking at these places, ascending; only parts that hold one are wanted. `at_any_price`: also where it does not.
    pub fn at_items(
        text: &'a str,
        language: &'a Language,
        places: &[u32],
        at_any_price: bool,
    ) -> Option<Parts<'a>> {
        if text.len() < SMALLEST_TEXT && !at_any_price {
            return None;
        }
        let spans = items::runs(text, language);
        if spans.len() < 2 {
            return None;
        }
        let mut parts = Parts {
            wanted: vec![false; spans.len()],
            trees: spans.iter().map(|_| OnceCell::new()).collect(),
            text,
            language,
            spans,
            apart: Some(parse("", language, None, None)?),
            broken: Cell::new(false),
            tolerant: false,
            fresh: None,
            spent: Cell::default(),
        };
        let (mut wanted, mut last) = (0, usize::MAX);
        for place in places {
            let part = parts.part_of(*place);
            parts.wanted[part] = true;
            if part != last {
                wanted += parts.spans[part].len();
                last = part;
            }
        }
        (at_any_price || wanted * 100 <= text.len() * WHOLE_FROM).then_some(parts)
    }

    /// The items of a broken text, each parsed by itself: what is wrong in one harms no other. Those that are not opened stay shut,
    /// as if they were empty. `None`: the text cannot be cut.
    pub fn of_broken(
        text: &'a str,
        language: &'a Language,
        spans: Vec<Span>,
        opened: impl Fn(Span) -> bool,
    ) -> Option<Parts<'a>> {
        let trees =
            spans.iter().map(|span| if opened(*span) { OnceCell::new() } else { OnceCell::from(None) });
        (spans.len() > 1).then_some(Parts {
            trees: trees.collect(),
            text,
            language,
            apart: Some(parse("", language, None, None)?),
            spans,
            wanted: vec![],
            broken: Cell::new(false),
            tolerant: true,
            fresh: None,
            spent: Cell::default(),
        })
    }

    /// One part of a broken text parsed by itself, and around it what stands in the tree of the text before, edited to match.
    pub fn around(text: &'a str, language: &'a Language, part: Span, old: &Tree) -> Option<Parts<'a>> {
        let before = Span { start: 0, end: part.start };
        let after = Span { start: part.end, end: text.len() as u32 };
        let older = || OnceCell::from(Some(old.clone()));
        Some(Parts {
            text,
            language,
            spans: vec![before, part, after],
            trees: vec![older(), OnceCell::new(), older()],
            apart: Some(parse("", language, None, None)?),
            wanted: vec![],
            broken: Cell::new(false),
            tolerant: true,
            fresh: Some(1),
            spent: Cell::default(),
        })
    }

    /// The node that stands for the file.
    pub fn root(&self) -> Node<'_> {
        let tree = self.apart.as_ref().or_else(|| self.trees[0].get()?.as_ref());
        tree.expect("a text is in parts, or its tree is there").root_node()
    }

    /// The part that holds a byte is looked at for its candidates.
    pub fn are_wanted_at(&self, byte: u32) -> bool {
        self.wanted.get(self.part_of(byte)).is_none_or(|wanted| *wanted)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.spans.len()
    }

    /// The part that holds a byte.
    pub fn part_of(&self, byte: u32) -> usize {
        self.spans.partition_point(|span| span.start <= byte).saturating_sub(1)
    }

    /// What stands at the top of a part, parsed if it was not.
    pub fn tops(&self, part: usize) -> Vec<Node<'_>> {
        let tree = self.trees[part].get_or_init(|| self.parsed(part));
        let Some(tree) = tree else { return vec![] };
        let (root, span) = (tree.root_node(), self.spans[part]);
        let mut cursor = root.walk();
        let all = root.children(&mut cursor);
        if self.fresh.is_none_or(|fresh| fresh == part) {
            return all.collect();
        }
        let stands =
            |node: &Node| !node.has_changes() && span.contains(Span::new(node.start_byte(), node.end_byte()));
        all.filter(stands).collect()
    }

    fn parsed(&self, part: usize) -> Option<Tree> {
        let began = Instant::now();
        let span = self.spans[part];
        let readable = parsed_text(&self.text[span.range()], self.language);
        let tree = parse(&readable, self.language, None, Some(span.start));
        self.spent.set(self.spent.get() + began.elapsed());
        if self.tolerant {
            return tree;
        }
        // An error may come from the cut.
        let sound = tree.filter(|tree| !tree.root_node().has_error());
        self.broken.set(self.broken.get() || sound.is_none());
        sound
    }

    /// A part could not be parsed by itself: what was read is not to be trusted, and the whole has to be parsed.
    pub fn are_broken(&self) -> bool {
        self.broken.get()
    }

    /// How many bytes were parsed so far.
    pub fn parsed_bytes(&self) -> usize {
        self.spans
            .iter()
            .zip(&self.trees)
            .filter(|(_, tree)| tree.get().is_some())
            .map(|(span, _)| span.len())
            .sum()
    }

    /// What parsing has cost so far.
    pub fn spent(&self) -> Duration {
        self.spent.get()
    }
}
