use std::{
    env, fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

/// The example gateway, which ends with the test.
pub(crate) struct Gateway {
    pub(crate) address: SocketAddr,
    child: Child,
    policy: PathBuf,
}

impl Gateway {
    pub(crate) fn start(upstream: SocketAddr, policy: &str) -> Self {
        let policy = file(policy);
        let mut command = command(&policy);
        command.args(["--upstream", &format!("http://{upstream}")]);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("listening on http://");
        let address = address.unwrap_or_else(|| panic!("the gateway says {line:?}")).parse().unwrap();
        Self { address, child, policy }
    }

    /// Runs it with a policy that it should refuse.
    pub(crate) fn refuse(policy: &str) -> Output {
        let policy = file(policy);
        let output = command(&policy).args(["--upstream", "http://127.0.0.1:1"]).output().unwrap();
        fs::remove_file(policy).unwrap();
        output
    }

    /// The most memory it has held so far, in bytes, where the system tells.
    pub(crate) fn peak_memory(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_file(&self.policy);
    }
}

fn file(policy: &str) -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let name = format!("wire-{}-{}.toml", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let path = env::temp_dir().join(name);
    fs::write(&path, policy).unwrap();
    path
}

fn command(policy: &PathBuf) -> Command {
    // Cargo builds examples beside the tests that it runs.
    let test = env::current_exe().unwrap();
    let target = test.parent().and_then(|deps| deps.parent()).unwrap();
    let mut command = Command::new(target.join("examples").join("gateway"));
    command.args(["--listen", "127.0.0.1:0", "--policy"]).arg(policy);
    command
}
