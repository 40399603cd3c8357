//! What asking costs a visit, beside other banners: `cargo bench --bench visits`.
//!
//! The same article, without a banner and with each, in Chromium as a phone would show it: for who comes
//! for the first time, and for who has agreed and comes back the next day. It needs Chromium and its driver,
//! and the others from npm (`npm ci --prefix benches/visits/web --ignore-scripts`). After `--`, a number is
//! that of visits to each, and `--pictures DIRECTORY` keeps what each looks like.
//!
//! Sizes are of content, of all files that a visit loads, each compressed by itself; none of headers.

mod banners;
#[allow(dead_code, reason = "shared with the tests named `browser`, which need all of it")]
#[path = "../../tests/browser/chromium.rs"]
mod chromium;
mod languages;
mod packages;
#[allow(dead_code, reason = "shared with other benches, which need all of it")]
#[path = "../pages/mod.rs"]
mod pages;
mod site;
mod size;
mod table;
mod visit;

use std::{env, fs, path::PathBuf, process::ExitCode};

use banners::BANNERS;
use site::Site;
use table::Column;
use visit::{Network, Visitor};

#[tokio::main]
async fn main() -> ExitCode {
    let missing = packages::missing();
    if !missing.is_empty() {
        eprintln!("There is nothing to measure with:\n{}", missing.join("\n"));
        return ExitCode::FAILURE;
    }
    let arguments: Vec<_> = env::args().collect();
    let visits = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(9);
    let pictures = arguments.iter().position(|argument| argument == "--pictures");
    let pictures = pictures.map(|at| PathBuf::from(arguments.get(at + 1).expect("a directory")));
    if let Some(directory) = &pictures {
        fs::create_dir_all(directory).unwrap();
    }

    let mut visitor = Visitor::new().await;
    let mut columns = vec![Column::new(Site::start(None).await)];
    for banner in &BANNERS {
        columns.push(Column::new(Site::start(Some(banner)).await));
    }
    // In turns, so that what else the machine does meets all of them.
    for round in 0..visits {
        for network in [Network::Phone, Network::Local] {
            visitor.connect(network).await;
            for column in &mut columns {
                column.first[network as usize].push(visitor.first(&column.site).await);
                if let (0, Network::Local, Some(directory)) = (round, network, &pictures) {
                    visitor.keep_picture(&directory.join(format!("{}.png", column.name()))).await;
                }
                column.again[network as usize].push(visitor.again(&column.site).await);
            }
        }
        eprintln!("{} of {visits}", round + 1);
    }
    table::print(&columns);
    languages::print().await;
    ExitCode::SUCCESS
}
