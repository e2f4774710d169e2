//! What an answer depends on beside the question: the zone, the release, the present, and where
//! each came from.

use std::env;
use std::fmt;

use super::failure::Failure;
use super::job::JobFile;
use crate::Release;
use crate::clock::Utc;
use crate::clock::Zone;
use crate::sources::times::parse_time;

/// Which release is asked.
#[derive(clap::Args)]
pub(super) struct ReleaseArg {
    /// Duplicati's release: 2.1, 2.2, 2.3.0 or 2.3.1; a full version number will do [default: that
    /// of --job, or 2.3.0]
    #[arg(long, value_name = "RELEASE")]
    release: Option<Release>,
}

impl ReleaseArg {
    /// This release, or none given.
    pub const fn one(release: Option<Release>) -> ReleaseArg {
        ReleaseArg { release }
    }

    /// The release, and a text that says where it came from.
    pub fn get(&self, job: Option<&JobFile>) -> (Release, String) {
        let (release, origin) = match (self.release, job.and_then(|file| file.job.release)) {
            (Some(release), _) => (release, "from --release"),
            (None, Some(release)) => (release, "from the job"),
            (None, None) => (Release::default(), "the default"),
        };
        (release, format!("release {release} ({origin})"))
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
    /// Duplicati compares times by local time, so the zone can decide what is deleted. A container
    /// is often in UTC while the machine around it is not.
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<Zone>,

    /// The moment to plan for, in RFC 3339 or Unix seconds [default: now]
    #[arg(long, value_name = "TIME", value_parser = parse_time, allow_negative_numbers = true)]
    now: Option<Utc>,
}

/// The zone, the release and the present.
pub(super) struct Context {
    pub release: Release,
    pub zone: Zone,
    /// In UTC.
    pub now: Utc,
    pub zone_origin: &'static str,
    pub now_origin: &'static str,
    now_is_given: bool,
    /// The name of the job that was asked about.
    pub job: Option<String>,
    release_text: String,
    job_text: Option<String>,
}

impl Context {
    /// Says what came from this job.
    pub fn takes(&mut self, what: &str, job: &JobFile) {
        self.job_text = Some(format!("{what} from {job}"));
    }
}

impl ContextArgs {
    pub fn resolve(&self, job: Option<&JobFile>) -> Result<Context, Failure> {
        self.moment.resolve(self.release.get(job), job)
    }
}

impl MomentArgs {
    /// The context for a release, and the text that says where the release came from.
    pub fn resolve(
        &self,
        (release, release_text): (Release, String),
        job: Option<&JobFile>,
    ) -> Result<Context, Failure> {
        let (zone, zone_origin) = match self.time_zone {
            Some(zone) => (zone, "from --time-zone"),
            None => machine_zone()?,
        };
        let (now, now_origin) = match self.now {
            Some(now) => (now, "from --now"),
            None => (present()?, "this machine's clock"),
        };
        Ok(Context {
            release,
            zone,
            now,
            zone_origin,
            now_origin,
            now_is_given: self.now.is_some(),
            job: job.map(|file| file.job.name.clone()),
            release_text,
            job_text: job.map(|file| format!("policy from {file}")),
        })
    }
}

impl fmt::Display for Context {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Who gave the moment gave it to the tick; the clock's ticks are of no interest to a
        // person.
        let now = if self.now_is_given { self.now } else { whole_second(self.now) };
        let local_now = self.zone.to_local(now);
        write!(
            formatter,
            "Time zone {} ({}), {}, now {local_now} ({})",
            self.zone.name(),
            self.zone_origin,
            self.release_text,
            self.now_origin
        )?;
        self.job_text.as_ref().map_or(Ok(()), |text| write!(formatter, ", {text}"))
    }
}

/// The time without its part of a second.
fn whole_second(time: Utc) -> Utc {
    Utc::from_unix_seconds(time.unix_seconds()).unwrap_or(time)
}

/// The present, in UTC.
pub(super) fn present() -> Result<Utc, Failure> {
    let now = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now());
    Utc::from_chrono(now.naive_utc()).map_err(|error| {
        Failure::new(format!(
            "this machine's clock cannot be used: {error}; give the time by --now"
        ))
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
                    "this machine's time zone cannot be told ({error}); give it by --time-zone"
                ))
            })?;
            (name, "this machine's")
        }
    };
    let zone = name.parse().map_err(|error| {
        Failure::new(format!(
            "this machine's time zone cannot be used ({origin}): {error}; give it by --time-zone"
        ))
    })?;
    Ok((zone, origin))
}
