// Duplicati's retention, as release 2.3.0 decides it. No packages; runs in Node and, as it is, in a browser.
//
// Times are ticks of 100 ns since 0001-01-01, as in .NET, and so are BigInts. `parsePolicy` reads a policy,
// `plan` says which versions go.

export const SECOND = 10_000_000n;
export const UNLIMITED = 2n ** 63n - 1n;
const DAY = 86_400n * SECOND;
const TIMES = [0n, 3_155_378_975_999_999_999n]; // the first and the last tick that a date can be
const SPANS = [-(2n ** 63n), UNLIMITED];
const UNIX_EPOCH = 62_135_596_800n; // in seconds
// What each unit is worth: a factor that is multiplied in 32 bits, and ticks.
const CLOCK_UNITS = { s: [1n, SECOND], m: [1n, 60n * SECOND], h: [1n, 3600n * SECOND] };
const UNITS = { ...CLOCK_UNITS, D: [1n, DAY], W: [7n, DAY], M: [30n, DAY], Y: [365n, DAY] };
// What .NET trims, which is not what trim() trims.
const WHITE = "[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
const WHITE_ENDS = new RegExp(`^${WHITE}|${WHITE}$`, "g");
const INTEGER = /^[\t-\r ]*([+-]?)0*([0-9]{1,19})[\t-\r ]*\0*$/;

/** Duplicati refuses this input, or fails on it. */
export class Rejected extends Error {}

const trim = (text) => text.replace(WHITE_ENDS, "");

function check(ticks, [lowest, highest]) {
  if (ticks < lowest || ticks > highest) throw new Rejected("a span or a time leaves the range of .NET");
  return ticks;
}

/** int.TryParse and long.TryParse; undefined if it is no number, or does not fit. */
function integer(text, bits) {
  const [, sign, digits] = INTEGER.exec(text) ?? [];
  const number = digits && BigInt(sign + digits);
  return digits && BigInt.asIntN(bits, number) === number ? number : undefined;
}

/** So many units in ticks; weeks, months and years are counted as days in 32 bits, and wrap around. */
const worth = (number, unit) => BigInt.asIntN(32, number * UNITS[unit][0]) * UNITS[unit][1];

/** The numbers and units of a span such as 1D12h. */
function terms(text) {
  const found = [];
  let start = 0;
  for (const { 0: unit, index } of text.matchAll(/[smhDWMY]/g)) {
    if (index === 0) break; // so Duplicati's loop ends
    const number = integer(trim(text.slice(start, index)), 32);
    if (number === undefined) throw new Rejected(`no span: ${text}`);
    found.push([number, unit]);
    start = index + 1;
  }
  if (trim(text.slice(start)) !== "") throw new Rejected(`no span: ${text}`);
  return found;
}

function parseSpan(text) {
  const seconds = integer(text, 64);
  if (seconds !== undefined) return check(seconds * SECOND, SPANS);
  const add = (sum, [number, unit]) => check(sum + check(worth(number, unit), SPANS), SPANS);
  return terms(text).reduce(add, 0n);
}

/** The pairs of a policy, { frame, interval } in ticks. */
export function parsePolicy(text) {
  return text.split(",").filter((entry) => entry !== "").map((entry) => {
    const halves = entry.split(":");
    if (halves.length < 2) throw new Rejected(`no colon: ${entry}`);
    const frame = /^[Uu]$/.test(halves[0]) ? UNLIMITED : parseSpan(halves[0]);
    const interval = /^[Uu]$/.test(halves[1]) ? 0n : parseSpan(halves[1]);
    if (frame < 0n || interval < 0n) throw new Rejected(`a negative span: ${entry}`);
    return { frame, interval };
  });
}

/** Whether Duplicati starts a backup with this policy. */
export function acceptedForBackup(pairs) {
  return pairs.every(({ frame, interval }) => frame === UNLIMITED || interval === 0n || interval < frame);
}

/** The ranges [first, last] of the option `version`. */
function parseVersions(text) {
  return text.split(",").filter((entry) => entry !== "").map((entry) => {
    const parts = entry.split("-").filter((part) => part !== "");
    const numbers = (entry.includes("-") ? parts.map(trim) : [entry, entry]).map((part) => integer(part, 64));
    if (numbers.length < 2 || numbers.includes(undefined)) throw new Rejected(`no version number: ${entry}`);
    const [one, other] = numbers;
    return one < other ? [one, other] : [other, one];
  });
}

const isOn = (options, name) => !/^(false|off|no|0)$/i.test(trim(options[name] ?? "no"));

/** The ticks of a time such as 2026-11-23T10:00:00.5Z, with up to seven digits behind the point. */
export function parseTime(text) {
  const seconds = BigInt(Date.parse(text.slice(0, 19) + "Z") / 1000) + UNIX_EPOCH;
  return seconds * SECOND + BigInt(text.slice(20, -1).padEnd(7, "0"));
}

const formats = new Map();
const offsets = new Map();

/** How far a zone's local time is ahead of UTC in .NET, in seconds; `second` is in Unix time. */
function askOffset(zone, second) {
  const [offset, standard] = [askIntl(zone, second), askIntl(zone, 4_070_908_800)]; // 2099
  // .NET cuts what an old offset is beside standard time to whole minutes.
  return standard + Math.trunc((offset - standard) / 60) * 60;
}

function askIntl(zone, second) {
  const style = { timeZone: zone, timeZoneName: "longOffset" };
  if (!formats.has(zone)) formats.set(zone, new Intl.DateTimeFormat("en-US", style));
  const text = formats.get(zone).format(second * 1000); // such as 11/23/2026, GMT+05:45
  const [, sign, hours, minutes, seconds = 0] = /GMT([+-])(\d+):(\d+):?(\d+)?/.exec(text) ?? [0, "+", 0, 0];
  return Number(sign + 1) * (hours * 3600 + minutes * 60 + Number(seconds));
}

function offsetOfDay(zone, day) {
  const key = `${zone} ${day}`;
  if (!offsets.has(key)) offsets.set(key, askOffset(zone, day * 86_400));
  return offsets.get(key);
}

/** The local time of a moment in UTC. */
export function toLocal(zone, ticks) {
  const second = Number(ticks / SECOND - UNIX_EPOCH);
  const day = Math.floor(second / 86_400);
  // Intl is slow. Where both ends of a day have one offset, so has everything between.
  const [before, after] = [offsetOfDay(zone, day), offsetOfDay(zone, day + 1)];
  const local = ticks + BigInt(before === after ? before : askOffset(zone, second)) * SECOND;
  return local < TIMES[0] ? TIMES[0] : local > TIMES[1] ? TIMES[1] : local;
}

// Winter time is negative summer time there, which Intl does not tell. .NET does not come back from the
// second pass of their repeated hour.
const RECORDS_FIRST_PASS = ["Europe/Dublin", "Africa/Casablanca", "Africa/El_Aaiun"];

/** The time that Duplicati has for a version: taken to local time and back, as .NET does it. */
function recorded(zone, ticks) {
  const earlier = ticks - 3600n * SECOND;
  const isSecondPass = RECORDS_FIRST_PASS.includes(zone) && toLocal(zone, earlier) === toLocal(zone, ticks);
  return isSecondPass ? earlier : ticks;
}

/** The same day this many months before, or the month's last day if it is shorter. */
function monthsBefore(ticks, months) {
  const from = new Date(Number(ticks / DAY) * 86_400_000 - Number(UNIX_EPOCH) * 1000);
  const count = from.getUTCFullYear() * 12 + from.getUTCMonth() - Number(months);
  if (count < 12) throw new Rejected("before the year 1");
  const to = new Date(0);
  to.setUTCFullYear(Math.floor(count / 12), (count % 12) + 1, 0);
  to.setUTCDate(Math.min(from.getUTCDate(), to.getUTCDate()));
  return (BigInt(to.getTime() / 1000) + UNIX_EPOCH) * SECOND + (ticks % DAY);
}

/** The oldest time that keep-time keeps, in local time. */
function keepTimeBound(text, disableTolerance, now) {
  const seconds = integer(text, 64);
  // The tolerance would read it as a span.
  if (disableTolerance && trim(text).toLowerCase() === "now") return now;
  if (seconds === undefined && !/^([0-9]+[smhDWMY])+\n?$/.test(text)) throw new Rejected(`no span: ${text}`);
  let bound = seconds === undefined ? now : check(now - seconds * SECOND, TIMES);
  for (const [number, unit] of seconds === undefined ? terms(text) : []) {
    if (unit === "M" || unit === "Y") bound = monthsBefore(bound, unit === "M" ? number : 12n * number);
    else bound = check(bound + worth(-number, unit), TIMES);
  }
  const tolerance = disableTolerance ? 0 : Math.min(Number(parseSpan(text)) / 1e7 / 100, 3600);
  return check(bound - BigInt(Math.trunc(tolerance * 1e7)), TIMES);
}

/** What the policy alone deletes, in Duplicati's order. `order` is newest first in local time. */
function policyDeletes(pairs, order, local, partial, now, allowFullRemoval) {
  if (pairs.length === 0 || order.length === 0) return [];
  let [[newest, ...rest], newestInFrame, deletes] = [order, false, []];
  for (const { frame, interval } of [...pairs].sort((a, b) => Number(a.frame - b.frame))) {
    const bound = frame === UNLIMITED ? 0n : check(now - frame, TIMES);
    newestInFrame ||= local[newest] >= bound;
    const inFrame = rest.filter((version) => local[version] >= bound);
    rest = rest.slice(inFrame.length);
    let last;
    for (const version of inFrame.reverse()) {
      if (partial[version]) continue;
      if (last === undefined || local[version] - last >= interval) last = local[version];
      else deletes.push(version);
    }
  }
  deletes.push(...rest); // in no frame
  if (allowFullRemoval && !newestInFrame) deletes.push(newest);
  return deletes;
}

function keepVersionsDeletes(order, partial, number) {
  const full = order.flatMap((version, place) => (partial[version] ? [] : [place])).slice(0, number);
  if (full.length === 0) return [];
  const between = order.slice(full[0], full.at(-1)).filter((version) => partial[version]);
  return full.length === number ? [...between, ...order.slice(full.at(-1) + 1)] : between;
}

/** Rejects options with which Duplicati does not begin a backup. */
export function validate(options) {
  const pairs = parsePolicy(options["retention-policy"] ?? "");
  const number = integer(options["keep-versions"] ?? "", 32) ?? 0n;
  const keepTime = options["keep-time"] ?? "";
  const someDay = 2026n * 365n * 86_400n * SECOND;
  if (keepTime) keepTimeBound(keepTime, isOn(options, "disable-time-tolerance"), someDay);
  const set = [pairs.length > 0, number > 0n, keepTime !== ""].filter(Boolean).length;
  if (!acceptedForBackup(pairs) || set > 1) throw new Rejected("refused before a backup");
}

/**
 * What goes: { byPolicy: what the policy alone deletes, in order; deletes: what all options delete }.
 *
 * `now` is in UTC; `backups` are { time in UTC, partial, lockedUntil or undefined }, newest first.
 */
export function plan(zone, now, options, backups) {
  const pairs = parsePolicy(options["retention-policy"] ?? "");
  const number = Number(integer(options["keep-versions"] ?? "", 32) ?? 0n);
  const ranges = parseVersions(options["version"] ?? "");
  const localNow = toLocal(zone, now);
  const local = backups.map(({ time }) => toLocal(zone, time));
  const partial = backups.map(({ partial }) => partial);
  const order = [...backups.keys()].sort((a, b) => Number(local[b] - local[a]));
  const allowFullRemoval = isOn(options, "allow-full-removal");

  const byPolicy = policyDeletes(pairs, order, local, partial, localNow, allowFullRemoval);
  const deletes = new Set(byPolicy);
  order.filter((v) => ranges.some(([first, last]) => first <= v && v <= last)).forEach((v) => deletes.add(v));
  if (options["keep-time"]) {
    const bound = keepTimeBound(options["keep-time"], isOn(options, "disable-time-tolerance"), localNow);
    const newestFull = order.findIndex((version) => !partial[version]);
    const after = newestFull < 0 ? [] : order.slice(newestFull + 1);
    after.filter((version) => local[version] < bound).forEach((version) => deletes.add(version));
  }
  const left = order.filter((version) => !deletes.has(version));
  const surplus = number > 0 && number < left.length ? keepVersionsDeletes(left, partial, number) : [];
  surplus.forEach((version) => deletes.add(version));
  if (deletes.size === backups.length && !allowFullRemoval) deletes.delete(0);
  // A version is looked up by its recorded time: the first of that time answers, or none is found.
  const goes = (version) => {
    const time = recorded(zone, backups[version].time);
    const first = backups.find((backup) => backup.time === time);
    return first !== undefined && !(first.lockedUntil > now);
  };
  return { byPolicy, deletes: [...deletes].filter(goes) };
}
