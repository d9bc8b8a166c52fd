//! The binary as a process: how it ends.

use super::client::Client;
use serde_json::{Value, json};

#[cfg(unix)]
#[test]
fn the_death_of_the_parent_ends_the_server_though_the_pipes_stay_open() {
    let mut parent = std::process::Command::new("sleep").arg("0.3").spawn().expect("sleep");
    let mut client = Client::process();
    client.initialize(json!({ "capabilities": {}, "processId": parent.id() }));
    parent.wait().expect("a child of ours");
    assert_eq!(client.exit_code(), 1);
}

#[test]
fn the_binary_ends_as_the_protocol_says() {
    let mut client = Client::process();
    client.initialize(json!({ "capabilities": {}, "processId": std::process::id() }));
    assert_eq!(client.finish(), 0);
    let mut client = Client::process();
    client.initialize(json!({ "capabilities": {} }));
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), 1);
}
