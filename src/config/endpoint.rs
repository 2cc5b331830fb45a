//! The id by which a UCWA server recognizes this installation.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};

use crate::private_files::{create_private_directory, state_directory};

/// The maximum number of endpoints of an installation, and so of processes with an endpoint that lasts.
const MAX_ENDPOINTS: usize = 32;

/// The `endpointId` of the UCWA resource `application`, locked for this process.
///
/// The id survives restarts, because the server recognizes the application by it. Processes that run at the same time
/// have different ids, because they would take the event channel from each other.
#[derive(Clone, Debug)]
pub struct Endpoint {
    id: String,
    /// The locked file that holds the id; `None` if the id lasts only for this run.
    _lock: Option<Arc<File>>,
}

impl Endpoint {
    /// Acquires the first endpoint of this installation that no other process uses. If the state directory cannot be
    /// written, the id lasts only for this run.
    #[must_use]
    pub fn acquire() -> Self {
        let endpoint = state_directory().and_then(|directory| Self::acquire_in(&directory));
        endpoint.unwrap_or_else(|| {
            tracing::warn!("can't store the endpoint id; the server will see a new device");
            Self { id: new_id(), _lock: None }
        })
    }

    /// Returns the id, a UUID.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the id for an account: a UUID of its own for each name, which lasts as long as this endpoint.
    ///
    /// Two accounts may be those of the same user, whose endpoints must differ.
    #[must_use]
    pub fn id_of(&self, name: &str) -> String {
        let digest = digest(&SHA256, format!("{} {name}", self.id).as_bytes());
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(digest.as_ref()).for_each(|(to, from)| *to = *from);
        uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
    }

    fn acquire_in(directory: &Path) -> Option<Self> {
        create_private_directory(directory).ok()?;
        for number in 1..=MAX_ENDPOINTS {
            let path = directory.join(format!("endpoint-{number}"));
            let mut file =
                OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).ok()?;
            if file.try_lock().is_err() {
                continue;
            }
            let mut id = String::new();
            file.read_to_string(&mut id).ok()?;
            let mut id = id.trim().to_owned();
            if uuid::Uuid::parse_str(&id).is_err() {
                id = new_id();
                file.rewind().ok()?;
                file.set_len(0).ok()?;
                file.write_all(id.as_bytes()).ok()?;
            }
            return Some(Self { id, _lock: Some(Arc::new(file)) });
        }
        None
    }
}

fn new_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_account_has_an_endpoint_of_its_own_that_lasts() {
        let directory = tempfile::tempdir().unwrap();
        let endpoint = Endpoint::acquire_in(directory.path()).unwrap();
        let (work, home) = (endpoint.id_of("work"), endpoint.id_of("home"));
        assert!(uuid::Uuid::parse_str(&work).is_ok(), "{work}");
        assert!(work != home && work != endpoint.id(), "{work} {home}");
        drop(endpoint);
        assert_eq!(Endpoint::acquire_in(directory.path()).unwrap().id_of("work"), work);
    }

    #[test]
    fn an_endpoint_is_kept_over_restarts_and_not_shared() {
        let directory = tempfile::tempdir().unwrap();
        let first = Endpoint::acquire_in(directory.path()).unwrap();
        let second = Endpoint::acquire_in(directory.path()).unwrap();
        assert_ne!(first.id(), second.id());
        let id = first.id().to_owned();
        drop(first);
        assert_eq!(Endpoint::acquire_in(directory.path()).unwrap().id(), id);
    }

    #[test]
    fn a_damaged_file_is_replaced_by_an_id_that_lasts() {
        let id = uuid::Uuid::new_v4().to_string();
        let damaged = [String::new(), "no id".into(), format!("{id}{id}"), "x".repeat(4_096), id[1..].into()];
        for text in damaged {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("endpoint-1");
            std::fs::write(&path, &text).unwrap();
            let first = Endpoint::acquire_in(directory.path()).unwrap().id().to_owned();
            assert!(uuid::Uuid::parse_str(&first).is_ok(), "{text}: {first}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), first, "{text}");
            assert_eq!(Endpoint::acquire_in(directory.path()).unwrap().id(), first, "{text}");
        }
    }

    #[test]
    fn an_id_is_kept_though_the_file_has_blanks_around_it() {
        let directory = tempfile::tempdir().unwrap();
        let id = uuid::Uuid::new_v4().to_string();
        std::fs::write(directory.path().join("endpoint-1"), format!(" {id}\n")).unwrap();
        assert_eq!(Endpoint::acquire_in(directory.path()).unwrap().id(), id);
    }

    #[test]
    fn the_first_endpoint_that_no_other_process_uses_is_acquired_of_a_limited_number() {
        let directory = tempfile::tempdir().unwrap();
        let acquire = || Endpoint::acquire_in(directory.path());
        let mut all: Vec<Endpoint> = (0..MAX_ENDPOINTS).map(|_| acquire().unwrap()).collect();
        assert!(acquire().is_none(), "each would leave another file");
        let second = all.remove(1).id().to_owned();
        assert_eq!(acquire().unwrap().id(), second);
    }
}
