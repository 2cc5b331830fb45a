//! Tests of batches.

use crate::sim::ucwa::tests::*;

const KIND: &str = "multipart/batching; boundary=\"b\"";

fn batch(requests: &[String]) -> String {
    let part = |request: &String| {
        format!("--b\r\nContent-Type: application/http; msgtype=request\r\n\r\n{request}\r\n")
    };
    format!("{}--b--\r\n", requests.iter().map(part).collect::<String>())
}

/// Returns the status and the document of each part of a response.
fn parts(response: &Response) -> Vec<(u16, Value)> {
    let text = String::from_utf8(response.body.to_vec()).unwrap();
    let kind = response.headers.get(CONTENT_TYPE).unwrap().to_str().unwrap();
    let boundary = kind.split("boundary=").nth(1).unwrap().trim_matches('"');
    let delimiter = format!("--{boundary}");
    let mut pieces: Vec<&str> = text.split(delimiter.as_str()).skip(1).collect();
    assert_eq!(pieces.pop().unwrap(), "--\r\n");
    let part = |piece: &str| {
        let (kind, message) = piece.split_once("\r\n\r\n").unwrap();
        assert_eq!(kind.trim(), "Content-Type: application/http; msgtype=response");
        let (head, body) = message.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body.trim()).unwrap_or_default())
    };
    pieces.into_iter().map(part).collect()
}

async fn post(client: &TestClient, body: &str) -> Response {
    client.post_as(&href(&client.application, "batch"), KIND, body).await
}

#[tokio::test(start_paused = true)]
async fn the_requests_of_a_batch_are_performed_in_order() {
    let client = TestClient::online().await;
    let me = client.get(&href(&client.application["_embedded"]["me"], "self")).await;
    let (own, presence) = (href(&me, "self"), href(&me, "presence"));
    let body = batch(&[
        format!("GET {own} HTTP/1.1\r\nAccept: application/json\r\nHost: pool.contoso.example\r\n"),
        format!(
            "POST {presence} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{{\"availability\": \"Busy\"}}"
        ),
        format!("GET {presence} HTTP/1.1"),
        format!("GET {presence}x HTTP/1.1"),
    ]);
    for body in [body.clone(), body.replace("\r\n", "\n")] {
        let response = post(&client, &body).await;
        assert_eq!(response.status, 200);
        let parts = parts(&response);
        assert_eq!(parts.iter().map(|part| part.0).collect::<Vec<_>>(), [200, 204, 200, 404]);
        assert_eq!((&parts[0].1["rel"], &parts[2].1["availability"]), (&json!("me"), &json!("Busy")));
    }
    assert_eq!(client.sim.record().last().unwrap().summary, "batch of 4 requests");
    assert_eq!(client.sim.complaints().len(), 2, "the href was never given");
}

#[tokio::test(start_paused = true)]
async fn batches_events_and_photos_cannot_be_in_a_batch() {
    let client = TestClient::online().await;
    let me = client.get(&href(&client.application["_embedded"]["me"], "self")).await;
    let body = batch(&[
        format!("POST {} HTTP/1.1", href(&client.application, "batch")),
        format!("GET {} HTTP/1.1", client.next),
        format!("GET {} HTTP/1.1", href(&me, "photo")),
    ]);
    let parts = parts(&post(&client, &body).await);
    assert!(parts.iter().all(|part| part.0 == 400), "{parts:?}");
    assert!(client.sim.complaints()[0].starts_with("batch: "));
}

#[tokio::test(start_paused = true)]
async fn of_more_than_a_hundred_requests_none_is_performed() {
    let client = TestClient::online().await;
    let me = client.get(&href(&client.application["_embedded"]["me"], "self")).await;
    let request = format!("POST {}?message=Away HTTP/1.1", href(&me, "note"));
    assert_eq!(post(&client, &batch(&vec![request.clone(); 101])).await.status, 429);
    assert_eq!(client.get(&href(&me, "note")).await["message"], "");
    assert_eq!(parts(&post(&client, &batch(&vec![request; 100])).await).len(), 100);
}

#[tokio::test(start_paused = true)]
async fn a_malformed_batch_is_refused_as_a_whole() {
    let client = TestClient::online().await;
    let good = batch(&["GET / HTTP/1.1".to_owned()]);
    for body in [
        good.replace("--b--", ""),
        good.replace("application/http", "text/plain"),
        good.replace("GET / HTTP/1.1", ""),
        "--b--".to_owned(),
        "x".to_owned(),
    ] {
        assert_eq!(post(&client, &body).await.status, 400, "{body}");
    }
    let link = href(&client.application, "batch");
    assert_eq!(client.post_as(&link, "multipart/batching", &good).await.status, 400);
    assert_eq!(client.post_as(&link, "application/json", "{}").await.status, 415);
}
