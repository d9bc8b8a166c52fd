//! The structural patterns of a language, compiled: which constructs there are, and what their parts are called.
//! `detect` asks them at one node at a time, never over a tree, so another matcher can take their place.

use std::collections::HashMap;
use tree_sitter::{Language, Node, Query};

macro_rules! captures { ($enum:ident, $table:ident: $($name:ident = $word:literal),* $(,)?) => {
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    #[allow(missing_docs)] // the words of the capture vocabulary, see grammar-queries/README.md
    pub enum $enum { $($name),* }
    const $table: &[(&str, $enum)] = &[$(($word, $enum::$name)),*];
} }

captures!(Construct, CONSTRUCTS: Call = "call", Keyword = "keyword", Pair = "pair", Binding = "binding", Comparison = "comparison",
    Boolean = "boolean", Negation = "negation", Choice = "choice", Arithmetic = "arithmetic", Member = "member", Lookup = "lookup",
    Switch = "switch", Arm = "arm", Test = "test", Function = "function", Annotation = "annotation", Import = "import", Table = "table",
    Sequence = "sequence", Range = "range",
    Binary = "binary",
    Parameter = "parameter");

captures!(Part, PARTS: Callee = "callee", Receiver = "receiver", Arguments = "arguments", Key = "key", Value = "value", Target = "target",
    Left = "left", Operator = "operator", Right = "right", Operand = "operand", Condition = "condition", Consequence = "consequence",
    Alternative = "alternative", Name = "name", Index = "index", Subject = "subject", Pattern = "pattern", Parameters = "parameters",
    Body = "body", Mark = "mark", Inner = "function", Module = "module", Columns = "columns", Rows = "rows", Elements = "elements", Type = "type", Low = "low", High = "high", Tree = "tree", Alias = "alias");

/// What patterns call a construct.
pub fn construct_word(construct: Construct) -> &'static str {
    CONSTRUCTS.iter().find(|known| known.1 == construct).map_or("", |known| known.0)
}

/// What patterns call a part.
pub fn part_word(part: Part) -> &'static str {
    PARTS.iter().find(|known| known.1 == part).map_or("", |known| known.0)
}

/// One construct at one node.
#[derive(Clone, Debug)]
pub struct Shape<'t> {
    /// Which.
    pub construct: Construct,
    /// The node.
    pub node: Node<'t>,
    pub(crate) parts: Vec<(Part, Node<'t>)>,
}

impl<'t> Shape<'t> {
    /// The node of a part.
    pub fn part(&self, part: Part) -> Option<Node<'t>> {
        self.parts.iter().find(|p| p.0 == part).map(|p| p.1)
    }
    /// Every node of a part that may repeat.
    pub fn all(&self, part: Part) -> impl Iterator<Item = Node<'t>> + '_ {
        self.parts.iter().filter(move |p| p.0 == part).map(|p| p.1)
    }
    /// Which part holds this node.
    pub fn part_around(&self, node: Node) -> Option<Part> {
        self.parts
            .iter()
            .find(|p| p.1.start_byte() <= node.start_byte() && node.end_byte() <= p.1.end_byte())
            .map(|p| p.0)
    }
}

/// The compiled patterns of one language.
pub struct Shapes {
    pub(crate) query: Query,
    pub(crate) parts: Vec<Result<Part, Construct>>,
    /// The construct of each pattern.
    pub(crate) constructs: Vec<Construct>,
    /// What can begin at a node, by its kind, one bit a construct: asked at every step of a climb, so a table and no hash.
    roots: Vec<u32>,
    /// How many patterns.
    pub patterns: usize,
    /// What a `@binary` is: its operator says. One pattern for all operators compiles in half the time of one for each meaning.
    pub(crate) operators: HashMap<String, Construct>,
}

impl Shapes {
    /// Compiles patterns; fails on an unknown capture or node kind.
    pub fn compile(
        language: &Language,
        source: &str,
        operators: HashMap<String, Construct>,
    ) -> Result<Shapes, String> {
        let query = Query::new(language, source).map_err(|e| e.to_string())?;
        let mut parts = vec![];
        for name in query.capture_names() {
            let part = PARTS.iter().find(|p| p.0 == *name).map(|p| p.1);
            let construct = CONSTRUCTS.iter().find(|c| c.0 == *name).map(|c| c.1);
            // `@function` is both: the construct, and the definition inside an annotation.
            parts.push(match (part, construct) {
                (_, Some(c)) => Err(c),
                (Some(p), _) => Ok(p),
                _ => return Err(format!("unknown capture @{name}")),
            });
        }
        let mut constructs = vec![];
        let mut roots = vec![0u32; language.node_kind_count()];
        for i in 0..query.pattern_count() {
            let text: String = source[query.start_byte_for_pattern(i)..query.end_byte_for_pattern(i)]
                .lines()
                .map(|l| l.split(';').next().unwrap())
                .collect::<Vec<_>>()
                .join(" ");
            let last = text.rsplit('@').next().unwrap().trim().trim_end_matches(')');
            let construct = CONSTRUCTS
                .iter()
                .find(|c| c.0 == last)
                .ok_or(format!("pattern {i} ends in @{last}, not a construct"))?
                .1;
            for kind in root_kinds(&text) {
                let id = language.id_for_node_kind(&kind, true);
                if id == 0 {
                    return Err(format!("pattern {i}: no node kind {kind}"));
                }
                roots[usize::from(id)] |= bit(construct);
            }
            constructs.push(construct);
        }
        if constructs.len() > 28 {
            return Err(format!("{} patterns: at most 28", constructs.len()));
        }
        Ok(Shapes { patterns: constructs.len(), query, parts, constructs, roots, operators })
    }
    /// Can a node of this kind be such a construct?
    pub fn may_be(&self, node: Node, construct: Construct) -> bool {
        self.begins(node) & (bit(construct) | bit(Construct::Binary)) != 0
    }
    /// Can a node of this kind be any construct?
    pub fn may_be_any(&self, node: Node) -> bool {
        self.begins(node) != 0
    }
    fn begins(&self, node: Node) -> u32 {
        self.roots.get(usize::from(node.kind_id())).copied().unwrap_or_default()
    }
}

fn bit(construct: Construct) -> u32 {
    1 << construct as u32
}

/// The node kinds a pattern starts with: `(call ...)` or `[(a ...) (b ...)]`.
fn root_kinds(pattern: &str) -> Vec<String> {
    let mut kinds = vec![];
    let alternation = pattern.trim_start().starts_with('[');
    let (mut depth, mut in_string) = (0i32, false);
    for (i, c) in pattern.char_indices() {
        match c {
            '"' => in_string = !in_string,
            _ if in_string => {}
            '(' | '[' => {
                depth += 1;
                if c == '(' && depth == 1 + alternation as i32 {
                    kinds.push(
                        pattern[i + 1..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect(),
                    );
                }
            }
            ')' | ']' => depth -= 1,
            _ => {}
        }
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_capture_is_refused() {
        let go = tree_sitter_go::LANGUAGE.into();
        assert!(
            Shapes::compile(&go, "(call_expression function: (_) @calle) @call", HashMap::new()).is_err()
        );
        assert!(Shapes::compile(&go, "(call_expression function: (_) @callee)", HashMap::new()).is_err());
    }

    #[test]
    fn roots_are_read_from_plain_patterns_and_alternations() {
        assert_eq!(root_kinds("(call function: [(identifier) (attribute)]) @call"), ["call"]);
        assert_eq!(root_kinds("[(a b: (c)) (d)] @x"), ["a", "d"]);
    }
}
