//! A text in parts that are parsed when something first looks into them; a whole tree is one part. Bodies of functions in which
//! nothing is to be looked at are left out.

use super::imports;
use super::items::Cut;
use super::{parse, parsed_text};
use crate::languages::Language;
use crate::text::Span;
use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};
use tree_sitter::{InputEdit, Node, Point, Tree};

/// The trees of one text.
pub struct Parts<'a> {
    text: &'a str,
    language: &'a Language,
    spans: Vec<Span>,
    trees: Vec<OnceCell<Option<Tree>>>,
    /// Of parts that are to be parsed again: the trees of what was seen before, edited to match what is seen
    /// now, and how many bytes that was.
    older: HashMap<usize, (Tree, usize)>,
    /// Bodies of functions.
    bodies: Vec<Span>,
    /// Where something is looked at, in order.
    places: Vec<u32>,
    /// What no parser sees: bodies without a place, in order, none within another.
    left_out: Vec<Span>,
    /// Where something has looked into what was left out.
    missed: RefCell<Vec<u32>>,
    /// Stands for the file where no tree holds all of it.
    apart: Option<Tree>,
    /// Which are looked at for their candidates. Empty: all.
    wanted: Vec<bool>,
    /// Nothing else is to be known of the others than what names that are looked at lead to.
    only_wanted: bool,
    broken: Cell<bool>,
    /// What is wrong in a part is taken as it is.
    tolerant: bool,
    /// The part that is parsed afresh; of the others the tree of the text before tells, as far as it was not edited there.
    fresh: Option<usize>,
    parsed: Cell<usize>,
    spent: Cell<Duration>,
}

/// A text whose items with something to look at make up more than this share (in percent) is parsed whole.
const WHOLE_FROM: usize = 70;

/// What reading a text in parts may cost.
#[derive(Clone, Copy, PartialEq)]
pub enum Price {
    /// No more than a whole parse, and everything at the wanted places is known.
    Fair,
    /// The least: imports that other functions have for themselves are not known.
    Least,
    /// More than a whole parse, too.
    Any,
}

impl<'a> Parts<'a> {
    /// These parts, none of which is parsed.
    fn unread(text: &'a str, language: &'a Language, spans: Vec<Span>) -> Parts<'a> {
        Parts {
            text,
            language,
            trees: spans.iter().map(|_| OnceCell::new()).collect(),
            spans,
            older: HashMap::new(),
            bodies: vec![],
            places: vec![],
            left_out: vec![],
            missed: RefCell::default(),
            apart: None,
            wanted: vec![],
            only_wanted: false,
            broken: Cell::new(false),
            tolerant: false,
            fresh: None,
            parsed: Cell::default(),
            spent: Cell::default(),
        }
    }

    /// One part that is all.
    pub fn whole(text: &'a str, language: &'a Language, tree: Tree) -> Parts<'a> {
        let trees = vec![OnceCell::from(Some(tree))];
        Parts { trees, ..Parts::unread(text, language, vec![Span::new(0, text.len())]) }
    }

    /// Parts at the items of a text as it can be `cut`, where that pays for looking at these places, ascending; only parts that hold
    /// one are wanted, and bodies without one, or one of the `imports`, are left out.
    pub fn at_items(
        text: &'a str,
        language: &'a Language,
        Cut { runs, bodies, .. }: Cut,
        wanted_at: &[u32],
        imports: &[imports::Place],
        price: Price,
    ) -> Option<Parts<'a>> {
        let (at_any_price, only_wanted) = (price == Price::Any, price == Price::Least);
        let imports = imports.iter().filter(|place| !only_wanted || !place.local).map(|place| place.at);
        let mut places: Vec<u32> = wanted_at.iter().copied().chain(imports).collect();
        places.sort_unstable();
        let left_out = without(&places, &bodies);
        if runs.len() < 2 && left_out.is_empty() {
            return None;
        }
        let mut parts = Parts {
            wanted: vec![false; runs.len()],
            only_wanted,
            bodies,
            places,
            left_out,
            apart: Some(parse("", language, None, None)?),
            ..Parts::unread(text, language, runs)
        };
        let (mut wanted, mut last) = (0, usize::MAX);
        for place in wanted_at {
            let part = parts.part_of(*place);
            parts.wanted[part] = true;
            if part != last {
                wanted += parts.seen_bytes(part);
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
        if spans.len() < 2 {
            return None;
        }
        let trees =
            spans.iter().map(|span| if opened(*span) { OnceCell::new() } else { OnceCell::from(None) });
        Some(Parts {
            trees: trees.collect(),
            apart: Some(parse("", language, None, None)?),
            tolerant: true,
            ..Parts::unread(text, language, spans)
        })
    }

    /// One part of a broken text parsed by itself, and around it what stands in the tree of the text before, edited to match.
    pub fn around(text: &'a str, language: &'a Language, part: Span, old: &Tree) -> Option<Parts<'a>> {
        let before = Span { start: 0, end: part.start };
        let after = Span { start: part.end, end: text.len() as u32 };
        let older = || OnceCell::from(Some(old.clone()));
        Some(Parts {
            trees: vec![older(), OnceCell::new(), older()],
            apart: Some(parse("", language, None, None)?),
            tolerant: true,
            fresh: Some(1),
            ..Parts::unread(text, language, vec![before, part, after])
        })
    }

    /// The node that stands for the file.
    pub fn root(&self) -> Node<'_> {
        let tree = self.apart.as_ref().or_else(|| self.trees[0].get()?.as_ref());
        tree.expect("a text is in parts, or its tree is there").root_node()
    }

    /// An import may say what a name means that is looked at: it stands in no function, or where candidates are looked at; or all are
    /// to be known.
    pub fn may_import_at(&self, place: imports::Place) -> bool {
        !self.only_wanted || !place.local || self.are_wanted_at(place.at)
    }

    /// The body that holds a byte and was left out.
    pub fn is_left_out(&self, byte: u32) -> Option<Span> {
        let next = self.left_out.partition_point(|body| body.end <= byte);
        self.left_out.get(next).copied().filter(|body| body.start <= byte)
    }

    /// What stands at a byte is looked at for its candidates: its part is wanted, and its body was not left out.
    pub fn are_wanted_at(&self, byte: u32) -> bool {
        self.is_left_out(byte).is_none() && self.wanted.get(self.part_of(byte)).is_none_or(|wanted| *wanted)
    }

    /// Nothing else is to be known of a part without candidates that are looked at than what names lead to.
    pub fn is_spared(&self, part: usize) -> bool {
        self.only_wanted && !self.wanted[part]
    }

    /// What the parser sees of a part, without the bodies that are left out.
    pub fn visible(&self, part: usize) -> impl Iterator<Item = &'a str> {
        let (span, left_out) = (self.spans[part], self.left_out_of(part));
        let starts = std::iter::once(span.start).chain(left_out.iter().map(|body| body.end));
        let ends = left_out.iter().map(|body| body.start).chain([span.end]);
        starts.zip(ends).map(|(start, end)| &self.text[start as usize..end as usize])
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
        let seen = self.seen(part);
        let readable = parsed_text(&seen, self.language);
        let older = self.older.get(&part);
        let tree = parse(&readable, self.language, older.map(|older| &older.0), Some(span.start));
        self.spent.set(self.spent.get() + began.elapsed());
        let known = older.map_or(0, |older| older.1);
        self.parsed.set(self.parsed.get() + self.seen_bytes(part) - known);
        if self.tolerant {
            return tree;
        }
        // An error may come from the cut.
        let sound = tree.filter(|tree| !tree.root_node().has_error());
        self.broken.set(self.broken.get() || sound.is_none());
        sound
    }

    /// The text of a part as the parser sees it, byte for byte as long: what is left out is empty, or says that it is.
    fn seen(&self, part: usize) -> Cow<'a, str> {
        let span = self.spans[part];
        let left_out = self.left_out_of(part);
        if left_out.is_empty() {
            return Cow::Borrowed(&self.text[span.range()]);
        }
        let empty = self.language.items.as_ref().map_or("", |items| &items.empty_body);
        let (head, tail) = empty.split_once(' ').unwrap_or((empty, ""));
        let mut seen = String::with_capacity(span.len());
        let mut at = span.start as usize;
        for body in left_out {
            seen.push_str(&self.text[at..body.start as usize]);
            seen.push_str(head);
            seen.extend(std::iter::repeat_n(' ', body.len() - head.len() - tail.len()));
            seen.push_str(tail);
            at = body.end as usize;
        }
        seen.push_str(&self.text[at..span.end as usize]);
        Cow::Owned(seen)
    }

    fn left_out_of(&self, part: usize) -> &[Span] {
        let span = self.spans[part];
        let from = self.left_out.partition_point(|body| body.start < span.start);
        let to = self.left_out.partition_point(|body| body.start < span.end);
        &self.left_out[from..to]
    }

    fn seen_bytes(&self, part: usize) -> usize {
        let left_out: usize = self.left_out_of(part).iter().map(|body| body.len()).sum();
        self.spans[part].len() - left_out
    }

    /// Notes it if this byte, at which something looks, was left out.
    pub fn look_at(&self, byte: u32) {
        if self.is_left_out(byte).is_some() {
            self.missed.borrow_mut().push(byte);
        }
    }

    /// Notes it if what begins at this byte, into which something looks, was left out: a block, with or without its brace.
    pub fn look_into(&self, byte: u32) {
        let next = self.left_out.partition_point(|body| body.start < byte);
        if let Some(body) = self.left_out.get(next).filter(|body| body.start - byte <= 1) {
            self.missed.borrow_mut().push(body.start);
        }
    }

    /// Sees to it that what was missed is there when it is looked for again. False: nothing was missed.
    pub fn complete(&mut self) -> bool {
        let missed = self.missed.take();
        if missed.is_empty() {
            return false;
        }
        let parts: BTreeSet<usize> = missed.iter().map(|place| self.part_of(*place)).collect();
        let before: Vec<_> =
            parts.into_iter().map(|part| (part, self.seen(part), self.seen_bytes(part))).collect();
        let left_out = std::mem::take(&mut self.left_out);
        self.places.extend(missed);
        self.places.sort_unstable();
        self.left_out = without(&self.places, &self.bodies);
        for (part, before, bytes) in before {
            let Some(Some(mut tree)) = self.trees[part].take() else { continue };
            let (span, after) = (self.spans[part], self.seen(part));
            let is_back = |body: &&Span| span.contains(**body) && self.left_out.binary_search(body).is_err();
            // From the last to the first: what stands before an edit does not move.
            for body in left_out.iter().filter(is_back).rev() {
                let (start, end) = ((body.start - span.start) as usize, (body.end - span.start) as usize);
                let from = behind(Point::new(0, 0), &before[..start]);
                tree.edit(&InputEdit {
                    start_byte: body.start as usize,
                    old_end_byte: body.end as usize,
                    new_end_byte: body.end as usize,
                    start_position: from,
                    old_end_position: behind(from, &before[start..end]),
                    new_end_position: behind(from, &after[start..end]),
                });
            }
            self.older.insert(part, (tree, bytes));
        }
        true
    }

    /// A part could not be parsed by itself: what was read is not to be trusted, and the whole has to be parsed.
    pub fn are_broken(&self) -> bool {
        self.broken.get()
    }

    /// How many bytes were parsed so far.
    pub fn parsed_bytes(&self) -> usize {
        self.parsed.get()
    }

    /// What parsing has cost so far.
    pub fn spent(&self) -> Duration {
        self.spent.get()
    }
}

/// The place behind a text that begins at a place, in lines and bytes.
fn behind(place: Point, text: &str) -> Point {
    match memchr::memrchr(b'\n', text.as_bytes()) {
        Some(last) => {
            let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count();
            Point::new(place.row + lines, text.len() - last - 1)
        }
        None => Point::new(place.row, place.column + text.len()),
    }
}

/// The bodies that hold none of these places, the outermost of each.
fn without(places: &[u32], bodies: &[Span]) -> Vec<Span> {
    let mut found: Vec<Span> = vec![];
    for body in bodies {
        let next = places.partition_point(|place| *place < body.start);
        let is_without = places.get(next).is_none_or(|place| *place >= body.end);
        if is_without && found.last().is_none_or(|last| last.end <= body.start) {
            found.push(*body);
        }
    }
    found
}
