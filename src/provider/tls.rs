//! Explanations of failed TLS handshakes.

use std::error::Error;
use std::io::{self, ErrorKind};

use rustls::{AlertDescription, PeerIncompatible};

/// The explanation for a server without a common cipher suite. Windows Server 2012 R2 in its default configuration offers
/// only CBC suites for RSA certificates, which rustls does not implement.
const NO_COMMON_SUITE: &str = "this server offers only cipher suites that rsvp's TLS does not speak; build rsvp with \
                        `--features native-tls`, or enable an ECDHE GCM suite on the server";

/// The explanation for a server that speaks only old versions of TLS.
const OLD_VERSION: &str = "this server supports only insecure versions of TLS; enable TLS 1.2 on the server";

/// The explanation for a connection that is closed during the handshake, as Windows does in place of an alert.
const CLOSED: &str = "the server broke off the TLS handshake; if it offers only cipher suites with CBC, as Windows \
                          Server 2012 R2 does, build rsvp with `--features native-tls`";

/// Explains the error of a connection attempt, if a failed handshake caused it.
///
/// Returns `None` with the system's TLS, which implements the suites that the remedies are about.
pub(super) fn explain(error: &(dyn Error + 'static)) -> Option<&'static str> {
    if cfg!(feature = "native-tls") {
        return None;
    }
    let mut within_io = false;
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<rustls::Error>() {
            return explain_rustls(error);
        }
        next = match error.downcast_ref::<io::Error>() {
            // An error of the handshake is wrapped in two `io::Error`s, one of TCP in only one.
            Some(error) if within_io && is_closed(error) => return Some(CLOSED),
            Some(error) => {
                within_io = true;
                // `source` would skip the error that an `io::Error` holds.
                error.get_ref().map(|inner| inner as _)
            }
            None => error.source(),
        };
    }
    None
}

fn explain_rustls(error: &rustls::Error) -> Option<&'static str> {
    match error {
        rustls::Error::AlertReceived(
            AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity,
        ) => Some(NO_COMMON_SUITE),
        rustls::Error::AlertReceived(AlertDescription::ProtocolVersion)
        | rustls::Error::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13) => {
            Some(OLD_VERSION)
        }
        _ => None,
    }
}

fn is_closed(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset)
}
