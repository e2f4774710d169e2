"""Speaks the conformance protocol: a line of JSON in, a line of JSON out."""

import json
import sys
from datetime import datetime

import retention


def ticks(text):
    """2026-11-23T10:00:00.5Z, with up to seven digits behind the point."""
    whole = datetime.fromisoformat(text[:19]) - retention.YEAR_ONE
    fraction = text[20:-1].ljust(7, "0")
    return (whole.days * 86_400 + whole.seconds) * retention.SECOND + int(fraction)


def answer(question):
    if question["ask"] == "hello":
        about = {"protocol": 1, "implementation": "Python port", "version": "1", "releases": ["2.3.0"]}
        return about | {"asks": ["parse", "plan", "validate"], "features": ["order", "locks"]}
    if question["ask"] == "parse":
        pairs = retention.parse_policy(question["policy"])
        second = retention.SECOND
        return {
            "pairs": [[None if f == retention.UNLIMITED else f // second, i // second] for f, i in pairs],
            "accepted_for_backup": retention.accepted_for_backup(pairs),
        }
    if question["ask"] == "validate":
        retention.validate(question["options"])
        return {"accepted": True}
    if question["ask"] == "plan":
        if question["time_zone"] in ("Africa/Casablanca", "Africa/El_Aaiun"):
            return {"skip": "Morocco's rules changed in 2026, and systems differ"}
        until = lambda b: ticks(b["locked_until"]) if "locked_until" in b else None
        backups = [(ticks(b["time"]), b.get("partial", False), until(b)) for b in question["backups"]]
        zone, now = question["time_zone"], ticks(question["now"])
        by_policy, deletes = retention.plan(zone, now, question["options"], backups)
        return {"retention_policy_deletes": by_policy, "deletes": deletes}
    return {"skip": "this question is unknown"}


def serve(answer):
    for line in sys.stdin.buffer:
        question = json.loads(line)
        reply = {"id": question["id"]} if "id" in question else {}
        try:
            reply |= answer(question)
        except retention.Rejected as error:
            reply["error"] = str(error)
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    serve(answer)
