//! The serve loop: `tower-lsp-server`'s service (typed router, life cycle, `$/cancelRequest`) behind a transport of our own.
//!
//! What it guarantees, and why it is not the library's own transport:
//!
//! * **Wire order.** One thread makes the service call *and its first poll* for every message, in the order in which they
//!   arrived. Whatever a handler does before its first `.await` is therefore serialised; document changes never overtake
//!   each other, nor a request that was sent after them.
//! * **No slots.** A handler that is still pending after its first poll is spawned. Any number may wait, so a cancellation,
//!   an answer of the client or an edit never queues behind slow requests.
//! * **One way out.** Everything written goes through one queue to one writer thread: what a handler sent before it
//!   returned stands before its response. The loop never waits for a client that does not read.
//! * **Nothing ends the server but the client.** Malformed frames, undecodable JSON and panics in handlers are answered
//!   with the error that the protocol names, and the loop goes on.
//! * **A clean end.** The exit code is 0 after `shutdown` and 1 without it. The end of the input and the death of the
//!   parent process end the server too.
//! * **One owner.** Other threads change the server's state only by posting a closure through a [`Door`]; it runs on the
//!   loop's thread between two messages.

use futures_util::{FutureExt, SinkExt, StreamExt};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read, Write};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};
use tower::Service;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};
use tower_lsp::{ClientSocket, LanguageServer, LspService};

/// A frame larger than this (half a GiB) is no message but a stream that lost its step.
const LARGEST_FRAME: usize = 512 << 20;

/// How long the writer may take to hand over what is queued once the server ends.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// What the loop reacts to.
enum Event {
    /// The bytes of one message.
    Frame(Vec<u8>),
    /// A header that does not announce a message we could read.
    BadFrame(String),
    /// Work that another thread wants done on the loop's thread.
    Posted(Box<dyn FnOnce() + Send>),
    /// The input ended.
    InputEnded,
    /// The process that started us is gone.
    ParentGone,
}

/// The way into the loop from other threads, and the direct way out to the client.
#[derive(Clone)]
pub struct Door {
    events: mpsc::Sender<Event>,
    out: Out,
}

impl Door {
    /// Runs a closure on the loop's thread, after the messages that are already queued.
    /// After the end of the loop it is dropped unrun.
    pub fn post(&self, work: impl FnOnce() + Send + 'static) {
        let _ = self.events.send(Event::Posted(Box::new(work)));
    }
    /// Sends a notification. It is written straight into its frame: going through a JSON value costs eight times as much.
    pub fn notify(&self, method: &str, params: &impl Serialize) {
        #[derive(Serialize)]
        struct Notification<'a, P> {
            jsonrpc: &'static str,
            method: &'a str,
            params: &'a P,
        }
        self.out.send(&Notification { jsonrpc: "2.0", method, params });
    }
}

/// What [`serve`] needs besides the service; made first, because the service keeps a [`Door`].
pub struct Hall {
    door: Door,
    events: mpsc::Receiver<Event>,
    frames: mpsc::Receiver<Vec<u8>>,
}

impl Hall {
    /// The queues of one server.
    pub fn new() -> Hall {
        let (event_sender, events) = mpsc::channel();
        let (frame_sender, frames) = mpsc::channel();
        Hall { door: Door { events: event_sender, out: Out(frame_sender) }, events, frames }
    }
    /// A way into the loop that may be kept and cloned.
    pub fn door(&self) -> Door {
        self.door.clone()
    }
}

impl Default for Hall {
    fn default() -> Hall {
        Hall::new()
    }
}

/// Only the envelope of a message; `params` stays raw text until the method is known.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    method: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "present")]
    id: Option<Id>,
    #[serde(borrow, default)]
    params: Option<&'a RawValue>,
}

/// Tells `"id": null` from no `id` at all.
fn present<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Id>, D::Error> {
    Id::deserialize(from).map(Some)
}

/// Reads one frame. Header names are case-insensitive; unknown headers and junk lines are skipped.
fn read_frame(input: &mut impl BufRead) -> std::io::Result<Event> {
    const LENGTH: &[u8] = b"content-length:";
    let mut length: Option<Result<usize, String>> = None;
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.by_ref().take(8192).read_until(b'\n', &mut line)? == 0 {
            return Ok(Event::InputEnded);
        }
        let header = line.trim_ascii();
        if header.is_empty() {
            match length {
                Some(_) => break,
                None => continue,
            }
        }
        // Searched anywhere in the line, so that junk before a header does not swallow the frame that follows it.
        if let Some(at) = header.windows(LENGTH.len()).rposition(|w| w.eq_ignore_ascii_case(LENGTH)) {
            let value = String::from_utf8_lossy(header[at + LENGTH.len()..].trim_ascii()).into_owned();
            length =
                Some(value.parse::<usize>().map_err(|fault| format!("Content-Length {value:?}: {fault}")));
        }
    }
    match length {
        None => Ok(Event::InputEnded),
        Some(Err(fault)) => Ok(Event::BadFrame(fault)),
        Some(Ok(length)) if length > LARGEST_FRAME => {
            Ok(Event::BadFrame(format!("a frame of {length} bytes is refused")))
        }
        Some(Ok(length)) => {
            // Grows with the data: the header is not trusted for the allocation.
            let mut body = Vec::with_capacity(length.min(1 << 20));
            if input.take(length as u64).read_to_end(&mut body)? < length {
                return Ok(Event::InputEnded);
            }
            Ok(Event::Frame(body))
        }
    }
}

/// The queue to the writer. An empty frame tells it to stop.
#[derive(Clone)]
struct Out(mpsc::Sender<Vec<u8>>);

impl Out {
    fn send(&self, message: &impl Serialize) {
        let Ok(body) = serde_json::to_vec(message) else { return };
        let mut frame = Vec::with_capacity(body.len() + 32);
        let _ = write!(frame, "Content-Length: {}\r\n\r\n", body.len());
        frame.extend_from_slice(&body);
        let _ = self.0.send(frame);
    }
}

/// Messages queued by `Client`, and responses, merged in one order.
///
/// The forwarder's waker is kept beside the stream: draining with any other waker would unregister the forwarder, and
/// `Client` would stall.
struct Egress<S> {
    client: Mutex<(S, Waker)>,
    out: Out,
}

impl<S: futures_util::Stream<Item = Request> + Unpin> Egress<S> {
    fn respond(&self, response: Option<Response>) {
        let mut held = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        let (queued, waker) = &mut *held;
        // Everything the handler queued before it finished goes first.
        let _ = drain(queued, &self.out, &mut Context::from_waker(waker));
        if let Some(response) = response {
            self.out.send(&response);
        }
    }
    fn refuse(&self, id: Id, code: ErrorCode, message: String) {
        let error = Error { code, message: Cow::Owned(message), data: None };
        self.respond(Some(Response::from_error(id, error)));
    }
    /// The answer to a request whose handler panicked; a notification has none.
    fn panicked(&self, id: Option<Id>, payload: &(dyn std::any::Any + Send)) {
        let said = payload
            .downcast_ref::<&str>()
            .map(ToString::to_string)
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        if let Some(id) = id {
            self.refuse(id, ErrorCode::InternalError, format!("the handler panicked: {said}"));
        }
    }
}

fn drain<S: futures_util::Stream<Item = Request> + Unpin>(
    queued: &mut S,
    out: &Out,
    context: &mut Context<'_>,
) -> Poll<()> {
    loop {
        match queued.poll_next_unpin(context) {
            Poll::Ready(Some(message)) => out.send(&message),
            Poll::Ready(None) => return Poll::Ready(()),
            Poll::Pending => return Poll::Pending,
        }
    }
}

/// Serves until the client says `exit`, the input ends or the parent process dies; returns the exit code of the process.
///
/// `idle` runs on the loop's thread whenever no message waits, again and again while it says that there is more to do:
/// the place for work that a burst of messages should trigger once. Threads that still run (the reader blocks in its read) are left to the end of the process.
pub fn serve<S, I, O>(
    runtime: &tokio::runtime::Runtime,
    (mut service, socket): (LspService<S>, ClientSocket),
    (input, output): (I, O),
    hall: Hall,
    mut idle: impl FnMut() -> bool,
) -> i32
where
    S: LanguageServer,
    I: Read + Send + 'static,
    O: Write + Send + 'static,
{
    let Hall { door: Door { events: sender, out }, events, frames } = hall;
    read_on_a_thread(input, sender.clone());
    let writer = write_on_a_thread(output, frames);

    let _entered = runtime.enter();
    let (requests, mut answers) = socket.split();
    let egress = Arc::new(Egress { client: Mutex::new((requests, Waker::noop().clone())), out: out.clone() });
    let forwarder = egress.clone();
    runtime.spawn(std::future::poll_fn(move |context| {
        let mut held = forwarder.client.lock().unwrap_or_else(PoisonError::into_inner);
        held.1.clone_from(context.waker());
        drain(&mut held.0, &forwarder.out, context)
    }));

    let (mut initialized, mut shut_down) = (false, false);
    loop {
        let event = match events.try_recv() {
            Ok(event) => event,
            Err(_) => {
                // A panic here would be one of ours outside every file: survive it as handlers do.
                if std::panic::catch_unwind(AssertUnwindSafe(&mut idle)).unwrap_or(false) {
                    continue;
                }
                match events.recv() {
                    Ok(event) => event,
                    Err(_) => break,
                }
            }
        };
        let mut frame = match event {
            Event::Frame(frame) => frame,
            Event::BadFrame(fault) => {
                egress.refuse(Id::Null, ErrorCode::ParseError, fault);
                continue;
            }
            Event::Posted(work) => {
                let _ = std::panic::catch_unwind(AssertUnwindSafe(work));
                continue;
            }
            Event::InputEnded | Event::ParentGone => break,
        };
        repair_surrogates(&mut frame);
        let envelope: Envelope = match serde_json::from_slice(&frame) {
            Ok(envelope) => envelope,
            Err(fault) => {
                let code = if fault.is_data() { ErrorCode::InvalidRequest } else { ErrorCode::ParseError };
                egress.refuse(Id::Null, code, fault.to_string());
                continue;
            }
        };
        let Some(method) = envelope.method else {
            match serde_json::from_slice::<Response>(&frame) {
                Ok(answer) => drop(Pin::new(&mut answers).send(answer).now_or_never()),
                Err(fault) => egress.refuse(Id::Null, ErrorCode::InvalidRequest, fault.to_string()),
            }
            continue;
        };
        match &*method {
            "initialize" => {
                initialized = true;
                watch_parent(envelope.params, sender.clone());
            }
            "shutdown" => shut_down |= initialized,
            "exit" => break,
            _ => {}
        }
        let id = envelope.id.clone();
        let mut request = Request::build(method.into_owned());
        if let Some(id) = envelope.id {
            request = request.id(id);
        }
        if let Some(params) = envelope.params {
            match serde_json::from_str::<serde_json::Value>(params.get()) {
                Ok(params) => request = request.params(params),
                Err(fault) => {
                    egress.refuse(id.unwrap_or(Id::Null), ErrorCode::InvalidParams, fault.to_string());
                    continue;
                }
            }
        }
        // In wire order: the call and the first poll, on this thread.
        let polled = std::panic::catch_unwind(AssertUnwindSafe(|| {
            let mut answer = service.call(request.finish());
            let first = answer.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            (answer, first)
        }));
        match polled {
            Ok((_, Poll::Ready(answer))) => egress.respond(answer.ok().flatten()),
            Ok((answer, Poll::Pending)) => {
                // Still pending: it goes on elsewhere, and nothing waits for it here.
                let egress = egress.clone();
                runtime.spawn(async move {
                    match AssertUnwindSafe(answer).catch_unwind().await {
                        Ok(answer) => egress.respond(answer.ok().flatten()),
                        Err(payload) => egress.panicked(id, &*payload),
                    }
                });
            }
            Err(payload) => egress.panicked(id, &*payload),
        }
    }

    let _ = out.0.send(Vec::new());
    let ending = Instant::now();
    while !writer.is_finished() && ending.elapsed() < LAST_WORDS {
        std::thread::sleep(Duration::from_micros(200));
    }
    i32::from(!shut_down)
}

fn read_on_a_thread(input: impl Read + Send + 'static, events: mpsc::Sender<Event>) {
    std::thread::spawn(move || {
        let mut input = BufReader::with_capacity(1 << 16, input);
        loop {
            let event = read_frame(&mut input).unwrap_or(Event::InputEnded);
            let ended = matches!(event, Event::InputEnded);
            if events.send(event).is_err() || ended {
                break;
            }
        }
    });
}

/// Frames that wait are written together.
fn write_on_a_thread(
    mut output: impl Write + Send + 'static,
    frames: mpsc::Receiver<Vec<u8>>,
) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        while let Ok(mut bytes) = frames.recv() {
            let mut stop = bytes.is_empty();
            while !stop && bytes.len() < 1 << 16 {
                match frames.try_recv() {
                    Ok(more) => {
                        stop = more.is_empty();
                        bytes.extend_from_slice(&more);
                    }
                    Err(_) => break,
                }
            }
            if output.write_all(&bytes).and_then(|()| output.flush()).is_err() || stop {
                break;
            }
        }
    })
}

/// Ends the server when the process that `initialize` names dies, for clients whose death leaves our input open.
fn watch_parent(params: Option<&RawValue>, events: mpsc::Sender<Event>) {
    #[derive(Deserialize)]
    struct Parent {
        #[serde(rename = "processId", default)]
        process_id: Option<i32>,
    }
    let parent = params.and_then(|params| serde_json::from_str::<Parent>(params.get()).ok());
    let Some(id) = parent.and_then(|parent| parent.process_id) else { return };
    std::thread::spawn(move || {
        // A process that cannot be seen from here (a container with its own numbers) has not died: the end of the input
        // still covers that client.
        let Ok(mut handle) = waitpid_any::WaitHandle::open(id) else { return };
        if handle.wait().is_ok() {
            let _ = events.send(Event::ParentGone);
        }
    });
}

/// Clients written in JavaScript can split a surrogate pair over two messages, and a lone `\ud83d` is no JSON string for
/// `serde_json`: the edit would be lost. One UTF-16 unit is replaced by one UTF-16 unit (U+FFFD), so that later positions
/// stay right. Pairs that are whole stay as they are.
fn repair_surrogates(bytes: &mut [u8]) {
    fn escape(bytes: &[u8], at: usize) -> Option<u16> {
        if bytes.get(at) != Some(&b'\\') || bytes.get(at + 1) != Some(&b'u') {
            return None;
        }
        u16::from_str_radix(std::str::from_utf8(bytes.get(at + 2..at + 6)?).ok()?, 16).ok()
    }
    let (high, low) = (0xD800..0xDC00, 0xDC00..0xE000);
    // Escaped backslashes must be counted from the start, but almost no message has such an escape at all.
    let Some(first) = memchr::memmem::find(bytes, b"\\u") else { return };
    let mut at = memchr::memchr(b'\\', bytes).unwrap_or(first);
    while at + 5 < bytes.len() {
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        match escape(bytes, at) {
            // Any other escape, an escaped backslash included.
            None => at += 2,
            Some(unit) if high.contains(&unit) && escape(bytes, at + 6).is_some_and(|u| low.contains(&u)) => {
                at += 12;
            }
            Some(unit) => {
                if high.contains(&unit) || low.contains(&unit) {
                    bytes[at + 2..at + 6].copy_from_slice(b"fffd");
                }
                at += 6;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        repair_surrogates(&mut bytes);
        String::from_utf8(bytes).expect("ASCII stays ASCII")
    }

    #[test]
    fn a_lone_surrogate_becomes_one_replacement_character() {
        assert_eq!(repaired(r#""\ud83d""#), r#""\ufffd""#);
        assert_eq!(repaired(r#""\ude00x""#), r#""\ufffdx""#);
        assert_eq!(repaired(r#""\ud83d\ude00""#), r#""\ud83d\ude00""#, "a pair is whole");
        assert_eq!(repaired(r#""\\ud83d""#), r#""\\ud83d""#, "an escaped backslash is no escape");
    }

    #[test]
    fn a_frame_is_found_behind_junk_and_unknown_headers() {
        let mut input = &b"junk\r\nX-A: 1\r\nsome content-LENGTH: 2\r\n\r\n{}rest"[..];
        assert!(matches!(read_frame(&mut input), Ok(Event::Frame(body)) if body == b"{}"));
        assert_eq!(input, b"rest");
    }
}
