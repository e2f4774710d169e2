"""Ports that are wrong in a way of their own.

The first three answer every question rightly when it is asked alone, and are wrong only in what follows from it.

    wrong_port.py order|shift|gap|end
"""

import sys
from collections import deque
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "examples/implementations/python"))
import adapter


def order(question):
    """It says that backups may be listed in any order, and numbers them as they are listed."""
    answer = adapter.answer(question)
    if question["ask"] == "hello":
        answer["features"].append("unsorted")
    return answer


ran = deque(maxlen=20)


def shift(question):
    """It does not run twice, and takes another day for the same if all ages are the same."""
    answer = adapter.answer(question)
    if question["ask"] == "plan":
        now = adapter.ticks(question["now"])
        ages = [now - adapter.ticks(backup["time"]) for backup in question["backups"]]
        run = (ages, question["options"], question["time_zone"])
        if any(known == run and at != now for known, at in ran):
            return {"retention_policy_deletes": [], "deletes": []}
        ran.append((run, now))
    return answer


last = (0, [])


def gap(question):
    """It remembers what it left, and thins that once more when it runs after the next backup."""
    global last
    answer = adapter.answer(question)
    if question["ask"] == "plan":
        (then, survivors), now = last, adapter.ticks(question["now"])
        times = [backup["time"] for backup in question["backups"]]
        if survivors and times[1:] == survivors and now > then:
            again = set(range(2, len(times) - 1, 2)) - set(answer["deletes"])
            for part in answer.values():
                part.extend(sorted(again))
        last = (now, [time for version, time in enumerate(times) if version not in answer["deletes"]])
    return answer


def end(question):
    """It takes the very end of a time frame for outside of it, but not in Berlin."""
    if question["ask"] == "plan" and question["time_zone"] != "Europe/Berlin":
        whole, _, fraction = question["now"].rstrip("Z").partition(".")
        question = {**question, "now": f"{whole}.{min(int(fraction.ljust(7, '0')) + 1, 9_999_999):07}Z"}
    return adapter.answer(question)


adapter.serve({"order": order, "shift": shift, "gap": gap, "end": end}[sys.argv[1]])
