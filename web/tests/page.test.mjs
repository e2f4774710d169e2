import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { launch, NOW, open, root, settled } from "./browser.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const command = process.env.COMMAND ?? join(root, "target/debug/duplicati-retention");
const sample = (name) => join(root, "samples", name);
let browser;
let page;

before(async () => { browser = await launch(); });
after(() => browser.close());
afterEach(async () => {
  const { problems } = page;
  await page.context().close();
  assert.deepEqual(problems, [], "errors, or requests");
});

const policy = () => page.getByRole("textbox", { name: "Retention policy" });
const tab = (name) => page.getByRole("tab", { name }).click();

test("an error is marked at its place, and one click takes the text that is right", async () => {
  page = await open(browser);
  await policy().fill("7D:1D,4w:1W");
  const error = page.locator(".problems .error");
  assert.match(await error.innerText(), /4w.*refused by every release: /s);
  assert.equal(await page.locator(".paint .wrong").innerText(), "4w");
  // The classic page and the check before a backup, of four releases.
  assert.equal(await page.locator(".verdict.bad").count(), 8);
  await error.getByRole("button", { name: "Write 4W" }).click();
  assert.equal(await policy().inputValue(), "7D:1D,4W:1W");
  await error.waitFor({ state: "detached" });
});

test("the sentence of the pair at the cursor stands out", async () => {
  page = await open(browser);
  await policy().fill("7D:1D,U:1W");
  for (const [place, sentence] of [[1, /^7D:1D of the backups of the last 7 days/], [8, /^U:1W of all backups older than 7 days/]]) {
    await policy().evaluate((area, place) => area.setSelectionRange(place, place), place);
    await policy().press("ArrowRight");
    await page.waitForFunction((text) => new RegExp(text).test(document.querySelector(".at-cursor")?.innerText), sentence.source);
  }
});

test("the release is a switch", async () => {
  page = await open(browser, `policy=12M:1M&now=${NOW}&zone=UTC`);
  const meaning = page.locator(".meaning > ul");
  assert.match(await meaning.innerText(), /last 360 days/);
  await page.getByRole("radio", { name: "2.1" }).check();
  assert.match(await meaning.innerText(), /last 365 days/);
});

test("the slider walks through the days, and says what is deleted and why", async () => {
  page = await open(browser, `policy=7D:2D&now=${NOW}&zone=UTC&jitter=0s`);
  await settled(page);
  const slider = page.getByRole("slider", { name: "Day" });
  await slider.fill("0");
  await page.getByRole("button", { name: "Next deletion" }).click();
  const first = Number(await slider.inputValue());
  assert.ok(first > 0);
  assert.match(await page.locator(".day").innerText(), /Deleted on this day: 1[^]*thinned by 7D:2D/);
  await slider.press("ArrowRight");
  assert.equal(Number(await slider.inputValue()), first + 1);
  assert.match(await slider.getAttribute("aria-valuetext"), /November 2021, \d+ versions exist/);
  await slider.press("End");
  assert.equal(await page.locator(".picture .dot").count(), 5);
  assert.equal(await page.locator(".calendar .kept").count(), 5);
});

test("goals make a policy, and a policy makes goals", async () => {
  page = await open(browser);
  await tab("Say what you want");
  const goal = (name) => page.getByRole("textbox", { name });
  assert.equal(await goal("One a day for").inputValue(), "");
  await policy().fill("");
  await goal("Every backup of the last").fill("7D");
  await goal("One a week for").fill("1Y");
  await page.waitForFunction(() => document.querySelector("#policy").value === "9D:U,373D:167h");
  await policy().fill("14D:U,U:1M");
  await settled(page);
  assert.equal(await goal("Every backup of the last").inputValue(), "14D");
  assert.equal(await goal("One a week for").inputValue(), "");
  assert.equal(await goal("One a month for").inputValue(), "forever");
});

test("goals that are written before the page has followed the policy stay", async () => {
  page = await open(browser);
  await tab("Say what you want");
  await page.evaluate(async () => {
    const write = (element, text) => {
      Object.getOwnPropertyDescriptor(Object.getPrototypeOf(element), "value").set.call(element, text);
      element.dispatchEvent(new InputEvent("input", { bubbles: true }));
    };
    write(document.querySelector("#policy"), "14D:U");
    // The field is drawn, and the rest is not.
    await null;
    write(document.querySelector("#panel input"), "7D");
  });
  await settled(page);
  assert.equal(await page.getByRole("textbox", { name: "Every backup of the last" }).inputValue(), "7D");
});

test("counts of another program make a policy, and it is the command's", async () => {
  page = await open(browser);
  await tab("Say what you want");
  await policy().fill("");
  await page.getByRole("textbox", { name: "Or counts" }).fill("keep-last=3,keep-daily 7");
  await page.waitForFunction(() => document.querySelector("#policy").value !== "");
  await settled(page);
  const words = (await page.locator(".command").innerText()).match(/'[^']*'|\S+/g).map((word) => word.replace(/^'|'$/g, ""));
  const { policy: expected, caveats } = JSON.parse(execFileSync(command, [...words.slice(1), "--json"], { encoding: "utf8" }));
  assert.equal(await policy().inputValue(), expected);
  assert.match(caveats.join(), /Duplicati knows no calendar/);
  assert.ok((await page.locator("#panel").innerText()).includes(caveats.at(-1)));
});

test("a job and its database show the plan, with filter and search", async () => {
  page = await open(browser);
  await tab("My backups");
  await page.getByTestId("files").setInputFiles([sample("job.json"), sample("photos.sqlite")]);
  await page.getByText("photos.sqlite: 911 versions").waitFor();
  await settled(page);
  assert.match(await page.locator(".drop").innerText(), /job\.json: the job “/);
  await policy().fill("1W:1D,4W:1W,12M:1M");
  await settled(page);
  assert.match(await page.locator(".answers").innerText(), /^The next backup deletes 887 of 911 versions/);
  assert.match(await page.locator(".sums").innerText(), /24[^]*kept[^]*887[^]*deleted/);
  const rows = page.locator(".list .row");
  await page.getByLabel("Show").selectOption("kept");
  await page.getByText("24 shown").waitFor();
  assert.equal(await page.locator(".list .row.deleted").count(), 0);
  await page.getByLabel("Show").selectOption("all");
  await page.getByLabel("Search").fill("2026-10");
  await rows.first().getByText("Oct 2026").waitFor();
  await page.getByText(/^\d\d shown$/).waitFor();
});

test("a job that keeps a number of versions is simulated with that", async () => {
  page = await open(browser, `policy=&keep-versions=5&now=${NOW}&zone=UTC`);
  await settled(page);
  assert.match(await page.locator(".day").innerText(), /5 versions exist[^]*enough newer full backups are kept/);
  await policy().fill("7D:1D");
  await page.locator(".problems .error").getByText("only one of keep-time, keep-versions and retention-policy").first().waitFor();
});

test("what the next backup deletes comes first", async () => {
  page = await open(browser, `policy=7D:U&now=2026-11-23T10:00:00Z&zone=UTC&show=job`);
  const times = ["2026-11-22T20:00:00Z", "2026-11-21T20:00:00Z", "2026-11-20T20:00:00Z", "2026-11-16T12:00:00Z"];
  await page.getByTestId("files").setInputFiles({ name: "times.txt", mimeType: "", buffer: Buffer.from(times.join("\n")) });
  await page.getByText("times.txt: 4 versions").waitFor();
  await settled(page);
  // Now the oldest is not yet 7 days old; at 20:00 it is.
  await page.locator(".row.deleted").getByText("now: kept").waitFor();
  assert.match(await page.locator(".sums").innerText(), /3[^]*kept[^]*1[^]*deleted/);
});

test("a list that is pasted is read", async () => {
  page = await open(browser, `policy=7D:U&now=${NOW}&zone=UTC`);
  await tab("My backups");
  await page.getByText("Or paste a list").click();
  await page.locator(".paste").fill("2026-11-22T09:00:00Z\n2026-01-01T09:00:00Z\n2026-11-21T09:00:00Z\n");
  await page.getByRole("button", { name: "Use this list" }).click();
  await page.getByText("list.txt: 3 versions").waitFor();
  await settled(page);
  assert.equal(await page.locator(".row.deleted").count(), 1);
});

test("what cannot be read gets the library's sentence", async () => {
  page = await open(browser);
  await tab("My backups");
  const drop = async (name, content, sentence) => {
    await page.getByTestId("files").setInputFiles({ name, mimeType: "", buffer: Buffer.from(content) });
    await page.getByText(sentence).waitFor();
  };
  await drop("job.json.aes", "AES\x02\x00", /^job\.json\.aes: this export is encrypted/);
  await drop("note.txt", "hello", /^note\.txt: this is not a job's database or a list of versions: /);
  await drop("other.json", '{"a":1}', /^other\.json: there is no job in this file/);
  await drop("damaged.sqlite", "SQLite format 3\0 and then nothing", /^damaged\.sqlite: /);
});

test("a million versions are a list without a million rows", async () => {
  page = await open(browser, `policy=U:1D&now=${NOW}&zone=UTC`);
  await tab("My backups");
  const newest = Date.parse(NOW) / 1000;
  const times = Array.from({ length: 100_000 }, (_, index) => newest - 60 * index).join("\n");
  await page.getByTestId("files").setInputFiles({ name: "many.txt", mimeType: "", buffer: Buffer.from(times) });
  await page.getByText("many.txt: 100,000 versions").waitFor();
  await settled(page);
  const box = page.locator(".box");
  await box.evaluate((box) => { box.scrollTop = box.scrollHeight; });
  await page.waitForFunction(() => [...document.querySelectorAll(".row .cell-0")].some((cell) => cell.innerText === "99999"));
  assert.ok((await page.locator(".list .row").count()) < 60);
});

test("two policies, and two releases, are compared", async () => {
  page = await open(browser, `policy=7D:1D&with=14D:1D&now=${NOW}&zone=UTC`);
  await tab("Compare");
  await page.getByText("Backups between 7 days and 14 days old are deleted with 7D:1D").waitFor();
  await page.getByRole("radio", { name: "Another release" }).check();
  await page.getByText("Both keep the same backups.").waitFor();
});

test("the whole state is in the address", async () => {
  page = await open(browser, `policy=30D:1D&release=2.1&zone=Asia/Tokyo&every=6h&show=compare&with=U:1W&now=${NOW}`);
  await settled(page);
  await page.reload();
  await page.getByRole("heading", { level: 1 }).waitFor();
  assert.equal(await policy().inputValue(), "30D:1D");
  assert.equal(await page.getByRole("radio", { name: "2.1" }).first().isChecked(), true);
  assert.equal(await page.getByRole("textbox", { name: "The other policy" }).inputValue(), "U:1W");
  assert.match(await page.locator(".command").innerText(), /compare 30D:1D U:1W --release 2.1 --time-zone Asia\/Tokyo .*--every 6h/);
});

test("everything is copied", async () => {
  page = await open(browser);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const copied = async (name) => {
    await page.getByRole("button", { name }).click();
    await page.getByText("Copied", { exact: true }).waitFor();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  assert.equal(await copied("Copy as option"), '--retention-policy="1W:1D,4W:1W,12M:1M"');
  assert.match(await copied("Copy as command"), /^duplicati-retention forecast 1W:1D,4W:1W,12M:1M --release 2\.3\.0 /);
  assert.match(await copied("Copy for a forum"), /`1W:1D,4W:1W,12M:1M`[^]*- 1W:1D: of the backups of the last 7 days[^]*file:/);
  const link = await copied("Copy link");
  await page.goto(link);
  assert.equal(await policy().inputValue(), "1W:1D,4W:1W,12M:1M");
});

test("every control is reached by Tab, and has a visible focus", async () => {
  page = await open(browser);
  await settled(page);
  const wanted = await page.locator("button:not([tabindex='-1']), textarea, select, summary, input:not([hidden]):not([type=radio]), .command").evaluateAll(
    (elements) => elements.filter((element) => element.checkVisibility({ contentVisibilityAuto: true })).length,
  );
  const reached = new Set();
  for (let step = 0; step < wanted + 25; step++) {
    await page.keyboard.press("Tab");
    const { name, isVisible } = await page.evaluate(() => {
      const element = document.activeElement;
      const styles = [getComputedStyle(element), element.nextElementSibling && getComputedStyle(element.nextElementSibling)];
      element.dataset.reached ??= String(Math.random());
      return {
        name: element.dataset.reached,
        isVisible: element === document.body || styles.some((style) => style && (style.outlineStyle !== "none" || style.boxShadow !== "none")),
      };
    });
    assert.ok(isVisible, "a focus that nobody sees");
    reached.add(name);
  }
  assert.ok(reached.size >= wanted, `${reached.size} of ${wanted}`);
});

test("tabs are walked with the arrows", async () => {
  page = await open(browser);
  await page.getByRole("tab", { name: "Over the years" }).focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.getByRole("tab", { name: "Say what you want" }).getAttribute("aria-selected"), "true");
  await page.keyboard.press("End");
  assert.equal(await page.getByRole("tab", { name: "Compare" }).getAttribute("aria-selected"), "true");
});

test("the page speaks other languages", async () => {
  page = await open(browser, `now=${NOW}&zone=UTC`, { locale: "de-DE" });
  await settled(page);
  assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), "Was löscht diese Aufbewahrungsrichtlinie?");
  assert.match(await page.locator(".frames").innerText(), /eine je Tag[^]*Tage/);
  await page.getByLabel("Sprache").selectOption("fr");
  await page.waitForFunction(() => document.documentElement.lang === "fr");
  assert.match(await page.locator(".frames").innerText(), /une par jour/);
});

for (const scheme of ["light", "dark"]) {
  test(`axe finds nothing, ${scheme}`, async () => {
    page = await open(browser, `policy=7D:1D,4w:1W&now=${NOW}&zone=UTC`, { colorScheme: scheme, bypassCSP: true });
    const examine = async (name) => {
      await settled(page);
      const { violations } = await page.evaluate(`${axe}; axe.run(document, { resultTypes: ["violations"] })`);
      const found = violations.map(({ id, nodes }) => `${name}: ${id}: ${nodes.slice(0, 3).map(({ html }) => html).join(" ")}`);
      assert.deepEqual(found, []);
    };
    await examine("error");
    await policy().fill("1W:1D,4W:1W,12M:1M");
    for (const details of await page.locator("summary").all()) await details.click();
    await examine("years");
    await tab("Say what you want");
    await examine("compose");
    await tab("My backups");
    await page.getByTestId("files").setInputFiles(sample("photos.sqlite"));
    await page.getByText("photos.sqlite: 911 versions").waitFor();
    await examine("job");
    await tab("Compare");
    await examine("compare");
  });
}

for (const [width, zoom] of [[320, 1], [375, 1], [640, 2]]) {
  test(`nothing is cut off at ${width} pixels`, async () => {
    page = await open(browser, `now=${NOW}&zone=UTC&with=U:1W`, { viewport: { width: width / zoom, height: 800 }, deviceScaleFactor: zoom });
    for (const name of ["Over the years", "Say what you want", "My backups", "Compare"]) {
      await tab(name);
      if (name === "My backups") {
        await page.getByTestId("files").setInputFiles(sample("photos.sqlite"));
        await page.getByText("photos.sqlite: 911 versions").waitFor();
      }
      await settled(page);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), name);
    }
  });
}
