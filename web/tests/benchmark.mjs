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

/** The milliseconds from each input to the second frame after it: that one shows what the first one drew. */
const typing = (page, texts) => page.evaluate(async (texts) => {
  const area = document.querySelector("textarea") ?? document.body.appendChild(document.createElement("textarea"));
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const times = [];
  for (const text of texts) {
    await frame();
    const from = performance.now();
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(area, text);
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
    await new Promise((resolve) => { const { port1, port2 } = new MessageChannel(); requestAnimationFrame(() => { port1.onmessage = resolve; port2.postMessage(0); }); });
    times.push(performance.now() - from);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  return times.sort((one, other) => one - other);
}, texts);
const quantile = (times, part) => times[Math.floor((times.length - 1) * part)];
const line = (name, times) => console.log(`${name}: median ${quantile(times, 0.5).toFixed(1)} ms, 95 % within ${quantile(times, 0.95).toFixed(1)} ms`);

const whole = "1W:1D,4W:1W,12M:1M,U:1Y";
const texts = Array.from({ length: 8 }, () => [...whole].map((_, index) => whole.slice(0, index + 1))).flat();

const empty = await (await browser.newContext()).newPage();
const nothing = await typing(empty, texts);
line("a key on an empty page, painted", nothing);

const opened = Date.now();
const page = await open(browser, state);
await page.locator(".verdicts").waitFor();
console.log(`from opening to the first answer: ${Date.now() - opened} ms`);
await settled(page);
const keys = await typing(page, texts);
line("a key on the page, checked, explained and painted", keys);
console.log(`  ${(quantile(keys, 0.5) / quantile(nothing, 0.5)).toFixed(1)} times an empty page`);

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
