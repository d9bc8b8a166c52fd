//! What the client said it can, reduced to what we ask about.

use crate::text::Unit;
use tower_lsp::gen_lsp_types::{
    ClientCapabilities, CompletionItemTag, DiagnosticTag, MarkupKind, PositionEncodingKind,
};

/// What the client can. Never branched on its name.
#[derive(Clone, Debug)]
pub struct Client {
    /// How it counts columns.
    pub unit: Unit,
    /// It asks for diagnostics itself; nothing is published to it.
    pub pulls: bool,
    /// It draws tags on diagnostics: struck through, faded.
    pub tags: (bool, bool),
    /// It shows related places.
    pub related: bool,
    /// It links a rule's id to a page.
    pub links: bool,
    /// Hovers may be Markdown.
    pub markdown: bool,
    /// What documentation of completions may be.
    pub documentation: Documented,
    /// It tells insertion from replacement.
    pub insert_replace: bool,
    /// It shows details beside a label.
    pub label_details: bool,
    /// It strikes a completion through.
    pub completion_tags: bool,
    /// Edits may carry the version of their document.
    pub document_changes: bool,
    /// Edits may say what they are for, and that a person should look at them first.
    pub annotations: bool,
    /// It shows how far work is that it did not give a token for.
    pub progress: bool,
    /// Code actions may be more than commands.
    pub action_literals: bool,
    /// It applies edits that a command sends.
    pub apply_edit: bool,
    /// It answers `workspace/configuration`.
    pub configuration: bool,
    /// It lets us ask for notifications of changed settings.
    pub register_configuration: bool,
    /// It watches files for us.
    pub register_watchers: bool,
    /// It asks anew for diagnostics when told to.
    pub refresh_diagnostics: bool,
    /// It asks anew for inlay hints when told to.
    pub refresh_hints: bool,
}

/// What documentation of a completion may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Documented {
    /// A text and nothing else: the client says nothing of formats, of which older ones know none.
    Text,
    /// A text that is said to be plain.
    Plain,
    /// Markdown.
    Markdown,
}

impl Client {
    /// Reads what `initialize` says: what the client can, and what it is called.
    pub fn new(can: &ClientCapabilities, name: Option<&str>) -> Client {
        let workspace = can.workspace.clone().unwrap_or_default();
        let document = can.text_document.clone().unwrap_or_default();
        let publish = document.publish_diagnostics.clone();
        let pull = document.diagnostic.clone();
        let details = match (&pull, &publish) {
            (Some(pull), _) => pull.diagnostics_capabilities.clone(),
            (None, Some(publish)) => publish.diagnostics_capabilities.clone(),
            (None, None) => Default::default(),
        };
        // VS Code announces what diagnostics may carry with publishing alone; what one of the two says holds for both.
        let other = publish.clone().map(|publish| publish.diagnostics_capabilities).unwrap_or_default();
        // A client that says nothing about diagnostics gets everything: what it does not know, it skips.
        let silent = pull.is_none() && publish.is_none();
        let says = |one: Option<bool>, two: Option<bool>| silent || one.or(two) == Some(true);
        let tags = details.tag_support.or(other.tag_support).map(|tags| tags.value_set).unwrap_or_default();
        let draws = |tag: DiagnosticTag| silent || tags.contains(&tag);
        let item = document.completion.and_then(|completion| completion.completion_item).unwrap_or_default();
        let edits = workspace.workspace_edit.unwrap_or_default();
        let dynamic = |registration: Option<bool>| registration == Some(true);
        let asks_anew =
            workspace.diagnostics.and_then(|diagnostics| diagnostics.refresh_support) == Some(true);
        Client {
            unit: negotiate(can),
            // Findings change without an edit, too: by settings, or when the configuration is saved. Neovim 0.10 and 0.11
            // ask anew only when a text changes and cannot be told to, so they are published to, which always reaches
            // them; 0.12 can be told. Never both: what was asked for and what was published would stand there twice.
            pulls: pull.is_some() && (asks_anew || name != Some("Neovim")),
            tags: (draws(DiagnosticTag::Deprecated), draws(DiagnosticTag::Unnecessary)),
            related: says(details.related_information, other.related_information),
            links: says(details.code_description_support, other.code_description_support),
            markdown: prefers_markdown(document.hover.and_then(|hover| hover.content_format)),
            documentation: match item.documentation_format {
                None => Documented::Text,
                Some(formats) if formats.contains(&MarkupKind::Markdown) => Documented::Markdown,
                Some(_) => Documented::Plain,
            },
            insert_replace: item.insert_replace_support == Some(true),
            label_details: item.label_details_support == Some(true),
            completion_tags: item
                .tag_support
                .is_some_and(|tags| tags.value_set.contains(&CompletionItemTag::Deprecated)),
            document_changes: edits.document_changes == Some(true),
            annotations: edits.document_changes == Some(true) && edits.change_annotation_support.is_some(),
            progress: can.window.as_ref().and_then(|window| window.work_done_progress) == Some(true),
            action_literals: document
                .code_action
                .is_some_and(|action| action.code_action_literal_support.is_some()),
            apply_edit: workspace.apply_edit == Some(true),
            configuration: workspace.configuration == Some(true),
            register_configuration: workspace
                .did_change_configuration
                .is_some_and(|change| dynamic(change.dynamic_registration)),
            register_watchers: workspace
                .did_change_watched_files
                .is_some_and(|watch| dynamic(watch.dynamic_registration)),
            refresh_diagnostics: asks_anew,
            refresh_hints: workspace.inlay_hint.and_then(|hint| hint.refresh_support) == Some(true),
        }
    }
    /// The name of the negotiated encoding.
    pub fn encoding(&self) -> PositionEncodingKind {
        match self.unit {
            Unit::Utf8 => PositionEncodingKind::UTF8,
            Unit::Utf16 => PositionEncodingKind::UTF16,
            Unit::Scalar => PositionEncodingKind::UTF32,
        }
    }
}

/// Bytes when the client can count them, else what every client can: UTF-16. UTF-32 only when the client does not
/// name UTF-16 at all.
fn negotiate(can: &ClientCapabilities) -> Unit {
    let offered =
        can.general.as_ref().and_then(|general| general.position_encodings.clone()).unwrap_or_default();
    let order = [
        (PositionEncodingKind::UTF8, Unit::Utf8),
        (PositionEncodingKind::UTF16, Unit::Utf16),
        (PositionEncodingKind::UTF32, Unit::Scalar),
    ];
    order.into_iter().find(|(kind, _)| offered.contains(kind)).map_or(Unit::Utf16, |(_, unit)| unit)
}

/// A client that names no format takes Markdown: the protocol's older hovers were Markdown without saying so.
fn prefers_markdown(formats: Option<Vec<MarkupKind>>) -> bool {
    formats.is_none_or(|formats| formats.is_empty() || formats.contains(&MarkupKind::Markdown))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn client(can: serde_json::Value) -> Client {
        named(None, can)
    }

    fn named(name: Option<&str>, can: serde_json::Value) -> Client {
        Client::new(&serde_json::from_value(can).expect("capabilities"), name)
    }

    #[test]
    fn bytes_are_taken_when_offered_and_utf16_when_nothing_is() {
        assert_eq!(client(json!({})).unit, Unit::Utf16);
        let offers = |kinds: &[&str]| client(json!({ "general": { "positionEncodings": kinds } })).unit;
        assert_eq!(offers(&["utf-16"]), Unit::Utf16);
        assert_eq!(offers(&["utf-16", "utf-8"]), Unit::Utf8);
        assert_eq!(offers(&["utf-32", "utf-16"]), Unit::Utf16);
        assert_eq!(offers(&["utf-32"]), Unit::Scalar);
    }

    #[test]
    fn findings_are_published_where_nobody_asks_for_them_anew() {
        let pulls = |name: Option<&str>, refresh: bool, document: serde_json::Value| {
            let workspace = json!({ "diagnostics": { "refreshSupport": refresh } });
            named(name, json!({ "workspace": workspace, "textDocument": document })).pulls
        };
        let both = || json!({ "diagnostic": {}, "publishDiagnostics": {} });
        assert!(pulls(Some("Neovim"), true, both()));
        assert!(!pulls(Some("Neovim"), false, both()));
        assert!(pulls(None, false, both()));
        assert!(!pulls(None, true, json!({ "publishDiagnostics": {} })));
        assert!(!named(Some("Neovim"), json!({ "textDocument": both() })).pulls);
    }

    #[test]
    fn a_client_without_markdown_gets_plain_text() {
        let hover = |formats: &[&str]| {
            client(json!({ "textDocument": { "hover": { "contentFormat": formats } } })).markdown
        };
        assert!(hover(&["markdown", "plaintext"]) && !hover(&["plaintext"]));
        assert!(client(json!({})).markdown);
        let documentation = |item: serde_json::Value| {
            client(json!({ "textDocument": { "completion": { "completionItem": item } } })).documentation
        };
        assert_eq!(documentation(json!({})), Documented::Text);
        assert_eq!(documentation(json!({ "documentationFormat": ["plaintext"] })), Documented::Plain);
        let both = json!({ "documentationFormat": ["plaintext", "markdown"] });
        assert_eq!(documentation(both), Documented::Markdown);
    }
}
