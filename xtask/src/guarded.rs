//! A server that never outlives us: whatever ends this process, Ctrl C and kill included, ends it too.
//!
//! A tiny shell waits at the end of a pipe whose other end only we hold. When the pipe closes, because
//! we are done or because we are gone, the shell ends the server and clears its folder away.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

const WATCH: &str = r#"
trap '' INT TERM HUP
cat >/dev/null
kill -s "$1" "$2" 2>/dev/null
tries=0
while kill -0 "$2" 2>/dev/null; do
  tries=$((tries + 1))
  [ "$tries" -lt 300 ] || kill -9 "$2" 2>/dev/null
  sleep 0.1
done
[ -z "$3" ] || rm -rf -- "$3"
"#;

pub struct Guarded {
    server: Child,
    watch: Child,
    leaves: Option<PathBuf>,
}

impl Guarded {
    /// Starts a server that `signal` ends in order; `leaves` is a folder that goes with it.
    ///
    /// # Errors
    /// When the server or the shell that watches cannot be started.
    pub fn start(command: &mut Command, signal: &str, leaves: Option<&Path>) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let server =
            command.stdin(Stdio::null()).spawn().with_context(|| format!("cannot start `{name}`"))?;
        let watch = Command::new("sh")
            .args(["-c", WATCH, "sh", signal, &server.id().to_string()])
            .arg(leaves.unwrap_or_else(|| Path::new("")))
            .stdin(Stdio::piped())
            .spawn()
            .context("cannot start `sh`")?;
        Ok(Self { server, watch, leaves: leaves.map(Path::to_path_buf) })
    }

    /// Whether the server ended by itself.
    pub fn has_ended(&mut self) -> bool {
        matches!(self.server.try_wait(), Ok(Some(_)))
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        if self.has_ended() {
            // Its number may belong to another process by now: the watch must not act on it.
            drop(self.watch.kill());
            drop(self.watch.wait());
            if let Some(folder) = &self.leaves {
                drop(std::fs::remove_dir_all(folder));
            }
            return;
        }
        drop(self.watch.stdin.take());
        drop(self.server.wait());
        drop(self.watch.wait());
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::Guarded;

    #[test]
    fn what_is_guarded_ends_with_its_guard_and_takes_its_folder_along() {
        let folder = std::env::temp_dir().join(format!("wangge-guarded-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let server = Guarded::start(Command::new("sleep").arg("600"), "TERM", Some(&folder)).unwrap();
        let process = server.server.id().to_string();
        drop(server);
        assert!(!folder.exists());
        let alive = Command::new("kill").args(["-0", &process]).stderr(Stdio::null()).status().unwrap();
        assert!(!alive.success());
    }

    #[test]
    fn one_that_ended_by_itself_is_noticed() {
        let mut server = Guarded::start(&mut Command::new("true"), "TERM", None).unwrap();
        server.server.wait().unwrap();
        assert!(server.has_ended());
    }
}
