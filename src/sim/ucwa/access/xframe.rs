//! The cross-domain frame, through which scripts of other origins send requests.

/// The path of the frame.
pub const PATH: &str = "/Autodiscover/XFrame/XFrame.html";

/// The frame: it sends the request that a message describes, and returns the response in a message.
pub const PAGE: &str = r#"<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>XFrame</title></head><body><script>
window.addEventListener("message", function (event) {
  var request;
  try { request = JSON.parse(event.data); } catch (error) { return; }
  var xhr = new XMLHttpRequest();
  xhr.open((request.type || "GET").toUpperCase(), request.url);
  if (request.accepts) xhr.setRequestHeader("Accept", request.accepts);
  if (request.contentType) xhr.setRequestHeader("Content-Type", request.contentType);
  Object.keys(request.headers || {}).forEach(function (name) {
    xhr.setRequestHeader(name, request.headers[name]);
  });
  xhr.onloadend = function () {
    event.source.postMessage(JSON.stringify({
      status: xhr.status, statusText: xhr.statusText, responseText: xhr.responseText,
      headers: xhr.getAllResponseHeaders(), messageId: request.messageId
    }), event.origin === "null" ? "*" : event.origin);
  };
  xhr.send(request.data || null);
});
</script></body></html>
"#;
