//! What stands around mentions: scopes, tables, comments.

use super::file::{File, span};
use super::literals::integer;
use super::sinks::Sink;
use crate::facts::{Certainty, Comment, Facts, Mention, Near, NearKind, Role, Scope, Table};
use crate::languages::Kind;
use crate::languages::shapes::Construct;
use crate::text::Span;
use tree_sitter::Node;

impl<'t> File<'t> {
    /// The innermost function or container around a node, as an index into the facts' scopes.
    pub fn scope_of(&self, node: Node<'t>, facts: &mut Facts) -> Option<usize> {
        let scope = self
            .above(node)
            .iter()
            .copied()
            .find(|n| self.ask.is(*n, Construct::Function) || self.is(*n, Kind::Container))?;
        if let Some(known) = self.scopes.borrow().get(&scope.id()) {
            return Some(*known);
        }
        self.scopes.borrow_mut().insert(scope.id(), facts.scopes.len());
        let at = span(scope);
        let name = self.function_name(scope).or_else(|| self.container_name(scope)).map(str::to_string);
        facts.scopes.push(Scope { name, span: at });
        Some(facts.scopes.len() - 1)
    }
    /// The innermost statement around a node: what stands directly in a block.
    pub fn statement_around(&self, node: Node<'t>) -> Option<Span> {
        let above = self.above(node);
        let mut at = node;
        for &parent in above.iter() {
            if self.is(parent, Kind::Block) && !self.is(at, Kind::Block) || parent.id() == self.root.id() {
                return Some(span(at));
            }
            at = parent;
        }
        None
    }
    /// The lookup table or container of constants that a definition is an entry of.
    pub fn table_of(&self, node: Node<'t>, mention: &Mention, facts: &mut Facts) -> Option<usize> {
        if !matches!(mention.role, Role::Defined | Role::Declared | Role::Observed) {
            return None;
        }
        // The literal of a constant is the whole path, of which the candidate is the last word.
        let literal = self.above(node).iter().copied().find(|n| span(*n) == mention.handles.literal);
        let node = literal.unwrap_or(node);
        let holder = match self.sink(node) {
            // A match that gives a text for each code is a table too.
            Sink::Arm { .. } => {
                let above = self.above(node);
                let arm = above.iter().take(4).find(|n| self.ask.is(**n, Construct::Arm))?;
                self.parent(*arm)?
            }
            _ if mention.role == Role::Observed => return None,
            Sink::Key { map, .. } | Sink::Pair { map, .. } => map,
            Sink::Binding { target } => self
                .above(target)
                .iter()
                .take(5)
                .copied()
                .find(|n| self.is(*n, Kind::Container))
                .unwrap_or(self.root),
            _ => return None,
        };
        if let Some(known) = self.tables.borrow().get(&holder.id()) {
            return Some(*known);
        }
        self.tables.borrow_mut().insert(holder.id(), facts.tables.len());
        let at = self.reach(holder);
        let members: Vec<(String, u32)> = if holder.id() == self.root.id() {
            self.constants_of_file()
        } else {
            self.members_of(holder)
                .iter()
                .filter_map(|(name, value)| Some((name.to_string(), integer(self.text_of(*value))?)))
                .collect()
        };
        let entries = if holder.id() == self.root.id() { members.len() } else { self.children(holder).len() };
        facts.tables.push(Table {
            name: self.container_name(holder).map(str::to_string),
            span: at,
            entries,
            members,
        });
        Some(facts.tables.len() - 1)
    }
    /// Constants that stand at the top of the file.
    fn constants_of_file(&self) -> Vec<(String, u32)> {
        self.members_of(self.root)
            .iter()
            .filter_map(|(name, value)| Some((name.to_string(), integer(self.text_of(*value))?)))
            .take(200)
            .collect()
    }
    /// The comments that matter: all of a file with suppressions in it, else those on the lines of statements with a mention.
    /// Looked for only where one of the marks stands.
    pub fn comments(&self, mentions: &[Mention]) -> Vec<Comment> {
        if self.text.contains("lsp-lint:") {
            return self.comments_in(self.all());
        }
        let mut found: Vec<Comment> = vec![];
        let mut read = 0;
        for mention in mentions.iter().filter(|m| m.certainty > Certainty::Shaped) {
            let around = mention.statement.map_or(mention.span, |statement| Span {
                start: statement.start.min(mention.span.start),
                end: statement.end.max(mention.span.end),
            });
            let lines = self.lines_of(around);
            if lines.end > read {
                found.extend(self.comments_in(Span { start: lines.start.max(read), end: lines.end }));
                read = lines.end;
            }
        }
        found.sort_by_key(|c| c.span.start);
        found.dedup_by_key(|c| c.span.start);
        found
    }
    /// The lines that these bytes stand on.
    fn lines_of(&self, span: Span) -> Span {
        let bytes = self.text.as_bytes();
        let start = memchr::memrchr(b'\n', &bytes[..span.start as usize]).map_or(0, |i| i + 1);
        let end =
            memchr::memchr(b'\n', &bytes[span.end as usize..]).map_or(bytes.len(), |i| span.end as usize + i);
        Span::new(start, end)
    }
    /// The comments that begin within these bytes.
    fn comments_in(&self, within: Span) -> Vec<Comment> {
        let marks = [
            self.language.line_comment.as_deref(),
            self.language.block_comment.as_ref().map(|b| b.0.as_str()),
        ];
        let mut found: Vec<Comment> = vec![];
        let text = self.text;
        for mark in marks.into_iter().flatten() {
            let mut from = within.start as usize;
            while let Some(at) = text
                .as_bytes()
                .get(from..within.end as usize)
                .and_then(|rest| memchr::memmem::find(rest, mark.as_bytes()))
                .map(|i| i + from)
            {
                from = at + mark.len();
                let Some(node) = self.leaf_at(Span::new(at, at + mark.len())) else { continue };
                let comment = std::iter::once(node)
                    .chain(node.parent())
                    .find(|n| self.is(*n, Kind::Comment) && n.start_byte() == at);
                if let Some(comment) = comment {
                    let line = text[..at].rfind('\n').map_or(0, |i| i + 1);
                    found.push(Comment { span: span(comment), own_line: text[line..at].trim().is_empty() });
                    from = from.max(comment.end_byte());
                }
            }
        }
        found.sort_by_key(|c| c.span.start);
        found.dedup_by_key(|c| c.span.start);
        found
    }
    /// A comment behind a mention on its line may say what it should be.
    pub fn note_trailing_comments(&self, facts: &mut Facts) {
        let comments = std::mem::take(&mut facts.comments);
        for mention in &mut facts.mentions {
            if mention.certainty == Certainty::Shaped {
                continue;
            }
            let next = comments.partition_point(|c| c.span.start < mention.span.end);
            let Some(comment) = comments.get(next) else { continue };
            let between = &self.text[mention.span.end as usize..comment.span.start as usize];
            if between.contains('\n') || between.len() > 120 {
                continue;
            }
            let raw = &self.text[comment.span.range()];
            let text = raw.trim_start_matches(['/', '#', '*', ' ', '-']).trim_end_matches(['*', '/', ' ']);
            let start = comment.span.start + (text.as_ptr() as usize - raw.as_ptr() as usize) as u32;
            mention.near.push(Near {
                kind: NearKind::Comment,
                text: text.to_string(),
                span: Span { start, end: start + text.len() as u32 },
            });
        }
        facts.comments = comments;
    }
}
