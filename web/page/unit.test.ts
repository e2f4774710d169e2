import { expect, test } from "vitest";
import { Format, unit } from "./format";
import { command, fromHash, RELEASES, START, toHash } from "./state";
import { LANGUAGES, preferred } from "./words";

test("a state comes back from its address", () => {
  const state = {
    ...START, policy: "7D:1D,U:1W&#%é", release: "2.1", zone: "Pacific/Auckland", now: "2026-11-23T10:00:00Z",
    tab: "compare" as const, schedule: { every: "6h", jitter: "", miss: "5%" }, options: { "keep-time": "6M" },
    goals: { daily: "3M", counts: "keep-last=3,keep-yearly 9" }, compareWith: "release" as const, otherRelease: "2.3.1", day: 17,
  };
  expect(fromHash(`#${toHash(state)}`)).toEqual(state);
});

test("an address that somebody damaged gives a state that works", () => {
  const state = fromHash("#release=9&show=nothing&day=-7&compare=x&policy=");
  expect(RELEASES).toContain(state.release);
  expect([state.tab, state.day, state.compareWith, state.policy]).toEqual(["years", -1, "policy", ""]);
});

test("a policy stays readable in an address", () => {
  expect(toHash(START)).toMatch(/^policy=1W:1D,4W:1W,12M:1M&/);
});

test("a command quotes what a shell would read", () => {
  const state = { ...START, policy: "7D:1D; rm 'x'", zone: "UTC", now: "2026-11-23T10:00:00Z" };
  expect(command("check", state, null)).toBe(`duplicati-retention check '7D:1D; rm '\\''x'\\''' --release 2.3.0`);
});

test("a command has the goals and the counts", () => {
  const state = { ...START, zone: "UTC", now: "2026-11-23T10:00:00Z", goals: { all: "7D", counts: "7 daily, 4 weekly" } };
  expect(command("compose", state, null)).toBe(
    "duplicati-retention compose '7 daily, 4 weekly' --all 7D --release 2.3.0 --time-zone UTC --now 2026-11-23T10:00:00Z --every 1D --jitter 10m",
  );
});

test("spans have two units, rounded", () => {
  const format = new Format("en", "UTC");
  expect(format.span(86_400)).toBe("1 day");
  expect(format.span(2 * 86_400 - 1)).toBe("2 days");
  expect(format.span(2 * 86_400 + 1, "up")).toBe("2 days 1 hour");
  expect(format.span(365 * 86_400 - 1, "up")).toBe("1 year");
  expect(format.span(0)).toBe("0 seconds");
  expect(new Format("de", "UTC").span(36 * 3600)).toBe("1 Tag 12 Stunden");
});

test("a place in bytes is a place in the text", () => {
  expect(unit("aé€😀b", 1)).toBe(1);
  expect(unit("aé€😀b", 3)).toBe(2);
  expect(unit("aé€😀b", 6)).toBe(3);
  expect(unit("aé€😀b", 10)).toBe(5);
  expect(unit("ab", 9)).toBe(2);
});

test("every language has every text", () => {
  const shape = (words: object): unknown =>
    Object.fromEntries(Object.entries(words).map(([name, text]) => [name, typeof text === "object" ? shape(text) : typeof text]));
  for (const { words } of Object.values(LANGUAGES)) expect(shape(words)).toEqual(shape(LANGUAGES.en!.words));
});

test("the page speaks the first language that it knows", () => {
  expect(preferred(["pt-BR", "fr-CA", "en"])).toBe("fr");
  expect(preferred(["pt"])).toBe("en");
});
