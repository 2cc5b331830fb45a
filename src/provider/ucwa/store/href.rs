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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_an_href_at_the_applications_host_is_the_same() {
        let base = Url::parse("https://pool.example/ucwa/v1/applications/1").unwrap();
        for href in [
            "/a/b?c=1",
            "https://pool.example/a/b?c=1",
            "https://POOL.example:443/a/b?c=1",
            "//pool.example/a/b?c=1",
        ] {
            assert_eq!(normalize(&base, href), "/a/b?c=1", "{href}");
        }
        assert_eq!(normalize(&base, "2/events"), "/ucwa/v1/applications/2/events");
        for elsewhere in
            ["https://other.example/a", "http://pool.example/a", "//other.example/a", "https://["]
        {
            assert_eq!(normalize(&base, elsewhere), elsewhere);
        }
    }
}
