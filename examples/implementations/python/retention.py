"""Duplicati's retention, as release 2.3.0 decides it. Nothing but the standard library.

Times are ticks of 100 ns since 0001-01-01, as in .NET. `parse_policy` reads a policy, `plan` says what goes.
"""

import re
from calendar import monthrange
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

SECOND = 10_000_000
DAY = 86_400 * SECOND
TIMES = (0, 3_155_378_975_999_999_999)  # the first and the last tick that a date can be
SPANS = (-(2**63), 2**63 - 1)
UNLIMITED = 2**63 - 1
YEAR_ONE = datetime(1, 1, 1)
# What each unit is worth: a factor that is multiplied in 32 bits, and ticks.
UNITS = {"s": (1, SECOND), "m": (1, 60 * SECOND), "h": (1, 3600 * SECOND), "D": (1, DAY)}
UNITS |= {"W": (7, DAY), "M": (30, DAY), "Y": (365, DAY)}
# What .NET trims, which is not what str.strip() trims.
WHITE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
INTEGER = re.compile("[\t-\r ]*([+-]?)0*([0-9]{1,19})[\t-\r ]*\0*")


class Rejected(ValueError):
    """Duplicati refuses this input, or fails on it."""


def check(value, lowest, highest):
    if not lowest <= value <= highest:
        raise Rejected("a span or a time leaves the range of .NET")
    return value


def integer(text, bits):
    """int.TryParse and long.TryParse; None if it is no number, or does not fit."""
    match = INTEGER.fullmatch(text)
    number = int(match[1] + match[2]) if match else 2**63
    return number if -(2 ** (bits - 1)) <= number < 2 ** (bits - 1) else None


def worth(number, unit):
    """So many units in ticks; weeks, months and years are counted as days in 32 bits, and wrap around."""
    factor, ticks = UNITS[unit]
    return ((number * factor + 2**31) % 2**32 - 2**31) * ticks


def terms(text):
    """The numbers and units of a span such as 1D12h."""
    found, start = [], 0
    for unit in re.finditer("[smhDWMY]", text):
        if unit.start() == 0:  # so Duplicati's loop ends
            break
        found.append((integer(text[start : unit.start()].strip(WHITE), 32), unit[0]))
        start = unit.end()
    if text[start:].strip(WHITE) or any(number is None for number, _ in found):
        raise Rejected(f"no span: {text!r}")
    return found


def parse_span(text):
    seconds = integer(text, 64)
    if seconds is not None:
        return check(seconds * SECOND, *SPANS)
    span = 0
    for number, unit in terms(text):
        span = check(span + check(worth(number, unit), *SPANS), *SPANS)
    return span


def parse_policy(text):
    """The pairs (frame, interval), in ticks."""
    pairs = []
    for entry in filter(None, text.split(",")):
        halves = entry.split(":")
        if len(halves) < 2:
            raise Rejected(f"no colon in {entry!r}")
        frame = UNLIMITED if halves[0] in ("U", "u") else parse_span(halves[0])
        interval = 0 if halves[1] in ("U", "u") else parse_span(halves[1])
        if frame < 0 or interval < 0:
            raise Rejected(f"a negative span in {entry!r}")
        pairs.append((frame, interval))
    return pairs


def accepted_for_backup(pairs):
    return all(frame == UNLIMITED or interval == 0 or interval < frame for frame, interval in pairs)


def parse_versions(text):
    """The ranges (first, last) of the option `version`."""
    ranges = []
    for entry in filter(None, text.split(",")):
        parts = [part.strip(WHITE) for part in entry.split("-") if part] if "-" in entry else [entry] * 2
        numbers = [integer(part, 64) for part in parts]
        if len(numbers) < 2 or None in numbers:
            raise Rejected(f"no version number: {entry!r}")
        ranges.append((min(numbers[:2]), max(numbers[:2])))
    return ranges


def is_on(options, name):
    return options.get(name, "no").strip(WHITE).lower() not in ("false", "off", "no", "0")


def to_local(zone, ticks):
    """The local time of a moment in UTC."""
    # A zone cannot be asked about the first and the last day of all; nothing changes there.
    second = min(max(ticks // SECOND, 86_400), TIMES[1] // SECOND - 86_400)
    offset = zone.fromutc(datetime(1, 1, 1, tzinfo=zone) + timedelta(0, second)).utcoffset()
    # .NET cuts what an old offset is beside standard time to whole minutes.
    standard = datetime(2099, 1, 1, tzinfo=zone).utcoffset()
    seconds = standard + timedelta(minutes=int((offset - standard) / timedelta(minutes=1)))
    return min(max(ticks + (seconds.days * 86_400 + seconds.seconds) * SECOND, TIMES[0]), TIMES[1])


def recorded(zone, ticks):
    """The time that Duplicati has for a version: taken to local time and back, as .NET does it."""
    second = min(max(ticks // SECOND, 2 * 86_400), TIMES[1] // SECOND - 2 * 86_400)
    moment = zone.fromutc(datetime(1, 1, 1, tzinfo=zone) + timedelta(0, second))
    # In the second pass of a repeated hour .NET takes the first, unless that is summer time.
    first = moment.replace(fold=0)
    if moment.fold == 0 or first.dst() > timedelta(0):
        return ticks
    earlier = first.utcoffset() - moment.utcoffset()
    return ticks - earlier.seconds * SECOND


def months_before(ticks, months):
    """The same day this many months before, or the month's last day if it is shorter."""
    day = YEAR_ONE + timedelta(days=ticks // DAY)
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = monthrange(check(year, 1, 9999), month + 1)[1]
    return (datetime(year, month + 1, min(day.day, last)) - YEAR_ONE).days * DAY + ticks % DAY


def keep_time_bound(text, disable_tolerance, now):
    """The oldest time that keep-time keeps, in local time."""
    seconds, bound = integer(text, 64), now
    if text.strip(WHITE).lower() == "now" and disable_tolerance:
        pass  # the tolerance would read it as a span
    elif seconds is not None:
        bound = check(now - seconds * SECOND, *TIMES)
    elif not re.fullmatch(r"([0-9]+[smhDWMY])+\n?", text):
        raise Rejected(f"no span: {text!r}")
    else:
        for number, unit in terms(text):
            if unit in "MY":
                bound = months_before(bound, number * (1 if unit == "M" else 12))
            else:
                bound = check(bound + worth(-number, unit), *TIMES)
    tolerance = 0 if disable_tolerance else min(parse_span(text) / SECOND / 100, 3600.0)
    return check(bound - int(tolerance * SECOND), *TIMES)


def policy_deletes(pairs, order, local, partial, now, allow_full_removal):
    """What the policy alone deletes, in Duplicati's order. `order` is newest first in local time."""
    if not pairs or not order:
        return []
    newest, rest = order[0], order[1:]
    deletes, newest_in_frame = [], False
    for frame, interval in sorted(pairs, key=lambda pair: pair[0]):
        bound = 0 if frame == UNLIMITED else check(now - frame, *TIMES)
        newest_in_frame |= local[newest] >= bound
        in_frame = [version for version in rest if local[version] >= bound]
        rest = rest[len(in_frame) :]
        last = None
        for version in reversed(in_frame):
            if partial[version]:
                continue
            if last is None or local[version] - last >= interval:
                last = local[version]
            else:
                deletes.append(version)
    deletes += rest  # in no frame
    if allow_full_removal and not newest_in_frame:
        deletes.append(newest)
    return deletes


def keep_versions_deletes(order, partial, number):
    full = [place for place, version in enumerate(order) if not partial[version]][:number]
    if not full:
        return []
    between = [version for version in order[full[0] : full[-1]] if partial[version]]
    return between + (order[full[-1] + 1 :] if len(full) == number else [])


def validate(options):
    """Rejects options with which Duplicati does not begin a backup."""
    pairs = parse_policy(options.get("retention-policy", ""))
    number = integer(options.get("keep-versions", ""), 32) or 0
    if text := options.get("keep-time"):
        some_day = 2026 * 365 * 86_400 * SECOND
        keep_time_bound(text, is_on(options, "disable-time-tolerance"), some_day)
    if not accepted_for_backup(pairs) or bool(pairs) + bool(text) + (number > 0) > 1:
        raise Rejected("an interval that is not below its frame, or options that exclude each other")


def plan(zone_name, now, options, backups):
    """What goes: (what the policy alone deletes, in order; what all options delete).

    `now` is in UTC; `backups` are (time in UTC, partial, end of the lock or None), newest first.
    """
    pairs = parse_policy(options.get("retention-policy", ""))
    number = integer(options.get("keep-versions", ""), 32) or 0
    ranges = parse_versions(options.get("version", ""))
    zone = ZoneInfo(zone_name)
    local_now = to_local(zone, now)
    local = [to_local(zone, time) for time, _, _ in backups]
    partial = [backup[1] for backup in backups]
    order = sorted(range(len(backups)), key=lambda version: -local[version])
    allow_full_removal = is_on(options, "allow-full-removal")

    by_policy = policy_deletes(pairs, order, local, partial, local_now, allow_full_removal)
    deletes = set(by_policy)
    deletes.update(v for v in order if any(first <= v <= last for first, last in ranges))
    if text := options.get("keep-time"):
        bound = keep_time_bound(text, is_on(options, "disable-time-tolerance"), local_now)
        newest_full = next((place for place, v in enumerate(order) if not partial[v]), len(order))
        deletes.update(v for v in order[newest_full + 1 :] if local[v] < bound)
    left = [version for version in order if version not in deletes]
    if 0 < number < len(left):
        deletes.update(keep_versions_deletes(left, partial, number))
    if len(deletes) == len(backups) and not allow_full_removal:
        deletes.discard(0)
    # A version is looked up by its recorded time: the first of that time answers, or none is found.
    locks = {}
    for time, _, until in backups:
        locks.setdefault(time, until or 0)
    goes = lambda version: locks.get(recorded(zone, backups[version][0]), UNLIMITED) <= now
    return by_policy, sorted(filter(goes, deletes))
