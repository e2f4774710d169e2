"""Makes up the Duplicati data folders of a fleet, and says what is true of them.

    python3 make_hosts.py FOLDER [HOSTS]

writes FOLDER/hosts/NAME/Duplicati-server.sqlite with the databases of the jobs beside it, and
FOLDER/truth.json. Chance is the same on every run.
"""

import json
import pathlib
import random
import sqlite3
import sys

DAY = 86_400
NOW = 1_795_608_000  # 2026-11-25 12:00 UTC

SERVER = """
CREATE TABLE Backup (ID INTEGER PRIMARY KEY, Name TEXT, DBPath TEXT);
CREATE TABLE "Option" (BackupID INTEGER, Filter TEXT, Name TEXT, Value TEXT);
CREATE TABLE Schedule (ID INTEGER PRIMARY KEY, Tags TEXT, Time INTEGER, Repeat TEXT, LastRun INTEGER, Rule TEXT);
CREATE TABLE Metadata (BackupID INTEGER, Name TEXT, Value TEXT);
"""
JOB = """
CREATE TABLE Fileset (ID INTEGER PRIMARY KEY, OperationID INTEGER, VolumeID INTEGER, IsFullBackup INTEGER, Timestamp INTEGER);
CREATE TABLE Remotevolume (ID INTEGER PRIMARY KEY, Name TEXT, State TEXT, LockExpirationTime INTEGER);
CREATE TABLE Operation (ID INTEGER PRIMARY KEY, Description TEXT, Timestamp INTEGER);
"""


def database(path, script):
    connection = sqlite3.connect(path)
    # To wait for the disk after each file takes most of the time.
    connection.execute("PRAGMA synchronous = OFF")
    connection.executescript(script)
    return connection


def main(folder, hosts):
    chance = random.Random(7)
    truth = {"hosts": hosts, "jobs": 0, "fails": {}, "unknown": 0, "versions": 0, "by_number": 0}
    for number in range(hosts):
        host = folder / "hosts" / f"host{number:04}"
        host.mkdir(parents=True, exist_ok=True)
        server = database(host / "Duplicati-server.sqlite", SERVER)
        for job in range(1, chance.randint(1, 3) + 1):
            kept = chance.randint(5, 40)
            options, fails = chance.choice([
                ({"retention-policy": "1W:1D,4W:1W,12M:1M"}, None),
                ({"retention-policy": "7D:1D,4W:1W"}, None),
                ({"keep-versions": str(kept)}, None),
                ({"keep-time": "6M"}, None),
                ({"keep-versions": "9", "retention-policy": "7D:1D"}, "two-retention-options"),
                ({"retention-policy": "hello"}, "policy-refused"),
            ])
            name = f"job{job}.sqlite"
            server.execute("INSERT INTO Backup VALUES (?, ?, ?)", (job, f"Job {job}", name))
            server.executemany(
                """INSERT INTO "Option" VALUES (?, '', ?, ?)""",
                [(job, option, value) for option, value in options.items()],
            )
            schedule = (job, f"ID={job}", NOW + DAY, "1D", NOW, "")
            server.execute("INSERT INTO Schedule VALUES (?, ?, ?, ?, ?, ?)", schedule)
            truth["jobs"] += 1
            if fails:
                truth["fails"][fails] = truth["fails"].get(fails, 0) + 1
            if chance.random() < 0.02:
                truth["unknown"] += not fails
                continue  # its database is gone
            versions = chance.randint(10, 60)
            truth["versions"] += versions
            if list(options) == ["keep-versions"]:
                # The next run writes one more.
                truth["by_number"] += max(0, versions + 1 - kept)
            connection = database(host / name, JOB)
            rows = [(n + 1, 1, 1, 1, NOW - n * DAY - chance.randint(0, 600)) for n in range(versions)]
            connection.executemany("INSERT INTO Fileset VALUES (?, ?, ?, ?, ?)", rows)
            connection.commit()
            connection.close()
        server.commit()
        server.close()
    (folder / "truth.json").write_text(json.dumps(truth))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1000)
