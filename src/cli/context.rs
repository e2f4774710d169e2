//! What an answer depends on besides the question, as arguments: release, zone and present.

use std::env;
use std::time::SystemTime;

use super::failure::Failure;
use super::job::JobFile;
use super::zone_data;
use crate::clock::{Utc, Zone};
use crate::report::{Context, Moment};
use crate::sources::times::{MomentTextError, parse_moment};
use crate::{DetectedRelease, Release};

/// Which release is asked.
#[derive(clap::Args)]
pub(super) struct ReleaseArg {
    /// The release of Duplicati: 2.1, 2.2, 2.3.0, 2.3.1 or any full version number [default: that
    /// of --job or of --database, or 2.3.0]
    #[arg(long, value_name = "RELEASE")]
    release: Option<Release>,
}

impl ReleaseArg {
    /// This release, or none given.
    pub const fn one(release: Option<Release>) -> ReleaseArg {
        ReleaseArg { release }
    }

    /// The release and where it came from: the option, the job, the source, or the default.
    pub fn get(&self, job: Option<&JobFile>, source: Option<&DetectedRelease>) -> DetectedRelease {
        let known = |release, origin: &str| DetectedRelease {
            release,
            origin: origin.to_owned(),
            caveat: None,
        };
        if let Some(release) = self.release {
            return known(release, "from --release");
        }
        let of_the_job = job.and_then(|file| file.job.release.as_ref());
        // What the job ran with last is surer than a job whose release is not known.
        let mut found = of_the_job.into_iter().chain(source);
        let first = found.clone().next();
        let sure = found.find(|found| found.caveat.is_none());
        sure.or(first).cloned().unwrap_or_else(|| known(Release::default(), "the default"))
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
#[derive(Clone, clap::Args)]
#[command(next_help_heading = "Where and when")]
pub(super) struct MomentArgs {
    /// The zone of the machine on which Duplicati runs, such as Europe/Berlin or UTC [default:
    /// this machine's]
    ///
    /// Duplicati compares local times, so the zone can decide what is deleted. A container is often
    /// in UTC while the machine around it is not. Berlin and W. Europe Standard Time, as Windows
    /// says, are understood too, and UTC+1 for a machine without summer time.
    #[arg(long, value_name = "ZONE", value_parser = Zone::named, allow_hyphen_values = true)]
    time_zone: Option<Zone>,

    /// The present: a date, a local time, RFC 3339, or Unix seconds or milliseconds [default:
    /// now]
    #[arg(long, value_name = "TIME", value_parser = readable, allow_negative_numbers = true)]
    now: Option<String>,
}

impl ContextArgs {
    /// The zone and the present, which a source is read with.
    pub fn moment(&self) -> Result<Moment, Failure> {
        self.moment.resolve()
    }

    /// The context of a question about the policy of this job, or about another policy, and what
    /// is to be known of the release and the zone.
    pub fn resolve(
        &self,
        moment: Moment,
        job: Option<&JobFile>,
        source: Option<&DetectedRelease>,
    ) -> (Context, Vec<String>) {
        let DetectedRelease { release, origin, caveat } = self.release.get(job, source);
        let job = job.map(|file| file.gives("policy"));
        let of_the_zone = zone_data::caveat(moment.time_zone, moment.now);
        let caveats = caveat.into_iter().chain(of_the_zone).collect();
        (Context { release, release_origin: origin, moment, job }, caveats)
    }
}

/// The text, if it is a time in some zone.
fn readable(text: &str) -> Result<String, MomentTextError> {
    match parse_moment(text, Zone::UTC) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(error),
    }
}

impl MomentArgs {
    /// Whether the zone is that of an argument.
    pub const fn zone_is_given(&self) -> bool {
        self.time_zone.is_some()
    }

    pub fn resolve(&self) -> Result<Moment, Failure> {
        let (time_zone, time_zone_origin) = match self.time_zone {
            Some(zone) => (zone, "from --time-zone"),
            None => machine_zone()?,
        };
        let (now, now_origin) = match &self.now {
            Some(now) => {
                let now = parse_moment(now, time_zone);
                (now.map_err(|error| Failure::new(format!("--now: {error}")))?, "from --now")
            }
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

/// The zone of this machine: that of the variable `TZ`, which .NET follows too but for Windows, or
/// of the system's settings.
fn machine_zone() -> Result<(Zone, &'static str), Failure> {
    let (name, origin) = match env::var("TZ") {
        Ok(name) if !name.is_empty() && !cfg!(windows) => {
            (name.trim_start_matches(':').to_owned(), "from the variable TZ")
        }
        _ => {
            let name = system_zone().map_err(|error| {
                Failure::new(format!(
                    "this machine's time zone is unknown ({error}); give it with --time-zone"
                ))
            })?;
            (name, "this machine's")
        }
    };
    if Zone::at_distance(&name).is_some_and(|_| name != "Z") {
        return Err(Failure::new(format!(
            "this machine's time zone is unknown: {origin} it is {name}, which not every program \
             reads alike; give it with --time-zone"
        )));
    }
    let zone = Zone::named(&name).map_err(|error| {
        Failure::new(format!(
            "this machine's time zone cannot be used ({origin}): {error}; give it with --time-zone"
        ))
    })?;
    Ok((zone, origin))
}

/// The name of the zone in the system's settings: that of the IANA database, or Windows' own.
fn system_zone() -> Result<String, iana_time_zone::GetTimezoneError> {
    let zone = iana_time_zone::get_timezone();
    #[cfg(windows)]
    let zone = zone.or_else(|error| registry_zone().ok_or(error));
    zone
}

/// The zone that the registry names: the only way where Windows lacks its newer parts, as in Wine.
#[cfg(windows)]
fn registry_zone() -> Option<String> {
    const SETTINGS: &str = r"SYSTEM\CurrentControlSet\Control\TimeZoneInformation";
    let name = windows_registry::LOCAL_MACHINE.open(SETTINGS).ok()?;
    let name = name.get_string("TimeZoneKeyName").ok()?;
    // The value has a fixed length, and what follows the end of the name means nothing.
    Some(name.split('\0').next()?.to_owned())
}
