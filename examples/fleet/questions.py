"""Asks five questions of a fleet, with DuckDB, and checks the numbers of a made-up one.

    duplicati-retention audit --json-lines hosts/* > fleet.jsonl
    python3 questions.py fleet.jsonl [truth.json]
"""

import json
import pathlib
import sys

import duckdb

QUESTIONS = {
    "How are the jobs of the fleet?":
        "SELECT status, count(*) AS jobs FROM fleet GROUP BY status ORDER BY jobs DESC",
    "Which jobs fail at every backup, and why?":
        """SELECT finding.id AS why, count(DISTINCT place || name) AS jobs
           FROM (SELECT place, name, unnest(findings) AS finding FROM fleet WHERE fails)
           WHERE finding.message LIKE 'Every backup fails%' GROUP BY why ORDER BY jobs DESC""",
    "How many versions do the next runs delete, by policy?":
        """SELECT policy, count(*) AS jobs, sum(versions) AS versions, sum(next_deletes) AS deleted
           FROM fleet WHERE next_deletes IS NOT NULL GROUP BY policy ORDER BY deleted DESC LIMIT 10""",
    "Where can nobody go back 30 days today?":
        """SELECT count(*) AS jobs, min(oldest_seconds) / 86400 AS days
           FROM fleet WHERE oldest_seconds < 30 * 86400""",
    "Of which jobs can it not be told?":
        "SELECT count(*) AS jobs, any_value(place) AS for_example FROM fleet WHERE status = 'unknown'",
}


def main(lines, truth=None):
    connection = duckdb.connect()
    connection.execute("CREATE TABLE fleet AS SELECT * FROM read_json_auto(?, format='newline_delimited', "
                       "sample_size=-1, maximum_object_size=16777216)", [lines])
    for question, sql in QUESTIONS.items():
        print(question)
        print(connection.sql(sql))
    if truth is None:
        return
    truth = json.loads(pathlib.Path(truth).read_text())

    def number(sql):
        return connection.execute(sql).fetchone()[0]

    fails = dict(connection.execute(QUESTIONS["Which jobs fail at every backup, and why?"]).fetchall())
    by_number = "SELECT sum(next_deletes) FROM fleet WHERE policy LIKE 'keep-versions%' AND NOT fails"
    for what, found, expected in [
        ("jobs", number("SELECT count(*) FROM fleet"), truth["jobs"]),
        ("hosts", number("SELECT count(DISTINCT place) FROM fleet"), truth["hosts"]),
        ("jobs that fail", fails, truth["fails"]),
        ("jobs of which it cannot be told", number("SELECT count(*) FROM fleet WHERE status = 'unknown'"), truth["unknown"]),
        ("versions", number("SELECT sum(versions) FROM fleet"), truth["versions"]),
        ("deleted by number", number(by_number), truth["by_number"]),
    ]:
        assert found == expected, f"{what}: {found}, and {expected} were made up"
    print(f"The numbers are those that were made up: {truth}")


if __name__ == "__main__":
    main(*sys.argv[1:])
