//! Files with secrets.

use std::path::Path;

/// Sets the permissions of a file.
#[cfg(unix)]
pub fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
}

/// Does nothing: on this platform, permissions are not checked.
#[cfg(not(unix))]
pub fn set_mode(_: &Path, _: u32) {}
