//! The jobs of a server: when they run.

use duplicati_retention::sources::database::Access;
use duplicati_retention::sources::server;

use super::{at, database::database};

#[test]
fn a_job_has_the_schedule_that_is_tagged_with_its_id() {
    let tables = "CREATE TABLE Backup (ID INTEGER PRIMARY KEY, Name TEXT, DBPath TEXT);
        CREATE TABLE \"Option\" (BackupID INTEGER, Filter TEXT, Name TEXT, Value TEXT);
        CREATE TABLE Schedule (ID INTEGER PRIMARY KEY, Tags TEXT, Time INTEGER, Repeat TEXT, Rule TEXT);
        CREATE TABLE Metadata (BackupID INTEGER, Name TEXT, Value TEXT);
        INSERT INTO Backup VALUES (1, 'A', ''), (2, 'B', ''), (3, 'C', ''), (4, 'D', ''), (5, 'E', '');
        INSERT INTO Schedule VALUES
            (1, 'ID=2', 60, '1D', 'AllowedWeekDays=Monday, Friday,'),
            (2, 'ID=1', -62135596800, '1W', ''),
            (3, 'ID=3', 60, '', 'AllowedWeekDays=Monday'),
            (4, 'ID=4', 60, '1D', 'AllowedWeekDays=Someday');";
    let (_folder, path) = database(tables);
    let (jobs, _) = server::read(&path, Access::InPlace).unwrap();
    let all = "mon,tue,wed,thu,fri,sat,sun";
    let expected = [
        // .NET's first moment stands for no time.
        Some(("1W", None, all)),
        Some(("1D", Some(at(60)), "mon,fri")),
        None,
        None,
        None,
    ];
    for (job, expected) in jobs.iter().zip(expected) {
        let schedule = job.schedule.as_ref();
        let read = schedule.map(|read| (read.repeat.as_str(), read.next, read.days.to_string()));
        let expected = expected.map(|(repeat, next, days)| (repeat, next, days.to_owned()));
        assert_eq!(read, expected, "{}", job.name);
    }
    let problems: Vec<&str> =
        jobs.iter().filter_map(|job| job.schedule_problem.as_deref()).collect();
    let someday = "the days of the schedule cannot be read: \"Someday\" is not a day of the week; write one such as \
                   mon or Monday";
    assert_eq!((jobs.len(), problems), (5, vec![someday]));
}
