"""What a person writes after reading only Duplicati's documentation. It is wrong on purpose: see the README."""

import json
import re
import sys
from datetime import datetime, timedelta

UNITS = {"s": 1, "m": 60, "h": 3600, "D": 86_400, "W": 7 * 86_400, "M": 30 * 86_400, "Y": 365 * 86_400}


def parse_span(text):
    """The seconds of a span such as 1D12h; None for U."""
    if text == "U":
        return None
    if not re.fullmatch(r"(\d+[smhDWMY])+", text):
        raise ValueError(f"not a time span: {text}")
    return sum(int(number) * UNITS[unit] for number, unit in re.findall(r"(\d+)(\w)", text))


def parse_policy(text):
    pairs = []
    for entry in text.split(",") if text else []:
        frame, interval = entry.split(":")
        pairs.append((parse_span(frame), parse_span(interval) or 0))
    return pairs


def plan(options, now, backups):
    """The versions to delete. `backups` are (time, partial), newest first."""
    deletes = set()
    pairs = parse_policy(options.get("retention-policy", ""))
    if pairs:
        keep = {0}  # "the last backup is never deleted"
        since = now
        for frame, interval in sorted(pairs, key=lambda pair: pair[0] or float("inf")):
            # "one backup for each interval": the newest of the frame, then the next that is an interval older
            until = datetime.min if frame is None else now - timedelta(seconds=frame)
            kept = None
            for version, (time, partial) in enumerate(backups):
                if until < time <= since and (kept is None or kept - time >= timedelta(seconds=interval)):
                    keep.add(version)
                    kept = time
            since = until
        deletes |= set(range(len(backups))) - keep
    if "keep-time" in options:
        bound = now - timedelta(seconds=parse_span(options["keep-time"]))
        deletes |= {version for version, (time, _) in enumerate(backups) if time < bound and version > 0}
    if "keep-versions" in options:
        deletes |= set(range(int(options["keep-versions"]), len(backups)))
    for part in options.get("version", "").split(","):
        if part:
            first, _, last = part.partition("-")
            deletes |= set(range(int(first), int(last or first) + 1)) & set(range(len(backups)))
    if options.get("allow-full-removal") != "true":
        deletes.discard(0)
    return sorted(deletes)


def answer(question):
    if question["ask"] == "hello":
        about = {"protocol": 1, "implementation": "naive Python port", "releases": ["2.3.0"]}
        return about | {"asks": ["parse", "plan"]}
    if question["ask"] == "parse":
        pairs = parse_policy(question["policy"])
        return {"pairs": pairs, "accepted_for_backup": all(f is None or i <= f for f, i in pairs)}
    backups = [(datetime.fromisoformat(b["time"]), b.get("partial")) for b in question["backups"]]
    backups = [(time.replace(tzinfo=None), partial) for time, partial in backups]
    now = datetime.fromisoformat(question["now"]).replace(tzinfo=None)
    return {"deletes": plan(question["options"], now, backups)}


for line in sys.stdin:
    question = json.loads(line)
    reply = {"id": question.get("id")}
    try:
        reply |= answer(question)
    except (ValueError, OverflowError) as error:
        reply["error"] = str(error)
    print(json.dumps(reply), flush=True)
