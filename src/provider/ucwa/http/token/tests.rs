//! The hosts that are given the configured token.

use super::*;

#[tokio::test]
async fn a_host_that_has_not_asked_gets_the_configured_token_only_if_it_is_allowed() {
    let tokens = Tokens::new(Credentials::Token(Secret::Value("cwt=x".into())));
    let origin = |url: &str| Url::parse(url).unwrap().origin();
    let (pool, other) = (origin("https://pool.contoso.com"), origin("https://other.contoso.com"));
    assert!(tokens.current(&pool).await.unwrap().is_none());
    tokens.allow(&pool);
    for _ in 0..2 {
        let token = tokens.current(&pool).await.unwrap().unwrap();
        assert_eq!(token.secret.expose_secret(), "cwt=x");
    }
    assert!(tokens.current(&other).await.unwrap().is_none());
}
