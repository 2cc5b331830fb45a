//! Trying a credential before it is kept.

use std::sync::Arc;

use super::settings::Settings;
use super::token::Tokens;
use crate::provider::Problem;
use crate::provider::exchange::Exchange;

/// Requests a token with the credential of a bot.
///
/// # Errors
/// Returns an error if the directory issues none.
pub async fn try_credential(settings: &Settings, exchange: Arc<dyn Exchange>) -> Result<(), Problem> {
    match Tokens::new(settings, exchange).renew(&settings.tenant).await {
        Ok(_) => Ok(()),
        Err(error) => Err(error.problem()),
    }
}
