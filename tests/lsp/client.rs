//! A small client: writes frames, reads frames on a thread, answers what the server asks.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How long anything may take before a test gives up: much more than it takes on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Where the server runs.
enum Host {
    Thread(Option<std::thread::JoinHandle<i32>>),
    Process(Child),
}

/// One conversation with one server.
pub struct Client {
    input: Option<Box<dyn Write + Send>>,
    received: mpsc::Receiver<Value>,
    /// Everything the server said so far, in order.
    pub log: Vec<Value>,
    host: Host,
    next_id: i64,
    /// What `workspace/configuration` is answered with.
    pub settings: Value,
    /// Answers nothing that the server asks.
    pub mute: bool,
}

/// A message as it stands on the wire.
pub fn frame(body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut bytes = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

impl Client {
    /// A server on a thread of this process.
    pub fn new() -> Client {
        Client::over(lsp_lint::lsp::serve)
    }
    /// Any server that takes two pipes and returns an exit code.
    pub fn over(
        serve: impl FnOnce(std::io::PipeReader, std::io::PipeWriter) -> i32 + Send + 'static,
    ) -> Client {
        let (server_input, input) = std::io::pipe().expect("a pipe");
        let (output, server_output) = std::io::pipe().expect("a pipe");
        let thread = std::thread::spawn(move || serve(server_input, server_output));
        Client::between(input, output, Host::Thread(Some(thread)))
    }
    /// The binary itself.
    pub fn process() -> Client {
        let mut child = Command::new(env!("CARGO_BIN_EXE_lsp-lint"))
            .args(["server", "--stdio"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        let (input, output) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
        Client::between(input, output, Host::Process(child))
    }
    fn between(input: impl Write + Send + 'static, output: impl Read + Send + 'static, host: Host) -> Client {
        let (sender, received) = mpsc::channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        Client {
            input: Some(Box::new(input)),
            received,
            log: vec![],
            host,
            next_id: 0,
            settings: Value::Null,
            mute: false,
        }
    }
    /// Bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) {
        if let Some(input) = &mut self.input {
            // A server that has ended reads nothing; the test sees that by what it waits for.
            let _ = input.write_all(bytes).and_then(|()| input.flush());
        }
    }
    /// A message.
    pub fn send(&mut self, message: &Value) {
        self.raw(&frame(message.to_string()));
    }
    /// A notification.
    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }
    /// A request; returns its id.
    pub fn start(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }
    /// A request and its result; fails on an error.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.start(method, params);
        let answer = self.answer(id);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }
    /// A request that must fail; returns the error's code.
    pub fn refused(&mut self, method: &str, params: Value) -> i64 {
        let id = self.start(method, params);
        let answer = self.answer(id);
        answer["error"]["code"].as_i64().unwrap_or_else(|| panic!("{method} was not refused: {answer}"))
    }
    /// The response to a request.
    pub fn answer(&mut self, id: impl Into<Value>) -> Value {
        let id = id.into();
        self.wait(|message| message.get("method").is_none() && message["id"] == id)
    }
    /// The next message that fits; fails when none comes.
    pub fn wait(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        while let Some(message) = self.next(PATIENCE.saturating_sub(begun.elapsed())) {
            if fits(&message) {
                return message;
            }
        }
        panic!("nothing that fits came; the server said: {:#?}", self.log);
    }
    /// A message that fits, said already or still to come.
    pub fn eventually(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        match self.log.iter().find(|message| fits(message)) {
            Some(message) => message.clone(),
            None => self.wait(fits),
        }
    }
    /// The next message, if one comes in time; what the server asks is answered on the way.
    pub fn next(&mut self, patience: Duration) -> Option<Value> {
        let message = self.received.recv_timeout(patience).ok()?;
        self.log.push(message.clone());
        if let (Some(id), Some(method), false) = (message.get("id"), message["method"].as_str(), self.mute) {
            let result = match method {
                "workspace/configuration" => json!([self.settings]),
                "workspace/applyEdit" => json!({ "applied": true }),
                _ => Value::Null,
            };
            self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": result }));
        }
        Some(message)
    }
    /// The next diagnostics published for a document.
    pub fn published(&mut self, uri: &str) -> Value {
        let message = self.wait(|message| {
            message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri
        });
        message["params"].clone()
    }
    /// The opening words; returns what the server announces.
    pub fn initialize(&mut self, params: Value) -> Value {
        let result = self.ask("initialize", params);
        self.notify("initialized", json!({}));
        result["capabilities"].clone()
    }
    /// Opens a document as version 1.
    pub fn open(&mut self, uri: &str, language: &str, text: &str) {
        self.notify(
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": uri, "languageId": language, "version": 1, "text": text } }),
        );
    }
    /// Replaces a range, given as `[line, character, line, character]`.
    pub fn edit(&mut self, uri: &str, version: i32, range: [u32; 4], text: &str) {
        self.notify(
            "textDocument/didChange",
            json!({
                "textDocument": { "uri": uri, "version": version },
                "contentChanges": [{
                    "range": { "start": { "line": range[0], "character": range[1] }, "end": { "line": range[2], "character": range[3] } },
                    "text": text
                }]
            }),
        );
    }
    /// The server's input ends.
    pub fn hang_up(&mut self) {
        self.input = None;
    }
    /// The exit code, once the server has ended.
    pub fn exit_code(&mut self) -> i32 {
        let begun = Instant::now();
        loop {
            match &mut self.host {
                Host::Thread(thread) if thread.as_ref().is_some_and(std::thread::JoinHandle::is_finished) => {
                    return thread
                        .take()
                        .map_or(-1, |thread| thread.join().expect("the server does not panic"));
                }
                Host::Process(child) => {
                    if let Some(status) = child.try_wait().expect("a child of ours") {
                        return status.code().unwrap_or(-1);
                    }
                }
                Host::Thread(_) => {}
            }
            assert!(begun.elapsed() < PATIENCE, "the server still runs");
            std::thread::sleep(Duration::from_millis(2));
        }
    }
    /// The regular end; returns the exit code.
    pub fn finish(&mut self) -> i32 {
        self.ask("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        self.exit_code()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.input = None;
        if let Host::Process(child) = &mut self.host {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            header => {
                if let Some(value) = header.strip_prefix("Content-Length: ") {
                    length = value.parse().ok();
                }
            }
        }
    }
    let mut body = vec![0; length?];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
