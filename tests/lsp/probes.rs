//! What a client may do wrong, do slowly or do suddenly, and what it must get for it.
//!
//! They drive `lsp::transport::serve` with a service of their own, whose handlers are as slow or as broken as a probe needs;
//! where the life of a process is the point, the binary is driven.

use super::client::{Client, frame};
use lsp_lint::lsp::transport::{Door, Hall, serve};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tower_lsp::gen_lsp_types::{
    ConfigurationItem, DidChangeTextDocumentParams, InitializeParams, InitializeResult,
};
use tower_lsp::jsonrpc::Result;
use tower_lsp::{LanguageServer, LspService};

const PARSE_ERROR: i64 = -32700;
const INVALID_REQUEST: i64 = -32600;
const METHOD_NOT_FOUND: i64 = -32601;
const INVALID_PARAMS: i64 = -32602;
const INTERNAL_ERROR: i64 = -32603;
const NOT_INITIALIZED: i64 = -32002;
const CANCELLED: i64 = -32800;

/// How much sooner something must come than the slow thing it could wait for. Slow handlers take five times as long.
const SOON: Duration = Duration::from_secs(2);
const SLOW: u64 = 10_000;

/// A service whose handlers misbehave on demand.
struct Probe {
    door: Door,
    peer: tower_lsp::Client,
}

impl LanguageServer for Probe {
    async fn initialize(&self, _: InitializeParams) -> Result<InitializeResult> {
        Ok(InitializeResult::default())
    }
    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }
}

impl Probe {
    async fn hover(&self, _: tower_lsp::gen_lsp_types::HoverParams) -> Result<Value> {
        Ok(json!({ "contents": "here" }))
    }
    async fn changed(&self, params: DidChangeTextDocumentParams) {
        self.door
            .notify("textDocument/publishDiagnostics", &json!({ "version": params.text_document.version }));
    }
    async fn sleep(&self, params: Value) -> Result<Value> {
        tokio::time::sleep(Duration::from_millis(params["ms"].as_u64().unwrap_or(0))).await;
        Ok(json!("slept"))
    }
    /// Work that takes a processor: it runs on a worker and stops when the request is dropped.
    async fn spin(&self, params: Value) -> Result<Value> {
        struct StopOnDrop(Arc<AtomicBool>);
        impl Drop for StopOnDrop {
            fn drop(&mut self) {
                self.0.store(true, Ordering::Relaxed);
            }
        }
        let flag = Arc::new(AtomicBool::new(false));
        let (_guard, stop) = (StopOnDrop(flag.clone()), flag);
        let time = Duration::from_millis(params["ms"].as_u64().unwrap_or(0));
        let work = tokio::task::spawn_blocking(move || {
            let begun = Instant::now();
            while begun.elapsed() < time && !stop.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        work.await.map_err(|_| tower_lsp::jsonrpc::Error::internal_error())?;
        Ok(json!("spun"))
    }
    async fn panics(&self, _: Value) -> Result<Value> {
        panic!("on demand")
    }
    async fn panics_silently(&self, _: Value) {
        panic!("on demand")
    }
    async fn asks_back(&self, _: Value) -> Result<Value> {
        let item = ConfigurationItem { scope_uri: None, section: Some("x".into()) };
        Ok(json!(self.peer.configuration(vec![item]).await?))
    }
    async fn progress(&self, params: Value) -> Result<Value> {
        for i in 0..params["n"].as_u64().unwrap_or(0) {
            self.door.notify("$/progress", &json!({ "token": "t", "value": i }));
        }
        Ok(json!("final"))
    }
    async fn length(&self, params: Value) -> Result<Value> {
        Ok(json!(params["text"].as_str().map_or(0, str::len)))
    }
}

fn probe() -> Client {
    Client::over(|input, output| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_time()
            .build()
            .expect("a runtime");
        let hall = Hall::new();
        let door = hall.door();
        let service = LspService::build_with_lifecycle_methods(|peer| Probe { door, peer })
            .custom_method("textDocument/hover", Probe::hover)
            .custom_method("textDocument/didChange", Probe::changed)
            .custom_method("test/sleep", Probe::sleep)
            .custom_method("test/spin", Probe::spin)
            .custom_method("test/panics", Probe::panics)
            .custom_method("test/panicsSilently", Probe::panics_silently)
            .custom_method("test/asksBack", Probe::asks_back)
            .custom_method("test/progress", Probe::progress)
            .custom_method("test/length", Probe::length)
            .finish();
        let code = serve(&runtime, service, (input, output), hall, || false);
        runtime.shutdown_background();
        code
    })
}

/// A probe that has been greeted.
fn ready() -> Client {
    let mut client = probe();
    client.initialize(json!({ "capabilities": {}, "processId": null }));
    client
}

fn place() -> Value {
    json!({ "textDocument": { "uri": "file:///a.rs" }, "position": { "line": 0, "character": 0 } })
}

fn alive(client: &mut Client) {
    assert_eq!(client.ask("textDocument/hover", place())["contents"], "here");
}

/// The code of the next error that answers no particular request.
fn complaint(client: &mut Client) -> i64 {
    let message = client.wait(|message| message.get("error").is_some());
    assert_eq!(message["id"], Value::Null, "{message}");
    message["error"]["code"].as_i64().expect("a code")
}

fn edit(client: &mut Client, version: i32) {
    client.edit("file:///a.rs", version, [0, 0, 0, 0], "x");
}

#[test]
fn a_process_id_that_cannot_be_seen_is_no_dead_parent() {
    let mut client = probe();
    client.initialize(json!({ "capabilities": {}, "processId": 4_194_000 }));
    std::thread::sleep(Duration::from_millis(200));
    alive(&mut client);
}

#[test]
fn a_lone_surrogate_in_an_edit_ends_nothing() {
    let mut client = ready();
    client.raw(&frame(
        br#"{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///a.rs","version":7},"contentChanges":[{"text":"\ud83d"}]}}"#,
    ));
    let published = client.wait(|message| message["method"] == "textDocument/publishDiagnostics");
    assert_eq!(published["params"]["version"], 7);
    alive(&mut client);
}

#[test]
fn a_client_may_write_everything_before_it_reads_anything() {
    // Both pipes hold 64 KiB; the answers to these requests are several MiB.
    let (server_input, mut input) = std::io::pipe().expect("a pipe");
    let (mut output, server_output) = std::io::pipe().expect("a pipe");
    let server = std::thread::spawn(move || lsp_lint::lsp::serve(server_input, server_output));
    let mut bytes = frame(r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"capabilities":{}}}"#);
    bytes.extend(frame(r#"{"jsonrpc":"2.0","method":"initialized","params":{}}"#));
    for id in 1..30_000 {
        bytes.extend(frame(format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"foo/bar","params":{{}}}}"#)));
    }
    bytes.extend(frame(r#"{"jsonrpc":"2.0","id":30000,"method":"shutdown"}"#));
    input.write_all(&bytes).expect("the server reads on");
    let reader = std::thread::spawn(move || {
        let mut all = vec![];
        output.read_to_end(&mut all).expect("a pipe");
        all
    });
    // The end comes only now: it would not wait for a client that does not read.
    while !reader.is_finished() {
        std::thread::sleep(Duration::from_millis(300));
        input.write_all(&frame(r#"{"jsonrpc":"2.0","method":"exit"}"#)).ok();
        if server.is_finished() {
            break;
        }
    }
    assert_eq!(server.join().expect("no panic"), 0);
    let all = String::from_utf8(reader.join().expect("no panic")).expect("UTF-8");
    assert_eq!(all.matches("Content-Length").count(), 30_001);
}

#[test]
fn a_request_before_initialize_is_refused() {
    let mut client = probe();
    assert_eq!(client.refused("textDocument/hover", place()), NOT_INITIALIZED);
    client.initialize(json!({ "capabilities": {} }));
    alive(&mut client);
}

#[test]
fn a_second_initialize_is_refused() {
    let mut client = ready();
    assert_eq!(client.refused("initialize", json!({ "capabilities": {} })), INVALID_REQUEST);
    alive(&mut client);
}

#[test]
fn an_unknown_request_is_refused() {
    let mut client = ready();
    assert_eq!(client.refused("foo/bar", json!({})), METHOD_NOT_FOUND);
    alive(&mut client);
}

#[test]
fn a_request_with_wrong_parameters_is_refused() {
    let mut client = ready();
    assert_eq!(client.refused("textDocument/hover", json!({ "x": 1 })), INVALID_PARAMS);
    alive(&mut client);
}

#[test]
fn a_notification_with_wrong_parameters_is_dropped() {
    let mut client = ready();
    client.notify("textDocument/didChange", json!({ "foo": 1 }));
    alive(&mut client);
}

#[test]
fn ids_may_be_texts() {
    let mut client = ready();
    client.send(&json!({ "jsonrpc": "2.0", "id": "abc", "method": "textDocument/hover", "params": place() }));
    assert_eq!(client.answer("abc")["result"]["contents"], "here");
}

#[test]
fn an_id_that_is_in_use_is_refused() {
    let mut client = ready();
    let sleep = json!({ "jsonrpc": "2.0", "id": 5, "method": "test/sleep", "params": { "ms": 300 } });
    client.send(&sleep);
    client.send(&sleep);
    assert_eq!(client.answer(5)["error"]["code"], INVALID_REQUEST);
    assert_eq!(client.answer(5)["result"], "slept");
}

#[test]
fn json_that_ends_too_early_is_a_parse_error() {
    let mut client = ready();
    client.raw(&frame(r#"{"jsonrpc":"2.0","id":5,"method":""#));
    assert_eq!(complaint(&mut client), PARSE_ERROR);
    alive(&mut client);
}

#[test]
fn a_body_that_is_no_utf_8_is_a_parse_error() {
    let mut client = ready();
    client.raw(&frame(b"{\"jsonrpc\":\"2.0\",\"method\":\"x\xff\xfe\"}"));
    assert_eq!(complaint(&mut client), PARSE_ERROR);
    alive(&mut client);
}

#[test]
fn json_that_is_no_message_is_an_invalid_request() {
    let mut client = ready();
    client.raw(&frame("[1,2,3]"));
    assert_eq!(complaint(&mut client), INVALID_REQUEST);
    alive(&mut client);
}

#[test]
fn a_batch_is_an_invalid_request_and_runs_nothing() {
    let mut client = ready();
    client.raw(&frame(r#"[{"jsonrpc":"2.0","id":5,"method":"shutdown"}]"#));
    assert_eq!(complaint(&mut client), INVALID_REQUEST);
    alive(&mut client);
}

#[test]
fn a_length_that_is_no_number_is_a_parse_error() {
    let mut client = ready();
    client.raw(b"Content-Length: abc\r\n\r\n{}");
    assert_eq!(complaint(&mut client), PARSE_ERROR);
    alive(&mut client);
}

#[test]
fn a_negative_length_is_a_parse_error() {
    let mut client = ready();
    client.raw(b"Content-Length: -5\r\n\r\n");
    assert_eq!(complaint(&mut client), PARSE_ERROR);
    alive(&mut client);
}

#[test]
fn a_length_beyond_reason_is_refused_and_allocates_nothing() {
    let mut client = ready();
    client.raw(b"Content-Length: 99999999999999\r\n\r\n{}");
    assert_eq!(complaint(&mut client), PARSE_ERROR);
    alive(&mut client);
}

/// A hover with these lines before its length.
fn hover_behind(client: &mut Client, header: &str) {
    let body =
        json!({ "jsonrpc": "2.0", "id": "h", "method": "textDocument/hover", "params": place() }).to_string();
    client.raw(format!("{header}: {}\r\n\r\n{body}", body.len()).as_bytes());
    assert_eq!(client.answer("h")["result"]["contents"], "here");
    alive(client);
}

#[test]
fn header_names_may_be_written_small() {
    hover_behind(&mut ready(), "content-length");
}

#[test]
fn a_content_type_may_come_first() {
    hover_behind(&mut ready(), "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length");
}

#[test]
fn unknown_headers_are_skipped() {
    hover_behind(&mut ready(), "X-A: 1\r\nX-B: 2\r\nX-C: 3\r\nContent-Length");
}

#[test]
fn a_panic_in_a_request_is_an_internal_error() {
    let mut client = ready();
    assert_eq!(client.refused("test/panics", json!({})), INTERNAL_ERROR);
    alive(&mut client);
}

#[test]
fn a_panic_in_a_notification_ends_nothing() {
    let mut client = ready();
    client.notify("test/panicsSilently", json!({}));
    alive(&mut client);
}

#[test]
fn the_end_of_the_input_ends_the_server() {
    let mut client = ready();
    client.hang_up();
    assert_eq!(client.exit_code(), 1);
}

#[test]
fn the_end_of_the_input_ends_a_server_that_nobody_greeted() {
    let mut client = probe();
    client.hang_up();
    assert_eq!(client.exit_code(), 1);
}

#[test]
fn the_end_of_the_input_does_not_wait_for_a_slow_request() {
    let mut client = ready();
    let begun = Instant::now();
    client.start("test/sleep", json!({ "ms": SLOW }));
    client.hang_up();
    assert_eq!(client.exit_code(), 1);
    assert!(begun.elapsed() < SOON * 2);
}

#[test]
fn exit_after_shutdown_is_success_with_the_input_still_open() {
    let mut client = ready();
    assert_eq!(client.finish(), 0);
}

#[test]
fn exit_after_shutdown_is_success_with_the_input_closed() {
    let mut client = ready();
    client.ask("shutdown", Value::Null);
    client.notify("exit", Value::Null);
    client.hang_up();
    assert_eq!(client.exit_code(), 0);
}

#[test]
fn exit_without_shutdown_is_a_failure() {
    let mut client = ready();
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), 1);
}

#[test]
fn a_request_after_shutdown_is_refused() {
    let mut client = ready();
    client.ask("shutdown", Value::Null);
    assert_eq!(client.refused("textDocument/hover", place()), INVALID_REQUEST);
}

#[test]
fn shutdown_does_not_wait_for_a_request_in_flight_and_loses_no_answer() {
    let mut client = ready();
    let slow = client.start("test/sleep", json!({ "ms": 300 }));
    client.ask("shutdown", Value::Null);
    assert_eq!(client.answer(slow)["result"], "slept");
}

/// Cancels one of so many slow requests.
fn cancel_one_of(n: usize, method: &str) {
    let mut client = ready();
    let begun = Instant::now();
    let ids: Vec<i64> = (0..n).map(|_| client.start(method, json!({ "ms": SLOW }))).collect();
    client.notify("$/cancelRequest", json!({ "id": ids[0] }));
    assert_eq!(client.answer(ids[0])["error"]["code"], CANCELLED);
    assert!(begun.elapsed() < SOON);
}

#[test]
fn a_slow_request_can_be_cancelled() {
    cancel_one_of(1, "test/sleep");
}

#[test]
fn one_of_four_slow_requests_can_be_cancelled() {
    cancel_one_of(4, "test/sleep");
}

#[test]
fn one_of_eight_slow_requests_can_be_cancelled() {
    cancel_one_of(8, "test/sleep");
}

#[test]
fn work_that_takes_a_processor_can_be_cancelled() {
    cancel_one_of(1, "test/spin");
}

#[test]
fn a_request_does_not_wait_behind_work_that_takes_a_processor() {
    let mut client = ready();
    let begun = Instant::now();
    client.start("test/spin", json!({ "ms": SLOW }));
    alive(&mut client);
    assert!(begun.elapsed() < SOON);
}

#[test]
fn a_request_does_not_wait_behind_slow_requests() {
    let mut client = ready();
    let begun = Instant::now();
    for _ in 0..4 {
        client.start("test/sleep", json!({ "ms": SLOW }));
    }
    alive(&mut client);
    assert!(begun.elapsed() < SOON);
}

#[test]
fn an_edit_does_not_wait_behind_slow_requests() {
    let mut client = ready();
    let begun = Instant::now();
    for _ in 0..4 {
        client.start("test/sleep", json!({ "ms": SLOW }));
    }
    edit(&mut client, 1);
    client.wait(|message| message["method"] == "textDocument/publishDiagnostics");
    assert!(begun.elapsed() < SOON);
}

#[test]
fn handlers_that_wait_for_the_client_survive_a_burst_of_edits() {
    let mut client = ready();
    client.mute = true;
    let ids: Vec<i64> = (0..4).map(|_| client.start("test/asksBack", json!({}))).collect();
    let asked: Vec<Value> = (0..4)
        .map(|_| client.wait(|message| message["method"] == "workspace/configuration")["id"].clone())
        .collect();
    (1..=200).for_each(|version| edit(&mut client, version));
    for id in asked {
        client.send(&json!({ "jsonrpc": "2.0", "id": id, "result": [null] }));
    }
    let mut open = ids.clone();
    while !open.is_empty() {
        let answer = client.wait(|message| message.get("method").is_none());
        assert!(answer.get("error").is_none(), "{answer}");
        open.retain(|id| answer["id"] != *id);
    }
    alive(&mut client);
}

#[test]
fn partial_results_stand_before_the_final_one() {
    let mut client = ready();
    for _ in 0..300 {
        let before = client.log.len();
        client.ask("test/progress", json!({ "n": 5 }));
        let partial = client.log[before..].iter().filter(|message| message["method"] == "$/progress");
        assert_eq!(partial.count(), 5);
    }
}

#[test]
fn a_message_of_fifty_megabytes_is_read() {
    let mut client = ready();
    let text = "x".repeat(50 << 20);
    assert_eq!(client.ask("test/length", json!({ "text": text })), 50 << 20);
    alive(&mut client);
}
