//! The HTTP clients of the providers.

use std::sync::Arc;

use anyhow::Context;

use crate::config::AccountSection;
use crate::provider::network::{HttpExchange, Network};

/// Creates the HTTP client of one account. Accounts share no connections, so that one of them can drop its own.
pub(super) fn exchange(network: Network, section: &AccountSection) -> anyhow::Result<Arc<HttpExchange>> {
    Ok(Arc::new(HttpExchange::new(network).with_context(|| unusable(section))?))
}

/// Returns the message for network settings that cannot be used.
pub(super) fn unusable(section: &AccountSection) -> String {
    format!("can't set up the network; check the certificates and ca_file and proxy in {section}")
}
