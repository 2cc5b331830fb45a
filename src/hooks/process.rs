//! One run of a hook.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::environment::{is_withheld, variables};
use crate::report::Object;
use crate::text::DisplayText;

/// The number of bytes of the output that the log gets.
const MAX_OUTPUT: u64 = 16 * 1024;

/// The time that the output of a program that has ended is read: something that it started may keep it open.
const OUTPUT_TIMEOUT: Duration = Duration::from_millis(200);

/// Kills the program and whatever it has started when dropped.
struct Group {
    child: Child,
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
    is_over: bool,
}

impl Drop for Group {
    fn drop(&mut self) {
        if !self.is_over {
            #[cfg(unix)]
            if let Some(leader) = self.leader {
                let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
            }
            let _ = self.child.start_kill();
        }
    }
}

/// Runs a program for an event and waits until it has ended. When the time is up, or the future is dropped, the program is
/// killed; on Unix with its group.
///
/// # Errors
/// Returns why the program failed, in words.
pub(super) async fn run(
    name: &str,
    words: &[String],
    object: &Object,
    limit: Duration,
) -> Result<(), String> {
    let mut group = start(words, object).map_err(|error| format!("can't be started: {error}"))?;
    let input = group.child.stdin.take();
    let mut readers = JoinSet::new();
    log(&mut readers, name, group.child.stdout.take());
    log(&mut readers, name, group.child.stderr.take());
    let line = object.to_line() + "\n";
    let work = async {
        if let Some(mut input) = input {
            // A program may ignore its input.
            let _ = input.write_all(line.as_bytes()).await;
        }
        group.child.wait().await
    };
    let ended = timeout(limit, work).await;
    if matches!(ended, Ok(Ok(_))) {
        group.is_over = true;
        let _ = timeout(OUTPUT_TIMEOUT, async { while readers.join_next().await.is_some() {} }).await;
    }
    match ended {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(format!("ended with {status}")),
        Ok(Err(error)) => Err(format!("can't be waited for: {error}")),
        Err(_) => Err(format!("took longer than {} s and was killed", limit.as_secs_f32())),
    }
}

fn start(words: &[String], object: &Object) -> io::Result<Group> {
    let (program, arguments) = words.split_first().ok_or_else(|| io::Error::other("no program"))?;
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for (name, value) in std::env::vars_os() {
        if is_withheld(&name.to_string_lossy(), &value.to_string_lossy()) {
            command.env_remove(name);
        }
    }
    command.envs(variables(object));
    #[cfg(unix)]
    command.process_group(0);
    let child = command.spawn()?;
    #[cfg(unix)]
    let leader = child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed()));
    Ok(Group {
        child,
        #[cfg(unix)]
        leader,
        is_over: false,
    })
}

/// Has the output of a program written to the log, without what exceeds the limit.
fn log(readers: &mut JoinSet<()>, name: &str, stream: Option<impl AsyncRead + Send + Unpin + 'static>) {
    let Some(mut stream) = stream else { return };
    let name = name.to_owned();
    readers.spawn(async move {
        let mut lines = BufReader::new((&mut stream).take(MAX_OUTPUT)).split(b'\n');
        while let Ok(Some(line)) = lines.next_segment().await {
            let line = DisplayText::bounded(&String::from_utf8_lossy(&line), DisplayText::MESSAGE);
            tracing::info!("{name}: {line}");
        }
        let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
    });
}
