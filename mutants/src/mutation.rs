//! The switch between the mutants of this copy of the program. The environment variable `MUTANT` holds the number of the
//! active one. If `MUTANT_TRACE` names a file, each mutant that is reached sets the byte at its number there to 1, at once:
//! a test that aborts loses nothing.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

const UNREAD: u32 = u32::MAX;
const TRACING: u32 = u32::MAX - 1;
const NONE: u32 = u32::MAX - 2;

static ACTIVE: AtomicU32 = AtomicU32::new(UNREAD);
static SEEN: [AtomicU64; 4096] = [const { AtomicU64::new(0) }; 4096];

/// Returns whether the mutant of this number is active.
#[inline]
pub fn active(number: u32) -> bool {
    let active = ACTIVE.load(Relaxed);
    active == number || (active >= TRACING && read_or_trace(number))
}

#[cold]
fn read_or_trace(number: u32) -> bool {
    if ACTIVE.load(Relaxed) == UNREAD {
        let variable = std::env::var("MUTANT").ok().and_then(|number| number.parse().ok());
        let tracing = std::env::var_os("MUTANT_TRACE").is_some();
        ACTIVE.store(variable.unwrap_or(if tracing { TRACING } else { NONE }), Relaxed);
    }
    let active = ACTIVE.load(Relaxed);
    if active == TRACING {
        trace(number);
    }
    active == number
}

fn trace(number: u32) {
    static FILE: OnceLock<Option<File>> = OnceLock::new();
    let bit = 1 << (number % 64);
    let Some(word) = SEEN.get(number as usize / 64) else { return };
    if word.fetch_or(bit, Relaxed) & bit == 0 {
        let file = FILE.get_or_init(|| {
            let path = std::env::var_os("MUTANT_TRACE")?;
            File::options().create(true).truncate(false).write(true).open(path).ok()
        });
        if let Some(file) = file {
            let _ = file.write_at(&[1], u64::from(number));
        }
    }
}
