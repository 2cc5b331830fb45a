//! Why a TLS handshake failed, in words for a person.

use std::error::Error;
use std::io::{self, ErrorKind};

use rustls::{AlertDescription, PeerIncompatible};

/// Windows Server 2012 R2 as it is delivered has only suites with CBC for RSA certificates, which rustls leaves out.
const NO_SUITE: &str = "this server offers only cipher suites that rsvp's TLS does not speak; build rsvp with \
                        `--features native-tls`, or enable an ECDHE GCM suite on the server";

const OLD_VERSION: &str =
    "this server speaks only versions of TLS that are no longer safe; enable TLS 1.2 on the server";

/// Instead of an alert, Windows may also just close the connection.
const BROKEN_OFF: &str = "the server broke off the TLS handshake; if it offers only cipher suites with CBC, as Windows \
                          Server 2012 R2 does, build rsvp with `--features native-tls`";

/// Returns what a failed handshake means, if `error`, which came of connecting over TLS, tells.
///
/// The system's TLS leaves out no suite that the remedies here are about, and its own words have to do.
pub(super) fn explain(error: &(dyn Error + 'static)) -> Option<&'static str> {
    if cfg!(feature = "native-tls") {
        return None;
    }
    let mut within_io = false;
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<rustls::Error>() {
            return of_rustls(error);
        }
        next = match error.downcast_ref::<io::Error>() {
            // Only what breaks in the handshake is wrapped once more; TCP's own errors are not.
            Some(error) if within_io && is_broken_off(error) => return Some(BROKEN_OFF),
            Some(error) => {
                within_io = true;
                // The source of an `io::Error` is that of what it holds, which would be passed over.
                error.get_ref().map(|inner| inner as _)
            }
            None => error.source(),
        };
    }
    None
}

fn of_rustls(error: &rustls::Error) -> Option<&'static str> {
    match error {
        rustls::Error::AlertReceived(
            AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity,
        ) => Some(NO_SUITE),
        rustls::Error::AlertReceived(AlertDescription::ProtocolVersion)
        | rustls::Error::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13) => {
            Some(OLD_VERSION)
        }
        _ => None,
    }
}

fn is_broken_off(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset)
}
