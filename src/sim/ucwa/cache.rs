//! Conditional requests: entity tags of documents.

use std::hash::{DefaultHasher, Hash, Hasher};

use http::header::{ETAG, IF_MATCH, IF_NONE_MATCH};
use serde_json::Value;

use crate::sim::reply::Reply;
use crate::sim::request::ParsedRequest;

/// Returns the entity tag of a document without quotes. The embedded resources do not change it, nor does the copy of
/// the tag in the document.
pub fn entity_tag(document: &Value) -> String {
    let own = document
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| !matches!(name.as_str(), "_embedded" | "etag"));
    let mut hasher = DefaultHasher::new();
    for (name, value) in own {
        (name, value.to_string()).hash(&mut hasher);
    }
    hasher.finish().to_string()
}

/// Creates the reply to a GET of a document with an entity tag: 304 if the client has it already.
pub fn reply(request: &ParsedRequest, document: Value) -> Reply {
    let tag = entity_tag(&document);
    let reply = if is_matched(request.header(IF_NONE_MATCH.as_str()), &tag) {
        Reply::empty(304)
    } else {
        Reply::document(200, document)
    };
    reply.with(ETAG, format!("\"{tag}\""))
}

/// Refuses a PUT whose precondition is missing (428) or not met (412).
pub fn refuse_change(request: &ParsedRequest, document: &Value) -> Option<(Reply, &'static str)> {
    let condition = request.header(IF_MATCH.as_str());
    if condition.is_none() {
        return Some((Reply::error(428, ""), "PUT needs If-Match"));
    }
    let is_current = is_matched(condition, &entity_tag(document));
    (!is_current).then(|| (Reply::error(412, ""), "If-Match is not the current ETag"))
}

/// Returns whether a list of entity tags, with or without quotes, contains `tag`.
fn is_matched(condition: Option<&str>, tag: &str) -> bool {
    let tags = condition.unwrap_or_default().split(',').map(str::trim);
    tags.map(|it| it.trim_start_matches("W/").trim_matches('"')).any(|it| it == tag || it == "*")
}
