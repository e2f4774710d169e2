//! Reads a policy and a history, and prints what Duplicati would delete and why.
//!
//! ```sh
//! cargo run --example plan -- 7D:1D,4W:1W samples/times.txt Europe/Berlin 2026-11-23T10:00:00Z
//! ```

use std::error::Error;
use std::fs::File;
use std::io::BufReader;

use duplicati_retention::Release;
use duplicati_retention::advice::{PairLabels, blocker, dangers, reason};
use duplicati_retention::clock::Zone;
use duplicati_retention::history::History;
use duplicati_retention::retention::{self, Options};
use duplicati_retention::sources::times;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [policy, list, zone, now] = arguments.as_slice() else {
        return Err("usage: plan POLICY LIST_OF_TIMES TIME_ZONE NOW".into());
    };

    // The policy, as the server of one release reads it. More options go into the same list.
    let release = Release::default();
    let options = Options::parse([("retention-policy", policy.as_str())], release)?;

    // The history. The time zone is that of the machine on which Duplicati runs.
    let zone: Zone = zone.parse()?;
    let listing = times::read(BufReader::new(File::open(list)?))?;
    for caveat in &listing.caveats {
        println!("Note: {caveat}.");
    }
    let history = History::new(listing.backups, zone);

    // The decision.
    let now = times::parse_time(now)?;
    let plan = retention::plan(&history, &options, now)?;

    // The answer. A plan that Duplicati would not carry out says why.
    let labels = PairLabels::new(policy, &options.policy);
    for problem in plan.blockers() {
        println!("{}", blocker(problem, &labels));
    }
    for danger in dangers(&history, &plan, now) {
        println!("Careful: {}", danger.message);
    }
    for version in plan.deletes() {
        let decision = plan.decision(version);
        println!("{version}  {}  {}", history.local_time(version), reason(&decision, &labels));
    }
    println!("{} of {} versions would be deleted.", plan.deleted_count(), plan.len());
    Ok(())
}
