//! The smallest client that does the same: it prints who calls and declines on a key. It is this benchmark itself, run
//! with [`LIMIT`] and the address of a server.

use std::io::{Read, Write};

use serde_json::{Value, json};

/// The argument that turns the benchmark into the reference client.
pub const LIMIT: &str = "--limit";

/// Signs in, then prints the name of each caller, and declines the latest invitation on each byte of input.
pub fn run(url: &str) {
    let _ = crossterm::terminal::enable_raw_mode();
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(client(url));
}

async fn client(url: &str) {
    let base: reqwest::Url = url.parse().unwrap();
    let http = reqwest::Client::builder().tls_certs_only([]).no_proxy().build().unwrap();
    let post = async |href: &str, body: Value| {
        let request = http.post(base.join(href).unwrap()).header("authorization", "Bearer cwt=demo");
        request.header("content-type", "application/json").body(body.to_string()).send().await.unwrap()
    };
    let endpoint = json!({"userAgent": "limit", "endpointId": "limit", "culture": "en-US"});
    let application = post("/ucwa/oauth/v1/applications", endpoint).await.bytes().await.unwrap();
    let application: Value = serde_json::from_slice(&application).unwrap();
    let available = &application["_embedded"]["me"]["_links"]["makeMeAvailable"]["href"];
    post(available.as_str().unwrap(), json!({"supportedModalities": ["Messaging"]})).await;
    let (sender, mut keys) = tokio::sync::mpsc::unbounded_channel();
    std::thread::spawn(move || {
        let mut byte = [0];
        while let Ok(1) = std::io::stdin().read(&mut byte) {
            let _ = sender.send(byte);
        }
    });
    let mut next = application["_links"]["events"]["href"].as_str().unwrap().to_owned();
    let mut decline = String::new();
    print("online");
    loop {
        let url = base.join(&next).unwrap();
        let poll = async {
            let request = http.get(url).header("authorization", "Bearer cwt=demo");
            request.header("accept", "application/json").send().await.unwrap().bytes().await.unwrap()
        };
        tokio::pin!(poll);
        let body = loop {
            tokio::select! {
                body = &mut poll => break body,
                Some(_) = keys.recv() => drop(post(&decline, json!({})).await),
            }
        };
        let batch: Value = serde_json::from_slice(&body).unwrap();
        batch["_links"]["next"]["href"].as_str().unwrap().clone_into(&mut next);
        let senders = batch["sender"].as_array().into_iter().flatten();
        for event in senders.flat_map(|sender| sender["events"].as_array().into_iter().flatten()) {
            let invitation = &event["_embedded"]["messagingInvitation"];
            if let (Some("started"), Some(href)) =
                (event["type"].as_str(), invitation["_links"]["decline"]["href"].as_str())
            {
                href.clone_into(&mut decline);
                print(invitation["_embedded"]["from"]["name"].as_str().unwrap_or_default());
            }
        }
    }
}

fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = write!(out, "{text}\r\n").and_then(|()| out.flush());
}
