//! What people who write patterns see of a file: for `cargo dev shapes`.

use super::asker::Asker;
use super::{file, parse, parsed_text};
use crate::languages::Language;
use crate::languages::shapes::{construct_word, part_word};
use crate::text::Span;
use tree_sitter::Node;

/// One construct of `shapes.scm` at one node, in the words that the patterns use.
#[derive(Clone, PartialEq, Debug)]
pub struct Seen {
    /// What the patterns call it (`comparison`; a `@binary` is already what its operator makes of it).
    pub construct: &'static str,
    /// The node's kind in its grammar.
    pub kind: String,
    /// All of it.
    pub span: Span,
    /// Its parts, as the patterns capture them.
    pub parts: Vec<(&'static str, Span)>,
}

/// Every construct in a text, in the order of the tree. `None`: it could not be parsed in time. Documents that are read
/// by rows of formats have none.
pub fn shapes_of(text: &str, language: &Language) -> Option<Vec<Seen>> {
    let readable = parsed_text(text, language);
    let tree = parse(&readable, language, None, None)?;
    let asker = Asker::new(language.shapes(), &readable);
    let mut seen = vec![];
    gather(tree.root_node(), &asker, &mut seen);
    Some(seen)
}

fn gather<'t>(node: Node<'t>, asker: &Asker<'t>, seen: &mut Vec<Seen>) {
    for shape in asker.at(node).iter() {
        seen.push(Seen {
            construct: construct_word(shape.construct),
            kind: node.kind().to_string(),
            span: file::span(node),
            parts: shape.parts.iter().map(|(part, node)| (part_word(*part), file::span(*node))).collect(),
        });
    }
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor) {
        gather(child, asker, seen);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::languages;

    #[test]
    fn constructs_are_told_in_the_words_of_the_patterns() {
        let python = languages::by_path("a.py").expect("python is served");
        let text = "if status == 404: pass";
        let seen = shapes_of(text, python).expect("it parses");
        let test = seen.iter().find(|seen| seen.construct == "test").expect("an `if` is a test");
        let condition = test.parts.iter().find(|(part, _)| *part == "condition").expect("it has a condition");
        assert_eq!(&text[condition.1.range()], "status == 404");
        assert!(seen.iter().any(|seen| seen.construct == "comparison"));
    }
}
