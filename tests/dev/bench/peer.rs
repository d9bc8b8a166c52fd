//! A language server as an editor meets it: a process at the other end of two pipes.

use serde_json::{Value, json};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::ops::Range;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How long any answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A request failed because the text had changed, or because the server wants to be asked again.
const ASK_AGAIN: [i64; 3] = [-32800, -32801, -32802];

/// One conversation with one server about one document.
pub struct Peer {
    child: Child,
    input: ChildStdin,
    /// Messages, and when their last byte was there.
    received: mpsc::Receiver<(Instant, Vec<u8>)>,
    uri: String,
    /// Its text, each line with its end.
    lines: Vec<String>,
    version: i64,
    id: i64,
    /// What the server can do.
    can: Value,
}

/// An answer, and how long it took.
pub struct Answer {
    at: Instant,
    pub took: Duration,
    pub result: Value,
}

impl Peer {
    /// Starts a server in a folder and greets it. Returns how long the process took to answer.
    ///
    /// # Errors
    /// It cannot be started, or does not answer.
    pub fn start(
        program: &Path,
        arguments: &[impl AsRef<OsStr>],
        folder: &Path,
        file: &str,
    ) -> Result<(Peer, Duration), String> {
        let began = Instant::now();
        let mut child = Command::new(program)
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|fault| format!("{}: {fault}", program.display()))?;
        let (input, output) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
        let (sender, received) = mpsc::channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(body) = body(&mut output) {
                if sender.send((Instant::now(), body)).is_err() {
                    break;
                }
            }
        });
        let root = format!("file://{}", folder.display());
        let uri = format!("{root}/{file}");
        let mut peer =
            Peer { child, input, received, uri, lines: vec![], version: 0, id: 0, can: Value::Null };
        let answer = peer.ask(
            "initialize",
            &json!({
                "processId": std::process::id(),
                "rootUri": root,
                "workspaceFolders": [{ "uri": root, "name": "shop" }],
                "capabilities": {
                    "general": { "positionEncodings": ["utf-16"] },
                    "textDocument": {
                        "synchronization": {},
                        "publishDiagnostics": { "versionSupport": true },
                        "diagnostic": {},
                        "hover": { "contentFormat": ["markdown"] },
                        "completion": { "completionItem": {} },
                    },
                },
            }),
        )?;
        let started = answer.at - began;
        peer.can = answer.result["capabilities"].clone();
        peer.write(&frame(&json!({ "jsonrpc": "2.0", "method": "initialized", "params": {} })))?;
        Ok((peer, started))
    }

    /// The server answers requests of this kind.
    pub fn can(&self, ability: &str) -> bool {
        !matches!(self.can[ability], Value::Null | Value::Bool(false))
    }

    /// Opens the document. Returns how long its diagnostics took.
    pub fn open(&mut self, language: &str, text: &str) -> Result<Duration, String> {
        self.version = 1;
        self.lines = text.split_inclusive('\n').map(String::from).collect();
        let document = json!({ "uri": self.uri, "languageId": language, "version": 1, "text": text });
        self.diagnostics("textDocument/didOpen", &json!({ "textDocument": document }))
    }

    /// Replaces columns of a line. Returns how long the diagnostics of the new text took.
    pub fn type_over(&mut self, line: usize, columns: Range<usize>, text: &str) -> Result<Duration, String> {
        self.version += 1;
        let position = |character: usize| json!({ "line": line, "character": character });
        let range = json!({ "start": position(columns.start), "end": position(columns.end) });
        self.lines[line].replace_range(columns, text);
        let change = match self.takes_parts() {
            true => json!({ "range": range, "text": text }),
            false => json!({ "text": self.lines.concat() }),
        };
        let document = json!({ "uri": self.uri, "version": self.version });
        let params = json!({ "textDocument": document, "contentChanges": [change] });
        self.diagnostics("textDocument/didChange", &params)
    }

    /// The server wants to be told what was edited, not the whole text again.
    fn takes_parts(&self) -> bool {
        let sync = &self.can["textDocumentSync"];
        sync.as_i64().or_else(|| sync["change"].as_i64()) == Some(2)
    }

    /// Asks about a place in the document.
    pub fn at(&mut self, method: &str, (line, character): (usize, usize)) -> Result<Answer, String> {
        let params = json!({ "textDocument": { "uri": self.uri }, "position": { "line": line, "character": character } });
        self.ask(method, &params)
    }

    /// The most memory that the process held so far, in bytes.
    pub fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        Some(peak.trim().split(' ').next()?.parse::<u64>().ok()? * 1024)
    }

    /// Tells of a new text and waits for its diagnostics, asked for or published, as the server announces.
    fn diagnostics(&mut self, news: &str, params: &Value) -> Result<Duration, String> {
        let news = frame(&json!({ "jsonrpc": "2.0", "method": news, "params": params }));
        let began = Instant::now();
        self.write(&news)?;
        if self.can("diagnosticProvider") {
            loop {
                let params = json!({ "textDocument": { "uri": self.uri } });
                let id = self.send("textDocument/diagnostic", &params)?;
                let (at, answer) = self.wait(|message| is_answer(message, id))?;
                match answer["error"]["code"].as_i64() {
                    Some(code) if ASK_AGAIN.contains(&code) => {}
                    Some(_) => return Err(format!("no diagnostics: {}", answer["error"])),
                    None => return Ok(at - began),
                }
            }
        }
        let (uri, version) = (self.uri.clone(), self.version);
        let (at, _) = self.wait(|message| {
            let params = &message["params"];
            message["method"] == "textDocument/publishDiagnostics"
                && params["uri"] == uri.as_str()
                && params["version"].as_i64().is_none_or(|of| of == version)
        })?;
        Ok(at - began)
    }

    fn ask(&mut self, method: &str, params: &Value) -> Result<Answer, String> {
        let began = Instant::now();
        let id = self.send(method, params)?;
        let (at, answer) = self.wait(|message| is_answer(message, id))?;
        match answer.get("error") {
            Some(error) => Err(format!("{method}: {error}")),
            None => Ok(Answer { at, took: at - began, result: answer["result"].clone() }),
        }
    }

    fn send(&mut self, method: &str, params: &Value) -> Result<i64, String> {
        self.id += 1;
        self.write(&frame(&json!({ "jsonrpc": "2.0", "id": self.id, "method": method, "params": params })))?;
        Ok(self.id)
    }

    fn write(&mut self, frame: &[u8]) -> Result<(), String> {
        let written = self.input.write_all(frame).and_then(|()| self.input.flush());
        written.map_err(|fault| format!("the server no longer listens: {fault}"))
    }

    /// The next message that fits. What the server asks on the way is answered with nothing.
    fn wait(&mut self, fits: impl Fn(&Value) -> bool) -> Result<(Instant, Value), String> {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let (at, body) = self.received.recv_timeout(left).map_err(|_| "the server does not answer")?;
            let message: Value =
                serde_json::from_slice(&body).map_err(|fault| format!("no JSON: {fault}"))?;
            if let (Some(id), Some(_)) = (message.get("id"), message.get("method")) {
                self.write(&frame(&json!({ "jsonrpc": "2.0", "id": id, "result": null })))?;
            }
            if fits(&message) {
                return Ok((at, message));
            }
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // A server that has ended already is just what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn is_answer(message: &Value, id: i64) -> bool {
    message["id"] == id && message.get("method").is_none()
}

/// A message as it stands on the wire.
fn frame(message: &Value) -> Vec<u8> {
    let body = message.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// The body of the next message.
fn body(output: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let header = line.trim_end();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("Content-Length: ") {
            length = value.parse().ok();
        }
    }
    let mut body = vec![0; length?];
    output.read_exact(&mut body).ok()?;
    Some(body)
}
