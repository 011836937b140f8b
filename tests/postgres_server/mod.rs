//! A PostgreSQL of Debian's or of the path, on a socket in a directory of its own.

use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use tokio_postgres::{Config, NoTls};

/// Runs it in place of root, as whom it does not run.
const NOBODY: u32 = 65534;

/// Starts it, and kills it as soon as the test is gone, however it ended.
const WATCHED: &str = r#"exec 3<&0; "$@" 3<&- & server=$!
(cat <&3; kill -s QUIT $server) >/dev/null 2>&1 & wait $server"#;

/// A server that ends with this.
pub(crate) struct Server {
    home: Home,
    shell: Child,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let home = Home::new();
        let mut initdb = home.command(&[&Home::binary("initdb")]);
        initdb.args(["--pgdata", "data", "--username=postgres", "--auth=trust", "--encoding=UTF8"]);
        assert!(initdb.args(["--locale=C", "--no-sync"]).status().unwrap().success(), "initdb failed");
        let server = Self { shell: home.spawn(), home };
        server.wait().await;
        server
    }

    pub(crate) fn config(&self) -> Config {
        Self::config_of(self.directory())
    }

    /// The directory that has its socket.
    pub(crate) fn directory(&self) -> &Path {
        &self.home.directory
    }

    /// Returns the configuration of a server that another process started in this directory.
    pub(crate) fn config_of(directory: &Path) -> Config {
        let mut config = Config::new();
        config.host_path(directory).user("postgres").dbname("postgres");
        config
    }

    async fn wait(&self) {
        let started = Instant::now();
        while self.config().connect(NoTls).await.is_err() {
            assert!(started.elapsed() < Duration::from_secs(60), "postgres does not answer");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Stops it at once, without a word to its clients.
    pub(crate) fn stop(&mut self) {
        drop(self.shell.stdin.take());
        self.shell.wait().unwrap();
    }

    /// On the same data.
    pub(crate) async fn start_again(&mut self) {
        self.shell = self.home.spawn();
        self.wait().await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

struct Home {
    directory: PathBuf,
    is_root: bool,
}

impl Home {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        // Short: the path of a socket has about 100 bytes at most.
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("agentmail-postgres-{}-{count}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        fs::create_dir_all(&directory).unwrap();
        fs::set_permissions(&directory, fs::Permissions::from_mode(0o700)).unwrap();
        let is_root = fs::metadata(&directory).unwrap().uid() == 0;
        if is_root {
            chown(&directory, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        Self { directory, is_root }
    }

    fn spawn(&self) -> Child {
        let mut shell = self.command(&["sh", "-c", WATCHED, "sh", &Self::binary("postgres")]);
        shell.args(["-D", "data", "-k"]).arg(&self.directory).args(["-c", "listen_addresses="]);
        // The machine does not crash, so that what has been written stays.
        shell.args(["-c", "fsync=off", "-c", "log_min_messages=panic"]);
        shell.stdin(Stdio::piped()).spawn().unwrap()
    }

    fn binary(name: &str) -> String {
        let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let found =
            versions.map(|version| version.path().join("bin").join(name)).filter(|path| path.exists());
        found.max().map_or_else(|| name.to_owned(), |path| path.display().to_string())
    }

    fn command(&self, words: &[&str]) -> Command {
        let (program, arguments) = words.split_first().unwrap();
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.directory);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if self.is_root {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
    }
}
