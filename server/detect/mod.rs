//! The only room that walks a tree. Candidates in, facts out; a broken file yields fewer mentions, never an error.
//!
//! `scan` finds candidates in the bytes, `gate` decides whether they are worth a parse; `sinks` says where a value goes, `meaning` what that place
//! makes of it, `slots` how codes flow through names; `predicates` and `responses` assemble what rules read.

mod answers;
mod arguments;
mod asker;
mod blocks;
mod brackets;
mod budget;
mod contracts;
mod definitions;
mod directives;
mod documents;
mod elements;
mod evidence;
mod file;
mod gate;
mod imports;
mod items;
mod known;
mod literals;
mod look;
mod macros;
mod meaning;
mod operand;
mod outline;
mod parts;
mod phrases;
mod places;
mod predicates;
mod reads;
mod responses;
mod sayings;
pub mod scan;
mod sinks;
mod slots;
mod spot;
mod strings;
mod surroundings;
mod texts;
mod uses;
mod words;
mod written;

pub use look::{Seen, shapes_of};
pub use spot::Spot;
pub use words::says_status;

use crate::facts::{Facts, Note};
use crate::languages::{Language, Notation, Vocabulary};
use crate::status::Registry;
use crate::text::Span;
use budget::Budget;
use file::File;
use gate::Gate;
use imports::Guess;
use items::Cut;
use parts::{Parts, Price};
use scan::What;
use spot::Spots;
use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tree_sitter::{Node, Parser, Point, Tree};

/// One file to read.
#[derive(Clone)]
pub struct Source<'a> {
    /// As given, with forward slashes; tests and formats are recognised by it.
    pub path: &'a str,
    /// The whole text.
    pub text: Arc<str>,
    /// Its language.
    pub language: &'a Language,
    /// The rows in force.
    pub vocabulary: &'a Vocabulary,
    /// The codes in force.
    pub registry: &'a Registry,
}

/// Where the time went.
#[derive(Clone, Copy, Debug, Default)]
pub struct Timing {
    /// Looking for candidates.
    pub scan: Duration,
    /// Parsing.
    pub parse: Duration,
    /// Asking which constructs nodes form.
    pub shapes: Duration,
    /// Everything else that is made of a tree or an outline.
    pub meaning: Duration,
}

impl Timing {
    /// Adds what another file took.
    pub fn add(&mut self, other: &Timing) {
        self.scan += other.scan;
        self.parse += other.parse;
        self.shapes += other.shapes;
        self.meaning += other.meaning;
    }
}

/// What came of one file.
#[derive(Default)]
pub struct Detection {
    /// The facts.
    pub facts: Facts,
    /// Where the time went.
    pub timing: Timing,
    /// How many bytes were parsed.
    pub parsed: usize,
    /// The syntax tree of the whole text, for the next incremental parse.
    pub tree: Option<Tree>,
}

/// How large the stack of a thread has to be on which files are read, in bytes. Parsers recurse; 150 KB of opening brackets overflow
/// one of 2 MiB.
pub const STACK: usize = 64 << 20;

/// How long one file may take to parse, and to read after that, in processor time.
const PARSE_BUDGET: Duration = Duration::from_millis(2000);
const MEANING_BUDGET: Duration = Duration::from_millis(2000);

/// The facts of one file. `old` is the tree of the text before, already edited to match ([`Tree::edit`]); without it the file is parsed whole.
pub fn detect(source: &Source, old: Option<&Tree>) -> Detection {
    reading(source, begun(source), old, Parsing::Whole)
}

/// The same facts, of a file that is read once: no tree is kept, and only the items at the top of the file that matter are parsed.
pub fn detect_once(source: &Source) -> Detection {
    reading(source, begun(source), None, Parsing::Items(None))
}

/// The same, of a file whose findings are all that is wanted: one that is not judged, because it is generated or `foreign`, is not
/// looked into, and of a large one only the items with a candidate that `concerns` somebody.
pub fn detect_to_judge(source: &Source, foreign: bool, concerns: &dyn Fn(&Spot) -> bool) -> Detection {
    let mut facts = begun(source);
    facts.unjudged |= foreign;
    if facts.unjudged {
        facts.note = Some(Note::NothingFound);
        return Detection { facts, ..Detection::default() };
    }
    let asked = source.text.len() > SMALLEST_TO_ASK && !is_steered(&source.text);
    reading(source, facts, None, Parsing::Items(asked.then_some(concerns)))
}

/// Smaller files cost less to read than to be asked about, in bytes.
const SMALLEST_TO_ASK: usize = 2000;

/// A comment speaks to us: rules may be switched off, and what switches off nothing is to be found.
fn is_steered(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"lsp-lint:").is_some()
}

/// The same again, item by item even where that costs more than a whole parse: for the law that it makes no difference.
pub fn detect_by_items(source: &Source) -> Detection {
    reading(source, begun(source), None, Parsing::ItemsAtAnyPrice)
}

/// How much of a file is parsed.
#[derive(Clone, Copy)]
enum Parsing<'c> {
    Whole,
    /// The items with a candidate, or with one of which this says that it concerns somebody.
    Items(Option<&'c dyn Fn(&Spot) -> bool>),
    ItemsAtAnyPrice,
}

fn reading(source: &Source, begun: Facts, old: Option<&Tree>, parsing: Parsing) -> Detection {
    let text: &str = &source.text;
    let began = Instant::now();
    let mut detection = Detection { facts: begun, ..Detection::default() };
    if let Some(notation) = source.language.traits.data {
        read_data(source, notation, &mut detection);
        return detection;
    }
    let guess = imports::guess(text, source.language, source.vocabulary);
    let mut candidates = scan::numbers(text);
    candidates.extend(scan::names(text, source.language, source.vocabulary, &guess));
    let named_library =
        guess.used.iter().zip(&source.vocabulary.libraries).any(|(used, library)| *used && !library.ambient);
    let gate = Gate::new(text, source.vocabulary, source.registry, &guess);
    let evident = gate.opens_for(&candidates)
        || named_library && detection.facts.is_test && !candidates.is_empty() && gate::reads_a_status(text);
    if evident || named_library {
        candidates.extend(scan::odd_numbers(text, source.vocabulary, &gate));
    }
    scan::put_in_order(&mut candidates);
    let wanted = evident || candidates.iter().any(|c| c.what == What::Odd) || is_steered(text);
    if !wanted {
        detection.timing.scan = began.elapsed();
        detection.facts.note = Some(Note::NothingFound);
        return detection;
    }
    if let Some(note) = scan::refuses(text, source.language) {
        detection.timing.scan = began.elapsed();
        detection.facts.note = Some(note);
        detection.facts.unjudged |= note == Note::Minified;
        detection.facts.mentions = strings::lexical(text, &candidates, detection.facts.is_test);
        return detection;
    }
    let cut = OnceCell::new();
    let places = match parsing {
        Parsing::Items(Some(concerns)) => Spots::new(source, &candidates, &gate, &cut).places(concerns),
        _ => candidates.iter().map(|candidate| candidate.span.start).collect(),
    };
    let nothing = places.is_empty() && !is_steered(text);
    let too_deep = !nothing && scan::is_too_deep(text);
    detection.timing.scan = began.elapsed();
    if nothing {
        detection.facts.note = Some(Note::NothingFound);
        return detection;
    }
    if too_deep {
        detection.facts.note = Some(Note::TooDeep);
        detection.facts.mentions = strings::lexical(text, &candidates, detection.facts.is_test);
        return detection;
    }
    if !matches!(parsing, Parsing::Whole) {
        let price = match parsing {
            Parsing::ItemsAtAnyPrice => Price::Any,
            Parsing::Items(Some(_)) => Price::Least,
            _ => Price::Fair,
        };
        read_items(source, &guess, &candidates, &places, cut.into_inner(), price, &mut detection);
        if detection.facts.parsed {
            return detection;
        }
    }
    let began = Instant::now();
    let tree = parse(&parsed_text(text, source.language), source.language, old, None);
    detection.timing.parse += began.elapsed();
    detection.parsed += text.len();
    let Some(tree) = tree else {
        detection.facts.note = Some(Note::OverBudget);
        detection.facts.mentions = strings::lexical(text, &candidates, detection.facts.is_test);
        return detection;
    };
    let began = Instant::now();
    detection.facts.parsed = true;
    let parts = parts_of(text, source.language, &tree);
    let shapes = understand(source, &parts, &guess, &candidates, &mut detection.facts);
    detection.timing.shapes += shapes;
    detection.timing.meaning += began.elapsed().saturating_sub(shapes);
    detection.tree = Some(tree);
    detection
}

/// A text with its tree. Where an error has swallowed all of it (a bracket that nothing closes), each item is parsed by itself.
fn parts_of<'a>(text: &'a str, language: &'a Language, tree: &Tree) -> Parts<'a> {
    let apart = tree.root_node().is_error().then(|| items::of_broken(text, language));
    apart
        .and_then(|spans| Parts::of_broken(text, language, spans, |_| true))
        .unwrap_or_else(|| Parts::whole(text, language, tree.clone()))
}

/// Smaller texts are not worth the cut, in bytes.
const SMALLEST_TO_CUT: usize = 2000;

/// How often a file is read anew because names have led into bodies that were left out.
const ROUNDS: usize = 4;

/// Reads a file item by item: those that hold one of the `places`, without the bodies into which nothing leads. Where that does not come
/// to an end, or an item cannot be parsed by itself, nothing is noted: the whole file has to be parsed.
fn read_items(
    source: &Source,
    guess: &Guess,
    candidates: &[scan::Candidate],
    places: &[u32],
    cut: Option<Cut>,
    price: Price,
    detection: &mut Detection,
) {
    let began = Instant::now();
    if source.text.len() < SMALLEST_TO_CUT && price != Price::Any {
        return;
    }
    let cut = cut.unwrap_or_else(|| items::cut(&source.text, source.language));
    let Some(mut parts) = Parts::at_items(&source.text, source.language, cut, places, &guess.places, price)
    else {
        return;
    };
    let begun = detection.facts.clone();
    let mut shapes = Duration::ZERO;
    for _ in 0..ROUNDS {
        let mut facts = Facts { parsed: true, ..begun.clone() };
        shapes += understand(source, &parts, guess, candidates, &mut facts);
        if parts.are_broken() {
            break;
        }
        if !parts.complete() {
            detection.facts = facts;
            break;
        }
    }
    detection.timing.parse = parts.spent();
    detection.timing.shapes = shapes;
    detection.timing.meaning = began.elapsed().saturating_sub(parts.spent() + shapes);
    detection.parsed = parts.parsed_bytes();
}

/// What a look at the edited part of a file brings.
pub struct Glance {
    /// The facts of the part, and the imports and comments of the whole file.
    pub facts: Facts,
    /// The part: whole items that stand at the top of the file.
    pub part: Span,
    /// The tree of the whole text, where it was parsed.
    pub tree: Option<Tree>,
}

/// The largest part that a glance reads, in bytes.
const LARGEST_PART: usize = 64 << 10;

/// Reads only the items at the top of the file that hold the bytes `edited` of the text as it is now, so that an editor has an
/// answer at once; what depends on other items is left to [`detect`]. `old` is the tree of the text before, edited to match.
/// `None`: the part is no smaller than the whole, or the document has no such parts.
pub fn glance(source: &Source, old: &Tree, edited: Span) -> Option<Glance> {
    let (text, language): (&str, _) = (&source.text, source.language);
    if language.traits.data.is_some() || scan::refuses(text, language).is_some() || scan::is_too_deep(text) {
        return None;
    }
    // Where an error is near a parse at every key would look again for a way out, through much of the file.
    if let Some(glance) = glance_apart(source, old, edited) {
        return Some(glance);
    }
    let tree = parse(&parsed_text(text, language), language, Some(old), None)?;
    let part = part_around(&tree, edited);
    let parts = Parts::whole(text, language, tree.clone());
    (part.len() <= LARGEST_PART).then(|| Glance {
        facts: facts_of(source, &parts, part),
        part,
        tree: Some(tree),
    })
}

/// The same where the edited items were broken before: they are parsed by themselves. Of the rest of the file the tree of the text
/// before tells; if an error has swallowed that too, only the head of the file counts.
fn glance_apart(source: &Source, old: &Tree, edited: Span) -> Option<Glance> {
    let (text, language): (&str, _) = (&source.text, source.language);
    let swallowed = old.root_node().is_error();
    if !old.root_node().has_error() {
        return None;
    }
    let spans = items::of_broken(text, language);
    let touched = |span: Span| span.touches(edited.start) || span.overlaps(edited);
    let hull = |a: Span, b: Span| Span { start: a.start.min(b.start), end: a.end.max(b.end) };
    let part = spans.iter().copied().filter(|span| touched(*span)).reduce(hull)?;
    let head = spans[0];
    if !swallowed && !is_broken_around(old, part) {
        return None;
    }
    // A comment elsewhere may switch rules off.
    let steered = memchr::memmem::find_iter(text.as_bytes(), "lsp-lint:");
    let steered = steered.map(|at| Span::new(at, at + 1)).any(|at| !part.contains(at) && !head.contains(at));
    if steered || spans.len() < 2 || part.len() > LARGEST_PART || head.len() > LARGEST_PART {
        return None;
    }
    let parts = match swallowed {
        true => Parts::of_broken(text, language, spans, |span| part.contains(span) || span == head)?,
        false => Parts::around(text, language, part, old)?,
    };
    Some(Glance { facts: facts_of(source, &parts, part), part, tree: None })
}

/// Something at the top of the file that touches these bytes has an error.
fn is_broken_around(tree: &Tree, part: Span) -> bool {
    let touches =
        |node: Node| node.start_byte() <= part.end as usize && part.start as usize <= node.end_byte();
    tree.root_node().children(&mut tree.walk()).any(|node| node.has_error() && touches(node))
}

/// The facts of a part of a file.
fn facts_of(source: &Source, parts: &Parts, part: Span) -> Facts {
    let text: &str = &source.text;
    let guess = imports::guess(text, source.language, source.vocabulary);
    let within = &text[part.range()];
    let mut candidates = scan::numbers(within);
    candidates.extend(scan::names(within, source.language, source.vocabulary, &guess.before(part)));
    let gate = Gate::new(within, source.vocabulary, source.registry, &guess);
    candidates.extend(scan::odd_numbers(within, source.vocabulary, &gate));
    for candidate in &mut candidates {
        candidate.span.start += part.start;
        candidate.span.end += part.start;
    }
    scan::put_in_order(&mut candidates);
    let mut facts = Facts { parsed: true, ..begun(source) };
    understand(source, parts, &guess, &candidates, &mut facts);
    facts
}

/// The items at the top of the file that touch these bytes.
fn part_around(tree: &Tree, edited: Span) -> Span {
    let mut part = edited;
    let mut cursor = tree.walk();
    // What ends right before the edit is touched by it, too. A tree finds a byte faster than it lists what stands before it.
    let mut more = cursor.goto_first_child_for_byte(edited.start.saturating_sub(1) as usize).is_some();
    while more {
        let item = file::span(cursor.node());
        if item.start > edited.end {
            break;
        }
        if item.touches(edited.start) || item.overlaps(edited) {
            part = Span { start: part.start.min(item.start), end: part.end.max(item.end) };
        }
        more = cursor.goto_next_sibling();
    }
    part
}

/// A document of keys or directives, which are read without a tree: see `outline` and `blocks`.
fn read_data(source: &Source, notation: Notation, detection: &mut Detection) {
    let text: &str = &source.text;
    let began = Instant::now();
    let wanted = !documents::is_silent(source.path) && documents::may_speak(text);
    detection.timing.scan = began.elapsed();
    if !wanted {
        detection.facts.note = Some(Note::NothingFound);
        return;
    }
    if memchr::memchr(0, text.as_bytes()).is_some() {
        detection.facts.note = Some(Note::Binary);
        return;
    }
    if text.len() > source.language.largest as usize {
        detection.facts.note = Some(Note::TooLarge);
        return;
    }
    let began = Instant::now();
    match notation {
        Notation::Directives => directives::read(source, &mut detection.facts),
        _ => documents::read(source, notation, &mut detection.facts),
    }
    detection.timing.meaning = began.elapsed();
}

/// What is known about a file before its text is read for codes.
fn begun(source: &Source) -> Facts {
    Facts {
        text: source.text.clone(),
        is_test: source.language.is_test_path(source.path),
        unjudged: scan::is_generated(&source.text),
        ..Facts::default()
    }
}

/// Reads what the trees make of the candidates, with the imports that they confirm. Returns how long shapes were asked for.
fn understand(
    source: &Source,
    parts: &Parts,
    guess: &Guess,
    candidates: &[scan::Candidate],
    facts: &mut Facts,
) -> Duration {
    let Source { language, vocabulary, registry, .. } = *source;
    let mut file = File::new(&source.text, language, vocabulary, registry, parts, facts.is_test);
    file.confirm_imports(guess);
    read(&file, candidates, facts);
    file.ask.spent()
}

/// Everything that is read off a tree.
fn read<'t>(file: &File<'t>, candidates: &[scan::Candidate], facts: &mut Facts) {
    let budget = Budget::of(MEANING_BUDGET);
    let mut conditions = HashSet::new();
    let mut functions: HashSet<usize> = HashSet::new();
    for (i, candidate) in candidates.iter().enumerate() {
        if i % 64 == 63 && budget.is_spent() {
            facts.note = Some(Note::OverBudget);
            break;
        }
        if file.parts.are_broken() {
            return;
        }
        if !file.parts.are_wanted_at(candidate.span.start) {
            continue;
        }
        let Some(leaf) = file.leaf_at(candidate.span) else { continue };
        let node = file.string_around(leaf).unwrap_or(leaf);
        let mentions = file.mentions(candidate, node);
        if mentions.is_empty() {
            continue;
        }
        let believed = mentions.iter().any(|m| m.certainty > crate::facts::Certainty::Shaped);
        if let Some(whole) = file.condition_around(node).filter(|_| believed) {
            if conditions.insert(whole.id()) {
                let mut predicate = file.predicate(whole);
                predicate.scope = file.scope_of(whole, facts);
                facts.predicates.push(predicate);
            }
        }
        if let Some(mut predicate) = believed.then(|| file.range_arm(node)).flatten()
            && facts.predicates.last().is_none_or(|last| last.whole != predicate.whole)
        {
            predicate.scope = file.scope_of(node, facts);
            facts.predicates.push(predicate);
        }
        for mut mention in mentions {
            if mention.certainty > crate::facts::Certainty::Shaped {
                mention.statement = file.statement_around(node);
                mention.scope = file.scope_of(node, facts);
                mention.table = file.table_of(node, &mention, facts);
                let function = file.function(node);
                if functions.insert(function.id()) {
                    let scope = mention.scope;
                    file.responses(function, scope, facts);
                }
            }
            facts.mentions.push(mention);
        }
    }
    facts.mentions.sort_by_key(|m| (m.span.start, m.span.end));
    facts.comments = file.comments(&facts.mentions);
    facts.imports = file.imports.clone();
    file.note_trailing_comments(facts);
}

/// The text as the grammar can read it, byte for byte as long.
fn parsed_text<'t>(text: &'t str, language: &Language) -> Cow<'t, str> {
    if language.traits.call_macros { macros::as_calls(text) } else { Cow::Borrowed(text) }
}

/// Parses, within a budget of time. `None`: out of time. `from`: where in its file the text begins, if it is a part of one; bytes
/// are then counted from the start of the file.
fn parse(text: &str, language: &Language, old: Option<&Tree>, from: Option<u32>) -> Option<Tree> {
    thread_local!(static PARSERS: RefCell<HashMap<&'static str, Parser>> = RefCell::default());
    PARSERS.with(|parsers| {
        let mut parsers = parsers.borrow_mut();
        let parser = parsers.entry(language.id).or_insert_with(|| {
            let mut parser = Parser::new();
            parser.set_language(&language.grammar).expect("a grammar whose version this tree-sitter reads");
            parser
        });
        let budget = Budget::of(PARSE_BUDGET);
        let mut watch = |_: &tree_sitter::ParseState| {
            if budget.is_spent() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = tree_sitter::ParseOptions::new().progress_callback(&mut watch);
        let bytes = text.as_bytes();
        let from = from.unwrap_or(0) as usize;
        let mut read = |i: usize, _| i.checked_sub(from).and_then(|i| bytes.get(i..)).unwrap_or(&[]);
        let whole = tree_sitter::Range {
            start_byte: from,
            end_byte: from + bytes.len(),
            start_point: Point::new(0, 0),
            end_point: Point::new(memchr::memchr_iter(b'\n', bytes).count(), 0),
        };
        let ranges = if from > 0 { &[whole][..] } else { &[] };
        parser.set_included_ranges(ranges).expect("one range is in order");
        let tree = parser.parse_with_options(&mut read, old, Some(options));
        if tree.is_none() {
            parser.reset();
        }
        tree
    })
}

/// A text as an S-expression with positions, for `cargo dev tree`.
pub fn tree_of(text: &str, language: &Language) -> Option<String> {
    fn write(node: Node, depth: usize, text: &str, out: &mut String) {
        let leaf =
            if node.child_count() == 0 { format!(" {:?}", &text[node.byte_range()]) } else { String::new() };
        let (at, end) = (node.start_position(), node.end_position());
        out.push_str(&format!(
            "{:depth$}{} {}:{}-{}:{}{leaf}\n",
            "",
            node.kind(),
            at.row + 1,
            at.column + 1,
            end.row + 1,
            end.column + 1,
            depth = depth * 2
        ));
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            write(child, depth + 1, text, out);
        }
    }
    let tree = parse(&parsed_text(text, language), language, None, None)?;
    let mut out = String::new();
    write(tree.root_node(), 0, text, &mut out);
    Some(out)
}

/// A tree of this text has an error node: for the law that no fix leaves a new one.
pub fn has_syntax_error(text: &str, language: &Language) -> bool {
    parse(&parsed_text(text, language), language, None, None).is_none_or(|tree| tree.root_node().has_error())
}
