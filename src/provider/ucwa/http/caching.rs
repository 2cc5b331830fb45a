//! The caching of responses (RFC 9111), as far as resources need it.

use std::time::Duration;

use http::HeaderMap;
use http::header::{AGE, CACHE_CONTROL, ETAG};

/// The maximum length of an entity tag that is kept (bytes).
const MAX_TAG: usize = 256;

/// The caching rules of a response, from its header fields (RFC 9111).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caching {
    /// The entity tag, by which the response can be revalidated.
    pub tag: Option<Box<str>>,
    /// The time for which the response needs no revalidation, if the server says so: zero for `no-cache`.
    pub fresh_for: Option<Duration>,
}

impl Caching {
    /// Reads the header fields of a response. With `no-store`, nothing is kept.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let fields = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
        let directives: Vec<String> =
            fields.flat_map(|field| field.split(',')).map(|it| it.trim().to_ascii_lowercase()).collect();
        let has = |name: &str| directives.iter().any(|it| it == name || it.starts_with(&format!("{name}=")));
        if has("no-store") {
            return Self { tag: None, fresh_for: Some(Duration::ZERO) };
        }
        let seconds = |value: &str| value.trim().trim_matches('"').parse().ok().map(Duration::from_secs);
        let age = headers.get(AGE).and_then(|value| seconds(value.to_str().ok()?)).unwrap_or_default();
        let max_age = directives.iter().find_map(|it| seconds(it.strip_prefix("max-age=")?));
        let fresh_for =
            if has("no-cache") { Some(Duration::ZERO) } else { max_age.map(|it| it.saturating_sub(age)) };
        let tag = headers.get(ETAG).and_then(|value| value.to_str().ok());
        Self { tag: tag.filter(|tag| !tag.is_empty() && tag.len() <= MAX_TAG).map(Box::from), fresh_for }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(fields: &[(&'static str, &'static str)]) -> Caching {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, http::HeaderValue::from_static(value));
        }
        Caching::of(&headers)
    }

    #[test]
    fn the_fields_say_for_how_long_a_response_is_fresh_and_how_it_is_revalidated() {
        let fresh = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(of(&[]), Caching::default());
        assert_eq!(of(&[("etag", "\"a\"")]).tag.as_deref(), Some("\"a\""));
        let tagged = |length| {
            let value = http::HeaderValue::try_from("x".repeat(length)).unwrap();
            Caching::of(&HeaderMap::from_iter([(ETAG, value)])).tag.map(|tag| tag.len())
        };
        assert_eq!([0, MAX_TAG, MAX_TAG + 1].map(tagged), [None, Some(MAX_TAG), None]);
        assert_eq!(of(&[("cache-control", "private, Max-Age=60")]).fresh_for, fresh(60));
        assert_eq!(of(&[("cache-control", "max-age=60"), ("age", "45")]).fresh_for, fresh(15));
        assert_eq!(of(&[("cache-control", "max-age=60"), ("age", "90")]).fresh_for, fresh(0));
        assert_eq!(of(&[("cache-control", "private"), ("cache-control", "no-cache")]).fresh_for, fresh(0));
        assert_eq!(of(&[("cache-control", "max-age=soon")]).fresh_for, None);
        let unkept = of(&[("cache-control", "no-store, max-age=60"), ("etag", "\"a\"")]);
        assert_eq!(unkept, Caching { tag: None, fresh_for: fresh(0) });
    }
}
