use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::sync::Arc;

use crate::logging::{private_directory, state_directory};

/// More copies at a time than anybody runs.
const COPIES: usize = 32;

/// The `endpointId` of this copy: kept over restarts, because the server knows the application by it, and
/// never shared by two copies that run, because they would take the event channel from each other.
#[derive(Clone, Debug)]
pub struct Endpoint {
    id: String,
    /// Locked as long as this copy runs.
    _lock: Option<Arc<File>>,
}

impl Endpoint {
    /// The first endpoint of this installation that no other copy uses. Where nothing can be kept, one for
    /// this run only.
    #[must_use]
    pub fn take() -> Self {
        let kept = state_directory().and_then(|directory| Self::take_in(&directory));
        kept.unwrap_or_else(|| {
            tracing::warn!("the endpoint's id can't be kept; the server will see a new device");
            Self { id: fresh(), _lock: None }
        })
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    fn take_in(directory: &Path) -> Option<Self> {
        private_directory(directory).ok()?;
        for number in 1..=COPIES {
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
                id = fresh();
                file.rewind().ok()?;
                file.set_len(0).ok()?;
                file.write_all(id.as_bytes()).ok()?;
            }
            return Some(Self { id, _lock: Some(Arc::new(file)) });
        }
        None
    }
}

fn fresh() -> String {
    uuid::Uuid::new_v4().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_kept_over_restarts_and_not_shared() {
        let directory = tempfile::tempdir().unwrap();
        let first = Endpoint::take_in(directory.path()).unwrap();
        let beside = Endpoint::take_in(directory.path()).unwrap();
        assert_ne!(first.id(), beside.id());
        let id = first.id().to_owned();
        drop(first);
        assert_eq!(Endpoint::take_in(directory.path()).unwrap().id(), id);
    }
}
