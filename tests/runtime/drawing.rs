//! When frames are drawn.

use crate::support::{Setup, paused};

#[test]
fn the_first_frame_waits_for_nothing() {
    paused(async {
        let mut program = Setup::default().start(|_| Vec::new());
        program.wait_for("quit").await;
        assert_eq!(program.started.elapsed(), std::time::Duration::ZERO);
    });
}
