//! Hrefs as the keys of resources.

use std::borrow::Cow;

use url::{Position, Url};

/// The href of a resource, relative to the application's host if the resource is there.
pub type Href = Box<str>;

/// Returns the form of an href that identifies its resource: servers send relative and absolute hrefs for the same
/// one.
pub(super) fn normalize<'a>(base: &Url, href: &'a str) -> Cow<'a, str> {
    if href.starts_with('/') && !href.starts_with("//") {
        return Cow::Borrowed(href);
    }
    match base.join(href) {
        Ok(url) if url.origin() == base.origin() => Cow::Owned(url[Position::BeforePath..].to_owned()),
        _ => Cow::Borrowed(href),
    }
}
