//! The gateway as a program that tests start.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread::{self, JoinHandle},
    time::SystemTime,
};

/// The program, and a policy for it in a file of its own.
pub(crate) struct Program {
    path: PathBuf,
    policy: PathBuf,
}

impl Program {
    pub(crate) fn new(policy: &str) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        // Cargo builds examples beside the tests that it runs.
        let test = env::current_exe().unwrap();
        let target = test.parent().and_then(|deps| deps.parent()).unwrap();
        let name = format!("gateway-{}-{}.toml", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let file = env::temp_dir().join(name);
        fs::write(&file, policy).unwrap();
        let path = target.join("examples").join("gateway");
        assert_fresh(&path);
        Self { path, policy: file }
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.arg("--policy").arg(&self.policy);
        // So that what is resident is what is used, as near as the allocator tells.
        command.env("MALLOC_ARENA_MAX", "2").env("MALLOC_TRIM_THRESHOLD_", "65536");
        command
    }
}

/// Cargo leaves examples as they are where it is asked for one target of the tests, as by `--test`.
fn assert_fresh(program: &Path) {
    fn latest(path: &Path) -> SystemTime {
        let below = fs::read_dir(path).into_iter().flatten().map(|entry| latest(&entry.unwrap().path()));
        let this = (!path.is_dir()).then(|| path.metadata().and_then(|data| data.modified()));
        let this = this.map(|time| time.unwrap_or_else(|error| panic!("{}: {error}", path.display())));
        below.chain(this).max().expect("there are files")
    }
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join("gateway");
    let is_fresh = program.exists() && latest(program) >= latest(&sources);
    assert!(is_fresh, "{} is not up to date: run `cargo build --example gateway` first", program.display());
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.policy);
    }
}

/// A gateway that ends with the test, and must not panic before.
pub(crate) struct Gateway {
    pub(crate) address: String,
    pub(crate) child: Child,
    said: Option<JoinHandle<String>>,
    _program: Program,
}

impl Gateway {
    pub(crate) fn start(policy: &str, upstream: &str, more: &[&str]) -> Self {
        Self::start_at("127.0.0.1:0", policy, upstream, more)
    }

    pub(crate) fn start_at(listen: &str, policy: &str, upstream: &str, more: &[&str]) -> Self {
        let program = Program::new(policy);
        let mut command = program.command();
        command
            .args(["--listen", listen, "--upstream", upstream])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        // Read all the time, since a full pipe would hold the gateway up.
        let mut stderr = child.stderr.take().unwrap();
        let said = thread::spawn(move || {
            let mut said = Vec::new();
            let _ = stderr.read_to_end(&mut said);
            String::from_utf8_lossy(&said).into_owned()
        });
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("listening on http://");
        let address = address.unwrap_or_else(|| panic!("the gateway says {line:?}")).to_owned();
        Self { address, child, said: Some(said), _program: program }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let said = self.said.take().and_then(|said| said.join().ok()).unwrap_or_default();
        if !thread::panicking() {
            assert!(!said.contains("panicked"), "{said}");
        }
    }
}
