//! The commands: what their arguments may be, and what they do. `editors/README.md` says it for those who write clients.

use super::answers::{self, Edited, Fixing};
use super::reading::{Job, read};
use super::service::Service;
use super::sweep::{Failure, Piece, Scope};
use super::world::{World, lock};
use crate::ide;
use crate::report::counted;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tower_lsp::gen_lsp_types::{
    ApplyWorkspaceEditParams, ApplyWorkspaceEditRequest, ExecuteCommandParams, MessageType, Position,
    ProgressToken, Uri,
};
use tower_lsp::jsonrpc::{Error, Result};

/// Explains a word, or what stands at a place: the pages as Markdown.
pub const EXPLAIN: &str = "lsp-lint.explain";
/// Lists the mentions of a document, a folder or every workspace folder.
pub const INVENTORY: &str = "lsp-lint.inventory";
/// Applies every safe fix in a document, a folder or every workspace folder.
pub const FIX_ALL: &str = "lsp-lint.fixAll";

/// What `lsp-lint.explain` is asked.
#[derive(Debug, PartialEq)]
enum Asked {
    /// `[404]`, `["404 Not Found"]`, `["status-form"]`.
    Word(String),
    /// `[{uri, position}]`, `[uri, position]`.
    Place(Uri, Position),
}

impl Asked {
    fn read(arguments: &[Value]) -> Result<Asked> {
        let unsaid = || {
            Error::invalid_params(
                "lsp-lint.explain takes [word], [number], [uri, position] or [{uri, position}]",
            )
        };
        let place = |uri: &Value, position: &Value| {
            let position = serde_json::from_value(position.clone()).map_err(|_| unsaid())?;
            Ok(Asked::Place(uri.as_str().ok_or_else(unsaid)?.into(), position))
        };
        match arguments {
            [Value::String(word)] => Ok(Asked::Word(word.clone())),
            [Value::Number(code)] => Ok(Asked::Word(code.to_string())),
            [uri @ Value::String(_), position] => place(uri, position),
            [one @ Value::Object(_)] => {
                let uri = one.get("uri").or_else(|| one.get("textDocument")?.get("uri"));
                place(uri.ok_or_else(unsaid)?, one.get("position").ok_or_else(unsaid)?)
            }
            _ => Err(unsaid()),
        }
    }
}

/// `[]` is everything, `[uri]` and `[{uri}]` one document or folder.
fn scope(arguments: &[Value]) -> Result<Scope> {
    let uri = match arguments {
        [] => return Ok(Scope::Everything),
        [one] => one.as_str().or_else(|| one.get("uri")?.as_str()),
        _ => None,
    };
    let uri = uri.ok_or_else(|| Error::invalid_params("the command takes [] or [uri]"))?;
    Ok(Scope::One(uri.into()))
}

/// Calls a sweep off when nobody waits for it any more.
struct Waits(Arc<AtomicBool>);

impl Drop for Waits {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Service {
    /// `workspace/executeCommand`.
    pub async fn command(&self, params: ExecuteCommandParams) -> Result<Value> {
        let arguments = params.arguments.unwrap_or_default();
        let token = params.work_done_progress_params.work_done_token;
        match params.command.as_str() {
            EXPLAIN => match Asked::read(&arguments)? {
                Asked::Word(word) => self.explain_word(word).await,
                Asked::Place(uri, position) => self.explain_place(uri, position).await,
            },
            INVENTORY => self.inventory(scope(&arguments)?, token).await,
            FIX_ALL => self.fix_all(scope(&arguments)?, token).await,
            other => Err(Error::invalid_params(format!("there is no command {other:?}"))),
        }
    }

    async fn explain_word(&self, word: String) -> Result<Value> {
        let project = lock(&self.world).first_project();
        let asked = word.clone();
        let page = self.elsewhere(move || ide::explain(&project(), &asked)).await?;
        page.map(Value::String).ok_or_else(|| {
            Error::invalid_params(format!("{word:?} is no code, class, phrase, constant or rule"))
        })
    }

    async fn explain_place(&self, uri: Uri, position: Position) -> Result<Value> {
        let standing = self.ask_about_a_place(uri, move |view| view.standing(position)).await?;
        let (line, column) = (u64::from(position.line) + 1, u64::from(position.character) + 1);
        let (standing, surroundings) = standing.ok_or_else(|| {
            Error::invalid_params(format!(
                "no status code and no finding of lsp-lint stands at line {line}, column {column}"
            ))
        })?;
        self.elsewhere(move || Value::String(standing.pages(&surroundings.env()))).await
    }

    async fn inventory(&self, scope: Scope, token: Option<ProgressToken>) -> Result<Value> {
        if let Scope::One(uri) = &scope {
            let open = {
                let world = lock(&self.world);
                world.is_open(uri).then(|| world.shown(uri))
            };
            if let Some(shown) = open {
                let list = move |view: &answers::View| Value::Array(view.inventory(shown.as_deref()));
                return self.ask(uri.clone(), list).await;
            }
        }
        let unit = lock(&self.world).client.unit;
        let list = move |piece: Piece| {
            let Piece { uri, shown, text, surroundings, .. } = piece;
            let language = &surroundings.language.name;
            let (reading, _) = read(Job { text, surroundings: surroundings.clone(), old: None, quiet: true });
            Some(answers::mentions(&uri, &shown, language, &reading.facts, unit))
        };
        let found = self.sweep(scope, token, "Listing status codes", list).await?;
        Ok(Value::Array(found.into_iter().flatten().collect()))
    }

    async fn fix_all(&self, scope: Scope, token: Option<ProgressToken>) -> Result<Value> {
        if let Scope::One(uri) = &scope
            && lock(&self.world).is_open(uri)
        {
            #[allow(clippy::redundant_closure_for_method_calls)]
            // the method alone has one lifetime, not any
            let fixing = self.ask(uri.clone(), |view| view.fixing()).await?;
            let Some(fixing) = fixing else { return Ok(Value::Null) };
            let unit = lock(&self.world).client.unit;
            let edited = self.elsewhere(move || fixing.run(unit)).await?;
            let world = lock(&self.world);
            let Some(edited) = edited else { return Ok(Value::Null) };
            let edit = answers::workspace_edit(&world.client, vec![edited], false);
            if !world.client.apply_edit {
                return Ok(json!(edit));
            }
            world.request(|peer| async move { drop(peer.apply_edit(edit).await) });
            return Ok(Value::Null);
        }
        let unit = lock(&self.world).client.unit;
        let fix = move |piece: Piece| {
            let Piece { uri, version, text, surroundings, .. } = piece;
            let (reading, _) =
                read(Job { text: text.clone(), surroundings: surroundings.clone(), old: None, quiet: false });
            Fixing { uri, version, text, surroundings, findings: reading.findings }.run(unit)
        };
        let edited = self.sweep(scope, token, "Fixing status codes", fix).await?;
        Ok(propose(&lock(&self.world), edited))
    }

    /// Sweeps on threads of its own; what nobody waits for any more is called off.
    async fn sweep<T: Send + 'static>(
        &self,
        scope: Scope,
        token: Option<ProgressToken>,
        title: &'static str,
        work: impl Fn(Piece) -> Option<T> + Send + Sync + 'static,
    ) -> Result<Vec<T>> {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let answer = move |haul| drop(sender.send(haul));
        let _waits = Waits(lock(&self.world).sweep(scope, token, title, work, answer));
        match receiver.await {
            Ok(Ok(haul)) => {
                if !haul.skipped.is_empty() {
                    let said: Vec<String> =
                        haul.skipped.iter().map(|(path, skip)| format!("{path}: {skip}")).collect();
                    let count = counted(said.len(), "file", "files");
                    lock(&self.world)
                        .log(MessageType::Info, &format!("{count} skipped\n{}", said.join("\n")));
                }
                Ok(haul.found)
            }
            Ok(Err(Failure::Stopped)) => Err(Error::request_cancelled()),
            Ok(Err(Failure::Nowhere(said))) => Err(Error::invalid_params(said)),
            Err(_) => Err(Error::internal_error()),
        }
    }

    /// Work that would hold the loop up.
    pub async fn elsewhere<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let work = lock(&self.world).on_a_worker(work);
        work.await.map_err(|_| Error::internal_error())
    }
}

/// Asks the client to make the edits and says what came of it. A client that takes no edits gets them as the result.
fn propose(world: &World, edited: Vec<Edited>) -> Value {
    let say = |kind: MessageType, message: String| world.say(kind, format!("lsp-lint: {message}"));
    if edited.is_empty() {
        say(MessageType::Info, "nothing to fix".into());
        return Value::Null;
    }
    let fixes: usize = edited.iter().map(|one| one.count).sum();
    let done = format!("{} in {}", counted(fixes, "fix", "fixes"), counted(edited.len(), "file", "files"));
    let edit = answers::workspace_edit(&world.client, edited, true);
    if !world.client.apply_edit {
        return json!(edit);
    }
    let later = world.later();
    let params =
        ApplyWorkspaceEditParams { label: Some("Safe fixes of lsp-lint".into()), edit, metadata: None };
    world.request_of_a_person(|peer| async move {
        let answer = peer.send_request::<ApplyWorkspaceEditRequest>(params).await;
        let (kind, said) = match answer {
            Ok(answer) if answer.applied => (MessageType::Info, done),
            Ok(answer) => match answer.failure_reason {
                Some(reason) => (MessageType::Warning, format!("the fixes were not applied: {reason}")),
                None => (MessageType::Info, "the fixes were not applied".into()),
            },
            Err(fault) => (MessageType::Warning, format!("the fixes were not applied: {fault}")),
        };
        later(Box::new(move |world| world.say(kind, format!("lsp-lint: {said}"))));
    });
    Value::Null
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read_in_every_documented_shape() {
        let at = Position { line: 1, character: 2 };
        let position = json!({ "line": 1, "character": 2 });
        let place = Some(Asked::Place("file:///a".into(), at));
        let read = |arguments: Value| Asked::read(arguments.as_array().expect("a list")).ok();
        assert_eq!(read(json!([404])), Some(Asked::Word("404".into())));
        assert_eq!(read(json!(["5xx"])), Some(Asked::Word("5xx".into())));
        assert_eq!(read(json!(["file:///a", position])), place);
        assert_eq!(read(json!([{ "uri": "file:///a", "position": position }])), place);
        assert_eq!(read(json!([{ "textDocument": { "uri": "file:///a" }, "position": position }])), place);
        for wrong in [json!([]), json!([null]), json!([{ "uri": "file:///a" }]), json!(["file:///a", 7])] {
            assert_eq!(read(wrong.clone()), None, "{wrong}");
        }
        assert_eq!(scope(&[]).ok(), Some(Scope::Everything));
        assert_eq!(scope(&[json!("file:///a")]).ok(), Some(Scope::One("file:///a".into())));
        assert_eq!(scope(&[json!({ "uri": "file:///a" })]).ok(), Some(Scope::One("file:///a".into())));
        assert!(scope(&[json!(7)]).is_err() && scope(&[json!("a"), json!("b")]).is_err());
    }
}
