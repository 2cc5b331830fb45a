//! Batches: several requests in the parts of one.

use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};

use crate::sim::broken_rule::BrokenRule;
use crate::sim::reply::Reply;
use crate::sim::request::{Handled, ParsedRequest};
use crate::sim::ucwa::access::Access;
use crate::sim::ucwa::state::resource::Resource;
use crate::sim::ucwa::state::resource::personal::PersonalResource;
use crate::sim::ucwa::state::world::World;

/// The greatest number of requests in a batch.
const MOST_REQUESTS: usize = 100;
/// The boundary between the parts of a response.
const BOUNDARY: &str = "part-of-the-batch";

impl World {
    /// Handles a POST to `batch`: performs the requests in order, as if each had come alone.
    ///
    /// # Errors
    /// Returns the refusal if the batch is malformed or has too many requests; none is performed then.
    pub fn post_batch(&mut self, request: &ParsedRequest) -> Result<Handled, Handled> {
        let boundary = boundary(request)?;
        let parts = split(&request.body, &boundary).ok_or_else(|| refusal(400, "a part is malformed"))?;
        if parts.len() > MOST_REQUESTS {
            return Err(refusal(429, "more than 100 requests"));
        }
        let requests: Option<Vec<ParsedRequest>> = parts.iter().map(|part| parse(part, request)).collect();
        let requests = requests.ok_or_else(|| refusal(400, "a part is not a request"))?;
        let count = requests.len();
        let (mut body, mut complaints) = (Vec::new(), Vec::new());
        for part in requests {
            let wire = part.wire;
            let handled = self.perform_part(&part);
            complaints.extend(handled.complaint);
            let reply = handled.reply.with_default(CACHE_CONTROL, "no-cache");
            body.extend(
                format!("--{BOUNDARY}\r\nContent-Type: application/http; msgtype=response\r\n\r\n").bytes(),
            );
            body.extend(reply.into_message(wire));
            body.extend(b"\r\n");
        }
        body.extend(format!("--{BOUNDARY}--\r\n").bytes());
        let kind = format!("multipart/batching; boundary=\"{BOUNDARY}\"");
        let complaint = (!complaints.is_empty()).then(|| complaints.join("; "));
        let summary = format!("batch of {count} {}", if count == 1 { "request" } else { "requests" });
        Ok(Handled { reply: Reply::raw(200, &kind, body), summary, complaint })
    }

    fn perform_part(&mut self, request: &ParsedRequest) -> Handled {
        match self.access(request) {
            Access::Answered(handled) => handled,
            Access::Granted(
                _,
                resource @ (Resource::Events
                | Resource::Personal(
                    PersonalResource::Batch | PersonalResource::Photo | PersonalResource::ContactPhoto(_),
                )),
            ) => refusal(400, &format!("{} cannot be in a batch", resource.rel())),
            Access::Granted(application, resource) => self.handle(&application, resource, request),
        }
    }
}

fn refusal(status: u16, rule: &str) -> Handled {
    Handled::breaking_rule(Reply::error(status, ""), "batch", BrokenRule::new("batch", rule))
}

/// Returns the boundary that the media type of a batch names.
fn boundary(request: &ParsedRequest) -> Result<String, Handled> {
    let kind = request.header(CONTENT_TYPE.as_str()).unwrap_or_default();
    let mut fields = kind.split(';').map(str::trim);
    if !fields.next().is_some_and(|kind| kind.eq_ignore_ascii_case("multipart/batching")) {
        return Err(refusal(415, "the media type is not multipart/batching"));
    }
    let boundary = fields.find_map(|field| {
        let (name, value) = field.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"').to_owned())
    });
    boundary.filter(|it| !it.is_empty()).ok_or_else(|| refusal(400, "the boundary is missing"))
}

/// Returns the requests in the parts of a body; `None` if it is malformed.
fn split<'a>(body: &'a str, boundary: &str) -> Option<Vec<&'a str>> {
    let delimiter = format!("--{boundary}");
    let mut pieces = body.split(delimiter.as_str());
    pieces.next()?.trim().is_empty().then_some(())?;
    let mut parts = Vec::new();
    for piece in pieces {
        if piece.starts_with("--") {
            return (!parts.is_empty()).then_some(parts);
        }
        let part = piece.strip_prefix("\r\n").or_else(|| piece.strip_prefix('\n'))?;
        let (head, request) = split_head(part)?;
        fields(head)
            .any(|(name, value)| {
                name.eq_ignore_ascii_case("content-type")
                    && value.to_lowercase().starts_with("application/http")
            })
            .then_some(())?;
        parts.push(request);
    }
    None
}

/// Splits a message at the empty line after its head.
fn split_head(message: &str) -> Option<(&str, &str)> {
    let ends = ["\r\n\r\n", "\n\n"].map(|end| message.find(end).map(|at| (at, end.len())));
    let (at, length) = ends.into_iter().flatten().min()?;
    Some((message.get(..at)?, message.get(at + length..)?))
}

/// Returns the header fields of a head.
fn fields(head: &str) -> impl Iterator<Item = (&str, &str)> {
    head.lines().filter_map(|line| line.split_once(':')).map(|(name, value)| (name.trim(), value.trim()))
}

/// Parses a request in a part. It has the token and the origin of the batch.
fn parse(part: &str, batch: &ParsedRequest) -> Option<ParsedRequest> {
    let (head, body) = split_head(part).unwrap_or((part.trim_end(), ""));
    let (line, rest) = head.trim_start().split_once('\n').unwrap_or((head.trim(), ""));
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_ascii_uppercase(), words.next()?);
    let mut request = http::Request::builder().method(method.as_str()).uri(target);
    for (name, value) in fields(rest).filter(|(name, _)| !name.eq_ignore_ascii_case(AUTHORIZATION.as_str())) {
        request = request.header(name, value);
    }
    let (parts, ()) = request.body(()).ok()?.into_parts();
    let body = body.strip_suffix("\r\n").or_else(|| body.strip_suffix('\n')).unwrap_or(body);
    let mut request = ParsedRequest::new(parts, body.as_bytes());
    request.base.clone_from(&batch.base);
    request.token.clone_from(&batch.token);
    request.has_length = true;
    Some(request)
}
