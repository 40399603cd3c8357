//! What the gateway's process takes of the system.

use std::{fmt, fs};

use crate::program::Gateway;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Footprint {
    /// In KiB, now and at its highest.
    pub(crate) resident: u64,
    pub(crate) peak: u64,
    pub(crate) files: usize,
}

impl Footprint {
    pub(crate) fn of(gateway: &Gateway) -> Self {
        let process = format!("/proc/{}", gateway.child.id());
        let status = fs::read_to_string(format!("{process}/status")).unwrap();
        let kib = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let line = line.unwrap_or_else(|| panic!("no {name} in {status}"));
            line.trim().trim_end_matches(" kB").parse().unwrap()
        };
        let files = fs::read_dir(format!("{process}/fd")).unwrap().count();
        Self { resident: kib("VmRSS:"), peak: kib("VmHWM:"), files }
    }
}

impl fmt::Display for Footprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mib = |kib: u64| kib as f64 / 1024.0;
        let (resident, peak) = (mib(self.resident), mib(self.peak));
        write!(f, "{resident:.1} MiB resident, {peak:.1} MiB at most, {} open files", self.files)
    }
}
