//! What an answer depends on besides the question, as arguments: release, zone and present.

use std::env;
use std::time::SystemTime;

use super::failure::Failure;
use super::job::JobFile;
use crate::Release;
use crate::clock::{Utc, Zone};
use crate::report::{Context, Moment};
use crate::sources::times::parse_time;

/// Which release is asked.
#[derive(clap::Args)]
pub(super) struct ReleaseArg {
    /// The release of Duplicati: 2.1, 2.2, 2.3.0, 2.3.1 or any full version number [default: that
    /// of --job, or 2.3.0]
    #[arg(long, value_name = "RELEASE")]
    release: Option<Release>,
}

impl ReleaseArg {
    /// This release, or none given.
    pub const fn one(release: Option<Release>) -> ReleaseArg {
        ReleaseArg { release }
    }

    /// The release, and where it came from.
    pub fn get(&self, job: Option<&JobFile>) -> (Release, String) {
        let (release, origin) = match (self.release, job.and_then(|file| file.job.release)) {
            (Some(release), _) => (release, "from --release"),
            (None, Some(release)) => (release, "from the job"),
            (None, None) => (Release::default(), "the default"),
        };
        (release, origin.into())
    }
}

#[derive(clap::Args)]
#[command(next_help_heading = "Where and when")]
pub(super) struct ContextArgs {
    #[command(flatten)]
    release: ReleaseArg,

    #[command(flatten)]
    moment: MomentArgs,
}

/// The zone and the present.
#[derive(clap::Args)]
#[command(next_help_heading = "Where and when")]
pub(super) struct MomentArgs {
    /// The zone of the machine on which Duplicati runs, such as Europe/Berlin or UTC [default:
    /// this machine's]
    ///
    /// Duplicati compares local times, so the zone can decide what is deleted. A container is often
    /// in UTC while the machine around it is not.
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<Zone>,

    /// The present, in RFC 3339 or Unix seconds [default: now]
    #[arg(long, value_name = "TIME", value_parser = parse_time, allow_negative_numbers = true)]
    now: Option<Utc>,
}

impl ContextArgs {
    /// The context of a question about the policy of this job, or about another policy.
    pub fn resolve(&self, job: Option<&JobFile>) -> Result<Context, Failure> {
        let (release, release_origin) = self.release.get(job);
        let job = job.map(|file| file.gives("policy"));
        Ok(Context { release, release_origin, moment: self.moment.resolve()?, job })
    }
}

impl MomentArgs {
    pub fn resolve(&self) -> Result<Moment, Failure> {
        let (time_zone, time_zone_origin) = match self.time_zone {
            Some(zone) => (zone, "from --time-zone"),
            None => machine_zone()?,
        };
        let (now, now_origin) = match self.now {
            Some(now) => (now, "from --now"),
            None => (present()?, "this machine's clock"),
        };
        let (time_zone_origin, now_origin) = (time_zone_origin.into(), now_origin.into());
        Ok(Moment { time_zone, time_zone_origin, now, now_origin })
    }
}

/// The present, to the second.
pub(super) fn present() -> Result<Utc, Failure> {
    let seconds = chrono::DateTime::<chrono::Utc>::from(SystemTime::now()).timestamp();
    Utc::from_unix_seconds(seconds).map_err(|error| {
        let problem = format!("{error}; give the time with --now");
        Failure::at("this machine's clock cannot be used", problem)
    })
}

/// The zone of this machine: that of the variable `TZ`, which .NET follows too, or of the system's
/// settings.
fn machine_zone() -> Result<(Zone, &'static str), Failure> {
    let (name, origin) = match env::var("TZ") {
        Ok(name) if !name.is_empty() => {
            (name.trim_start_matches(':').to_owned(), "from the variable TZ")
        }
        _ => {
            let name = iana_time_zone::get_timezone().map_err(|error| {
                Failure::new(format!(
                    "this machine's time zone is unknown ({error}); give it with --time-zone"
                ))
            })?;
            (name, "this machine's")
        }
    };
    let zone = name.parse().map_err(|error| {
        Failure::new(format!(
            "this machine's time zone cannot be used ({origin}): {error}; give it with --time-zone"
        ))
    })?;
    Ok((zone, origin))
}
