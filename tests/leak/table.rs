//! What leaked, to be read.

use std::collections::BTreeMap;

use crate::{
    kinds::{Kind, Plane},
    leaks::{Looks, leaking},
    site::Setting,
    visit::Step,
};

/// How many kinds reach a third party, in Markdown, and which do so without consent.
pub(crate) fn of(kinds: &[Kind], walks: &BTreeMap<Setting, Looks>) -> String {
    let mut table = "| setting | visitor |".to_owned();
    for plane in Plane::ALL {
        let count = kinds.iter().filter(|kind| kind.plane == plane).count();
        table += &format!(" {plane:?}, of {count} |");
    }
    table += "\n|---|---|---|---|---|---|\n";
    for (setting, looks) in walks {
        for (step, look) in looks {
            table += &format!("| {} | {} |", setting.name(), step.name());
            for plane in Plane::ALL {
                let reached = kinds.iter().filter(|kind| kind.plane == plane && kind.is_in(&look.seen));
                table += &format!(" {} |", reached.count());
            }
            table += "\n";
        }
    }
    for (setting, looks) in walks.iter().filter(|(setting, _)| **setting != Setting::Bare) {
        table += &format!("\n{}:\n", setting.name());
        for kind in kinds {
            let steps = leaking(kind, looks);
            if steps.is_empty() {
                continue;
            }
            let is_connected_only = steps.iter().all(|step| kind.is_connected_only(&looks[step].seen));
            let how = if is_connected_only { ", connection only" } else { "" };
            let steps: Vec<_> = steps.into_iter().map(Step::name).collect();
            table += &format!("- {:?} {}{how}: {}\n", kind.plane, kind.name, steps.join("; "));
        }
    }
    table
}
