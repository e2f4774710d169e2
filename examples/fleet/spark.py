"""Runs the batch on many machines: PySpark's RDD.pipe starts the command for each partition.

    python3 spark.py duplicati-retention questions.jsonl answers [LINES]

With a number of lines it makes up the questions first, and checks the answers.
"""

import json
import pathlib
import random
import subprocess
import sys

from pyspark import SparkContext

DAY = 86_400
NOW = 1_795_608_000


def questions(count):
    """Jobs with daily backups, and how many versions keep-versions deletes of each."""
    chance = random.Random(11)
    for number in range(count):
        versions, kept = chance.randint(1, 60), chance.randint(1, 60)
        yield {
            "id": [number, max(0, versions - kept)],
            "options": {"keep-versions": str(kept)},
            "times": [str(NOW - day * DAY) for day in range(versions)],
            "time_zone": "Europe/Berlin",
            "now": str(NOW + 60),
        }


def main(command, source, target, count=None):
    if count is not None:
        lines = [json.dumps(question) + "\n" for question in questions(int(count))]
        pathlib.Path(source).write_text("".join(lines))
    context = SparkContext("local[2]", "fleet")
    context.setLogLevel("ERROR")
    piped = context.textFile(source, minPartitions=8).pipe(f"{command} audit --batch -")
    piped.saveAsTextFile(target)
    context.stop()
    parts = sorted(pathlib.Path(target).glob("part-*"))
    answers = [json.loads(line) for part in parts for line in part.read_text().splitlines()]
    # In the order of the questions, and each as from one process.
    with open(source) as lines:
        alone = subprocess.run([command, "audit", "--batch", "-"], stdin=lines, capture_output=True, check=True)
    expected = [json.loads(line) for line in alone.stdout.splitlines()]
    for answer in answers + expected:
        del answer["line"]  # the number within a partition
    assert answers == expected, "Spark and one process answer differently"
    if count is not None:
        assert len(answers) == int(count)
        assert all(len(answer["deleted"]) == answer["id"][1] for answer in answers)
    print(f"{len(answers)} answers from {len(parts)} partitions, the same as from one process")


if __name__ == "__main__":
    main(*sys.argv[1:])
