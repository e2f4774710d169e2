/**
 * How fast the built page is, in Chromium: `node web/tests/benchmark.mjs`. No test reads these
 * numbers. A frame of an empty page is printed beside them, since nothing can be faster than that.
 */
import { readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { launch, NOW, open, settled } from "./browser.mjs";

const file = fileURLToPath(new URL("../dist/index.html", import.meta.url));
const html = readFileSync(file, "utf8");
const database = /[\w$]+="(\/[\w+/=]{250000,})"/g;
const packed = [...html.matchAll(database)].map(([, text]) => text).sort((one, other) => one.length - other.length);
const size = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
console.log(`the file: ${size(statSync(file).size)}, after gzip ${size(gzipSync(html).length)}`);
for (const part of packed) console.log(`  without a part of ${size(part.length)}: ${size(html.length - part.length)}, after gzip ${size(gzipSync(html.replace(part, "")).length)}`);

const browser = await launch();
const state = `now=${NOW}&zone=Europe/Berlin`;

/**
 * From each key to what it did, in milliseconds, as Chromium itself measures it: until the page has
 * painted it, and until it is on the screen, with a processor that does what a graphics card would.
 */
async function typing(page, text, rounds = 6) {
  await page.locator("textarea").focus();
  await browser.startTracing(page, { categories: ["cc", "benchmark", "input"] });
  for (let round = 0; round < rounds; round++) {
    await page.keyboard.press("Control+A");
    for (const letter of text) {
      await page.keyboard.press(letter);
      // At no fixed distance from the next frame, and with a person's pauses.
      await page.waitForTimeout(80 + 40 * Math.random());
    }
  }
  const { traceEvents } = JSON.parse(String(await browser.stopTracing()));
  const begun = new Map();
  const [painted, shown] = [[], []];
  for (const { name, ph, id2, ts, args } of traceEvents) {
    const id = id2?.local;
    if (name === "EventLatency" && ph === "b") begun.set(id, args.event_latency.event_type === "KEY_PRESSED" ? ts : NaN);
    if (ph !== "e" || !(begun.get(id) > 0)) continue;
    if (name === "Commit") painted.push((ts - begun.get(id)) / 1000);
    if (name === "SubmitCompositorFrameToPresentationCompositorFrame") shown.push((ts - begun.get(id)) / 1000);
  }
  return [painted, shown].map((times) => times.sort((one, other) => one - other));
}
const quantile = (times, part) => times[Math.floor((times.length - 1) * part)];
const line = (name, times) => console.log(`${name} (${times.length} times): median ${quantile(times, 0.5).toFixed(1)} ms, 95 % within ${quantile(times, 0.95).toFixed(1)} ms`);

const policy = "1W:1D,4W:1W,12M:1M,U:1Y";

const empty = await (await browser.newContext()).newPage();
await empty.setContent("<textarea></textarea>");
const nothing = await typing(empty, policy);
line("a key on an empty page, painted", nothing[0]);
line("  on the screen", nothing[1]);

const page = await open(browser, state);
// Nothing is shown before the first answer is.
const answeredAt = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
console.log(`from opening to the first answer: ${Math.round(await (await page.waitForFunction(answeredAt)).jsonValue())} ms`);
await settled(page);
const keys = await typing(page, policy);
line("a key on the page, checked, explained and painted", keys[0]);
line("  on the screen", keys[1]);
console.log(`  ${(quantile(keys[1], 0.5) / quantile(nothing[1], 0.5)).toFixed(1)} times an empty page`);

const answered = (page, question, times = 20) => page.evaluate(async ([question, times]) => {
  const all = [];
  for (let time = 0; time < times; time++) {
    const from = performance.now();
    await window.library.later.ask(JSON.stringify(question));
    all.push(performance.now() - from);
  }
  return all.sort((one, other) => one - other);
}, [question, times]);
const question = { policy: "1W:1D,4W:1W,12M:1M", release: "2.3.0", time_zone: "Europe/Berlin", now: NOW };
line("five years of daily backups, forecast", await answered(page, { ...question, ask: "forecast", schedule: { every: "1D", jitter: "10m" } }));
line("five years of daily backups, day by day", await answered(page, { ...question, ask: "timeline", schedule: { every: "1D", jitter: "10m" } }));

await page.getByRole("tab", { name: "My backups" }).click();
for (const count of [10_000, 1_000_000]) {
  await page.evaluate(async (count) => {
    const newest = Date.parse("2026-11-23T10:00:00Z") / 1000;
    const list = Array.from({ length: count }, (_, index) => newest - 3600 * index).filter((time) => time > -62_135_596_800).join("\n");
    await window.library.add(new File([list], "list.txt"));
  }, count);
  line(`a plan of ${count.toLocaleString("en")} versions`, await answered(page, { ...question, ask: "plan" }, 5));
}
await browser.close();
