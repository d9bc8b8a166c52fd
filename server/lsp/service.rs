//! The methods that are served, each a few lines: what the protocol asks, put to the [`World`] before the first `.await`.

use super::answers::{self, View};
use super::client::Client;
use super::commands::{EXPLAIN, FIX_ALL, INVENTORY};
use super::paths::path_of;
use super::world::{About, Shared, World, lock};
use crate::workspace::CONFIGURATION;
use serde_json::{Value, json};
use std::path::PathBuf;
use tower_lsp::gen_lsp_types::*;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::{ClientSocket, LanguageServer, LspService};

/// The handlers. All state is in the world.
pub struct Service {
    pub(super) world: Shared,
}

/// The service over a world, and the socket for what it sends by itself.
pub fn service(world: &Shared) -> (LspService<Service>, ClientSocket) {
    LspService::build_with_lifecycle_methods(|peer| {
        lock(world).set_peer(peer);
        Service { world: world.clone() }
    })
    .custom_method("textDocument/didOpen", Service::opened)
    .custom_method("textDocument/didChange", Service::changed)
    .custom_method("textDocument/didSave", Service::saved)
    .custom_method("textDocument/didClose", Service::closed)
    .custom_method("textDocument/diagnostic", Service::diagnostics)
    .custom_method("textDocument/hover", Service::hover)
    .custom_method("textDocument/completion", Service::completion)
    .custom_method("completionItem/resolve", Service::resolve)
    .custom_method("textDocument/codeAction", Service::actions)
    .custom_method("textDocument/inlayHint", Service::hints)
    .custom_method("workspace/executeCommand", Service::command)
    .custom_method("workspace/didChangeConfiguration", Service::settings_changed)
    .custom_method("workspace/didChangeWorkspaceFolders", Service::folders_changed)
    .custom_method("workspace/didChangeWatchedFiles", Service::files_changed)
    .custom_method("window/workDoneProgress/cancel", Service::called_off)
    .custom_method("$/setTrace", Service::trace)
    .finish()
}

impl LanguageServer for Service {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let mut world = lock(&self.world);
        let name = params.client_info.as_ref().map(|client| client.name.as_str());
        world.client = Client::new(&params.capabilities, name);
        world.set_roots(roots(&params));
        if let Some(options) = &params.initialization_options {
            world.configure(options);
        }
        Ok(InitializeResult {
            capabilities: abilities(&world.client),
            server_info: Some(ServerInfo {
                name: "lsp-lint".into(),
                version: Some(env!("CARGO_PKG_VERSION").into()),
            }),
        })
    }
    async fn initialized(&self, _: InitializedParams) {
        let world = lock(&self.world);
        let registrations = registrations(&world.client);
        if !registrations.is_empty() {
            let (later, watchers) = (world.later(), world.client.register_watchers);
            world.request(move |peer| async move {
                if peer.register_capability(registrations).await.is_ok() && watchers {
                    later(Box::new(|world| world.watched = true));
                }
            });
        }
        ask_for_settings(&world);
    }
    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }
}

impl Service {
    async fn opened(&self, params: DidOpenTextDocumentParams) {
        let item = params.text_document;
        lock(&self.world).open(item.uri, &item.language_id.to_string(), item.version, item.text);
    }
    async fn changed(&self, params: DidChangeTextDocumentParams) {
        let document = params.text_document;
        lock(&self.world).change(
            &document.text_document_identifier.uri,
            document.version,
            params.content_changes,
        );
    }
    async fn saved(&self, params: DidSaveTextDocumentParams) {
        lock(&self.world).save(&params.text_document.uri);
    }
    async fn closed(&self, params: DidCloseTextDocumentParams) {
        lock(&self.world).close(&params.text_document.uri);
    }
    async fn diagnostics(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReport> {
        let known = params.previous_result_id;
        self.put(params.text_document.uri, About::Diagnostics, move |view| {
            let result_id = view.result.to_string();
            if known.as_deref() == Some(&result_id) {
                return RelatedUnchangedDocumentDiagnosticReport {
                    related_documents: None,
                    unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
                }
                .into();
            }
            RelatedFullDocumentDiagnosticReport {
                related_documents: None,
                full_document_diagnostic_report: FullDocumentDiagnosticReport {
                    result_id: Some(result_id),
                    items: view.diagnostics.to_vec(),
                },
            }
            .into()
        })
        .await
    }
    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let place = params.text_document_position_params;
        let about = About::Item(place.position);
        self.put(place.text_document.uri, about, move |view| view.hover(place.position)).await
    }
    async fn completion(&self, params: CompletionParams) -> Result<CompletionList> {
        let place = params.text_document_position_params;
        let about = About::Item(place.position);
        self.put(place.text_document.uri, about, move |view| view.completion(place.position)).await
    }
    /// Documentation for the item that is looked at; an item of a document that is closed by now stays as it is.
    async fn resolve(&self, mut item: CompletionItem) -> Result<CompletionItem> {
        let data = item.data.clone().unwrap_or_default();
        if let (Some(code), Some(uri)) = (data["code"].as_u64(), data["uri"].as_str()) {
            let page = self.ask(uri.into(), move |view| view.documentation(code as u16)).await;
            item.documentation = page.ok().flatten().or(item.documentation);
        }
        Ok(item)
    }
    async fn actions(&self, params: CodeActionParams) -> Result<Vec<CodeAction>> {
        let (range, context) = (params.range, params.context);
        let list = move |view: &View| (view.actions(range, &context), view.fixing_as_action(&context));
        let (mut actions, fixing) = self.ask_about_a_place(params.text_document.uri, list).await?;
        if let Some(fixing) = fixing {
            let client = lock(&self.world).client.clone();
            let unit = client.unit;
            let edited = self.elsewhere(move || fixing.run(unit)).await?;
            actions.extend(edited.map(|edited| answers::fix_all_action(&client, edited)));
        }
        Ok(actions)
    }
    async fn hints(&self, params: InlayHintParams) -> Result<Vec<InlayHint>> {
        self.ask(params.text_document.uri, move |view| view.hints(params.range)).await
    }
    async fn settings_changed(&self, params: DidChangeConfigurationParams) {
        let mut world = lock(&self.world);
        if world.client.configuration {
            ask_for_settings(&world);
        } else {
            world.configure(&params.settings);
        }
    }
    async fn folders_changed(&self, params: DidChangeWorkspaceFoldersParams) {
        let paths = |folders: Vec<WorkspaceFolder>| -> Vec<PathBuf> {
            folders.iter().filter_map(|folder| path_of(&folder.uri)).collect()
        };
        lock(&self.world).change_roots(paths(params.event.added), &paths(params.event.removed));
    }
    async fn files_changed(&self, params: DidChangeWatchedFilesParams) {
        let paths: Vec<PathBuf> = params.changes.iter().filter_map(|change| path_of(&change.uri)).collect();
        lock(&self.world).files_changed(&paths);
    }
    async fn trace(&self, _: Value) {}
    async fn called_off(&self, params: WorkDoneProgressCancelParams) {
        lock(&self.world).call_off(&params.token);
    }

    /// Asks about a document that is open, in its newest state.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        uri: Uri,
        question: impl FnOnce(&View) -> T + Send + 'static,
    ) -> Result<T> {
        self.put(uri, About::Document, question).await
    }
    /// Asks about a place in a document that is open, as the document is now: edits that come before the answer is
    /// ready do not move it.
    pub(super) async fn ask_about_a_place<T: Send + 'static>(
        &self,
        uri: Uri,
        question: impl FnOnce(&View) -> T + Send + 'static,
    ) -> Result<T> {
        self.put(uri, About::Place, question).await
    }
    async fn put<T: Send + 'static>(
        &self,
        uri: Uri,
        about: About,
        question: impl FnOnce(&View) -> T + Send + 'static,
    ) -> Result<T> {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let answer = move |view: &View| drop(sender.send(question(view)));
        if lock(&self.world).ask(&uri, about, answer).is_none() {
            return Err(Error::invalid_params(format!("{uri} is not open")));
        }
        // It goes unanswered only when the document is closed before it is read, or too much is asked at once.
        receiver.await.map_err(|_| Error::new(ErrorCode::ContentModified))
    }
}

/// The folders that are open: what newer clients say, else what older ones do.
#[allow(deprecated)] // older clients still say it this way
fn roots(params: &InitializeParams) -> Vec<PathBuf> {
    let folders = match &params.workspace_folders_initialize_params.workspace_folders {
        Some(WorkspaceFolders::WorkspaceFolderList(folders)) => Some(folders),
        _ => None,
    };
    match (folders, &params.root_uri, &params.root_path) {
        (Some(folders), ..) if !folders.is_empty() => {
            folders.iter().filter_map(|folder| path_of(&folder.uri)).collect()
        }
        (_, Some(uri), _) => path_of(uri).into_iter().collect(),
        // Who says that no folder is open means it: Helix names its working directory as path all the same.
        (None, None, Some(RootPath::String(path))) => vec![PathBuf::from(path)],
        _ => vec![],
    }
}

/// What we announce.
fn abilities(client: &Client) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(client.encoding()),
        text_document_sync: Some(
            TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(TextDocumentSyncKind::Incremental),
                save: Some(Save::SaveOptions(SaveOptions { include_text: Some(false) })),
                ..TextDocumentSyncOptions::default()
            }
            .into(),
        ),
        hover_provider: Some(true.into()),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some((0..=9).map(|digit: u8| digit.to_string()).collect()),
            resolve_provider: Some(true),
            completion_item: Some(ServerCompletionItemOptions { label_details_support: Some(true) }),
            ..CompletionOptions::default()
        }),
        code_action_provider: Some(
            CodeActionOptions {
                code_action_kinds: Some(vec![
                    CodeActionKind::QuickFix,
                    CodeActionKind::RefactorRewrite,
                    CodeActionKind::Custom(answers::FIX_ALL.into()),
                ]),
                ..CodeActionOptions::default()
            }
            .into(),
        ),
        inlay_hint_provider: Some(true.into()),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: [EXPLAIN, INVENTORY, FIX_ALL].map(String::from).to_vec(),
            work_done_progress_options: WorkDoneProgressOptions { work_done_progress: Some(true) },
        }),
        diagnostic_provider: client.pulls.then(|| {
            DiagnosticOptions {
                identifier: Some("lsp-lint".into()),
                inter_file_dependencies: false,
                workspace_diagnostics: false,
                ..DiagnosticOptions::default()
            }
            .into()
        }),
        workspace: Some(WorkspaceOptions {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(true.into()),
            }),
            ..WorkspaceOptions::default()
        }),
        ..ServerCapabilities::default()
    }
}

/// The manifests and lock files that a client is asked to watch: those that people edit and tools rewrite most.
const MANIFESTS: &[&str] = &[
    ".gitattributes",
    "Cargo.lock",
    "Cargo.toml",
    "go.mod",
    "package-lock.json",
    "package.json",
    "pnpm-lock.yaml",
    "poetry.lock",
    "pyproject.toml",
    "requirements*.txt",
    "uv.lock",
    "yarn.lock",
];

/// What we ask a client for that lets us: changed settings, and the files that tell what a project is.
fn registrations(client: &Client) -> Vec<Registration> {
    let mut all = vec![];
    if client.register_configuration {
        all.push(Registration {
            id: "settings".into(),
            method: "workspace/didChangeConfiguration".into(),
            register_options: Some(json!({ "section": "lsp-lint" })),
        });
    }
    if client.register_watchers {
        // Some clients refuse everything when a star stands within braces.
        let names = [&CONFIGURATION[..], MANIFESTS].concat();
        let (starred, plain): (Vec<&str>, Vec<&str>) = names.iter().partition(|name| name.contains('*'));
        let patterns = std::iter::once(format!("**/{{{}}}", plain.join(",")))
            .chain(starred.iter().map(|name| format!("**/{name}")));
        let watchers: Vec<Value> = patterns.map(|pattern| json!({ "globPattern": pattern })).collect();
        all.push(Registration {
            id: "files".into(),
            method: "workspace/didChangeWatchedFiles".into(),
            register_options: Some(json!({ "watchers": watchers })),
        });
    }
    all
}

/// Asks a client that can answer for the section `lsp-lint`; what it says replaces what `initialize` brought.
fn ask_for_settings(world: &World) {
    if !world.client.configuration {
        return;
    }
    let later = world.later();
    world.request(|peer| async move {
        let items = vec![ConfigurationItem { scope_uri: None, section: Some("lsp-lint".into()) }];
        if let Ok(mut answers) = peer.configuration(items).await {
            let section = answers.pop().unwrap_or_default();
            later(Box::new(move |world| world.configure(&section)));
        }
    });
}
