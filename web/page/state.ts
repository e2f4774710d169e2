/** Everything a person can set, and the address that keeps it. */

export const RELEASES = ["2.1", "2.2", "2.3.0", "2.3.1"] as const;
export const GOALS = ["all", "hourly", "daily", "weekly", "monthly", "yearly"] as const;
export const SCHEDULE = ["every", "at", "days", "jitter", "miss", "partial", "off", "for", "seed"] as const;
export const OPTIONS = ["keep-time", "keep-versions", "allow-full-removal", "disable-time-tolerance"] as const;
export const TABS = ["years", "compose", "job", "compare"] as const;

export type Tab = (typeof TABS)[number];
export type Texts<Name extends string> = { [name in Name]?: string };

export interface State {
  policy: string;
  release: string;
  zone: string;
  /** The present, if a person chose it; empty for the clock's. */
  now: string;
  tab: Tab;
  schedule: Texts<(typeof SCHEDULE)[number]>;
  options: Texts<(typeof OPTIONS)[number]>;
  /** How far back each goal reaches; and counts, as other programs write them. */
  goals: Texts<(typeof GOALS)[number] | "counts">;
  /** Whether the forecast begins with the versions that were dropped. */
  fromDropped: boolean;
  compareWith: "policy" | "release";
  otherPolicy: string;
  otherRelease: string;
  /** The day on which the timeline stands, from 0; -1 for its end. */
  day: number;
}

export const START: State = {
  policy: "1W:1D,4W:1W,12M:1M",
  release: "2.3.0",
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC",
  now: "",
  tab: "years",
  schedule: { every: "1D", jitter: "10m" },
  options: {},
  goals: {},
  fromDropped: false,
  compareWith: "policy",
  otherPolicy: "7D:U,28D:1W,360D:1M",
  otherRelease: "2.1",
  day: -1,
};

const TEXTS = { policy: "policy", release: "release", zone: "zone", now: "now", otherPolicy: "with", otherRelease: "with-release" } as const;
const GROUPS = { schedule: SCHEDULE, options: OPTIONS, goals: [...GOALS, "counts"] } as const;

/** The state as the part of an address behind its `#`; what is as in the beginning is left out. */
export function toHash(state: State): string {
  const hash = new URLSearchParams();
  // Whoever opens the link may be elsewhere.
  hash.set("policy", state.policy);
  for (const [field, name] of Object.entries(TEXTS) as [keyof typeof TEXTS, string][]) {
    if (state[field] !== START[field] || field === "zone") hash.set(name, state[field]);
  }
  for (const group of Object.keys(GROUPS) as (keyof typeof GROUPS)[]) {
    const texts = state[group] as Record<string, string | undefined>;
    const start = START[group] as Record<string, string | undefined>;
    for (const name of GROUPS[group]) {
      if ((texts[name] ?? "") !== (start[name] ?? "")) hash.set(name, texts[name] ?? "");
    }
  }
  if (state.tab !== START.tab) hash.set("show", state.tab);
  if (state.compareWith !== START.compareWith) hash.set("compare", state.compareWith);
  if (state.day !== START.day) hash.set("day", String(state.day));
  // These need no escape there, and a policy stays readable.
  return hash.toString().replace(/%3A/g, ":").replace(/%2C/g, ",").replace(/%2F/g, "/");
}

/** The state that such a part of an address keeps. */
export function fromHash(text: string): State {
  const hash = new URLSearchParams(text.replace(/^#/, ""));
  const state: State = { ...START, schedule: { ...START.schedule }, options: {}, goals: {} };
  for (const [field, name] of Object.entries(TEXTS) as [keyof typeof TEXTS, string][]) {
    state[field] = hash.get(name) ?? state[field];
  }
  for (const group of Object.keys(GROUPS) as (keyof typeof GROUPS)[]) {
    const texts = state[group] as Record<string, string>;
    for (const name of GROUPS[group]) if (hash.has(name)) texts[name] = hash.get(name)!;
  }
  const known = <Name extends string>(names: readonly Name[], name: string | null, or: Name) =>
    names.includes(name as Name) ? (name as Name) : or;
  state.release = known(RELEASES, state.release, START.release as (typeof RELEASES)[number]);
  state.otherRelease = known(RELEASES, state.otherRelease, "2.1");
  state.tab = known(TABS, hash.get("show"), START.tab);
  state.compareWith = known(["policy", "release"], hash.get("compare"), "policy");
  const day = Number(hash.get("day") ?? -1);
  state.day = Number.isInteger(day) && day >= -1 ? day : -1;
  return state;
}

/** When the page was opened, to the second: the present, unless a person chooses another. */
const OPENED = new Date().toISOString().replace(/\.\d+/, "");

export const present = (state: State): string => state.now || OPENED;

const filled = (texts: Texts<string>): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).filter((entry): entry is [string, string] => Boolean(entry[1])));

/** The question about this state. A policy is never asked about without the options beside it. */
export function question(ask: string, state: State, more: object = {}): object {
  return {
    ask,
    policy: state.policy,
    options: filled(state.options),
    release: state.release,
    time_zone: state.zone,
    now: present(state),
    ...more,
  };
}

export const questions = {
  check: (state: State) => question("check", state),
  explain: (state: State) => question("explain", state),
  plan: (state: State) => question("plan", state),
  forecast: (state: State) =>
    question("forecast", state, { schedule: state.schedule, from_dropped: state.fromDropped }),
  timeline: (state: State) =>
    question("timeline", state, { schedule: state.schedule, from_dropped: state.fromDropped }),
  compose: (state: State) => question("compose", { ...state, options: {} }, { schedule: state.schedule, goals: filled(state.goals) }),
  compare: (state: State) =>
    // What is compared takes the place of whatever option deletes.
    question("compare", { ...state, options: {} }, {
      schedule: state.schedule,
      ...(state.compareWith === "policy" ? { other_policy: state.otherPolicy } : { other_release: state.otherRelease }),
    }),
};

const quoted = (text: string) => (/^[\w.:,/%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** The command whose `--json` is the same answer. `source` is the name of the dropped file. */
export function command(ask: keyof typeof questions, state: State, source: string | null): string {
  const words = ["duplicati-retention", ask === "timeline" ? "forecast" : ask];
  const add = (name: string, text: string | undefined) => text && words.push(`--${name}`, quoted(text));
  if (ask === "compose") {
    if (state.goals.counts) words.push(quoted(state.goals.counts));
    for (const goal of GOALS) add(goal, state.goals[goal]);
  } else words.push(quoted(state.policy) || "''");
  if (ask === "compare" && state.compareWith === "policy") words.push(quoted(state.otherPolicy) || "''");
  add("release", state.release);
  if (ask === "compare" && state.compareWith === "release") add("release", state.otherRelease);
  if (ask !== "check") {
    add("time-zone", state.zone);
    add("now", present(state));
  }
  if (ask !== "compose" && ask !== "compare") for (const option of OPTIONS) add(option, state.options[option]);
  if (["forecast", "timeline", "compose", "compare"].includes(ask)) {
    for (const name of SCHEDULE) add(name, state.schedule[name]);
  }
  if (source && (ask === "plan" || ask === "compare")) {
    add(/\.(sqlite|db)$/i.test(source) ? "database" : "times", source);
  }
  if (source && ask === "forecast" && state.fromDropped) add("from", source);
  return words.join(" ");
}
