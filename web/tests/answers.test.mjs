/** The page's answers are those of Duplicati and of the command. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, NOW, open, root, settled } from "./browser.mjs";

const command = process.env.COMMAND ?? join(root, "target/debug/duplicati-retention");
const folder = mkdtempSync(join(tmpdir(), "page-"));
let browser;

before(async () => { browser = await launch(); });
after(async () => { await browser.close(); rmSync(folder, { recursive: true }); });

/** The JSON that the page downloads. */
async function downloaded(page) {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Answer (JSON)" }).click(),
  ]);
  return readFileSync(await download.path(), "utf8");
}

/** What the command prints that the page shows. */
async function printed(page) {
  const words = (await page.locator(".command").innerText()).match(/'[^']*'|\S+/g).map((word) => word.replace(/^'|'$/g, ""));
  return execFileSync(command, [...words.slice(1), "--json"], { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28 });
}

test("all vectors, asked inside Chromium", async () => {
  const page = await open(browser);
  let asked = 0;
  for (const file of readdirSync(join(root, "vectors")).filter((name) => name.endsWith(".jsonl"))) {
    const cases = readFileSync(join(root, "vectors", file), "utf8").trim().split("\n").map((line) => JSON.parse(line));
    const questions = cases.flatMap(({ expect, web_ui_accepts, id, ...question }) =>
      Object.keys(expect).map((release) => ({ ...question, ask: question.backups ? "plan" : "parse", release, id: `${id} ${release}` })),
    );
    const answers = await page.evaluate(
      (lines) => new TextDecoder().decode(window.library.conformance(new TextEncoder().encode(lines))),
      questions.map((question) => JSON.stringify(question)).join("\n") + "\n",
    );
    const found = new Map(answers.trim().split("\n").map((line) => JSON.parse(line)).map(({ id, ...answer }) => [id, answer]));
    for (const { expect, id } of cases) {
      for (const [release, { error, ...expected }] of Object.entries(expect)) {
        const { error: message, ...answer } = found.get(`${id} ${release}`);
        const answered = Object.fromEntries(Object.keys(expected).map((name) => [name, answer[name]]));
        // A set; the policy's own deletions are in order.
        for (const one of [answered, expected]) one.deletes?.sort((first, second) => first - second);
        assert.deepEqual(answered, expected, `${id} ${release}`);
        assert.equal(message !== undefined, error !== undefined, `${id} ${release}`);
      }
      asked += 1;
    }
  }
  assert.ok(asked >= 5500);
  await page.context().close();
});

test("what the page downloads is what the command prints, byte for byte", async () => {
  const page = await open(browser, `policy=1W:1D,4W:1W,12M:1M&now=${NOW}&zone=Europe/Berlin&miss=5%25&weekly=3M&yearly=forever`);
  // The same as it would be beside a write-ahead log.
  const logged = readFileSync(join(root, "samples/photos.sqlite"));
  logged[18] = logged[19] = 2;
  writeFileSync(join(folder, "logged.sqlite"), logged);
  const tabs = { "Over the years": "", "Say what you want": "", "My backups": "photos.sqlite", Compare: "logged.sqlite" };
  execFileSync("cp", [join(root, "samples/photos.sqlite"), folder]);
  for (const [name, file] of Object.entries(tabs)) {
    await page.getByRole("tab", { name }).click();
    if (file) {
      await page.getByRole("tab", { name: "My backups" }).click();
      await page.getByTestId("files").setInputFiles(join(folder, file));
      await page.getByText(`${file}: 911 versions`).waitFor();
      await page.getByRole("tab", { name }).click();
    }
    await settled(page);
    // Of a database the page reads the versions and not the files, so it does not tell what is lost.
    const told = (await printed(page)).replace(/^  "loss": \{.*\},$/m, '  "loss": null,');
    assert.equal(await downloaded(page), told, name);
  }
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("for 200 random policies and histories, the page shows what the command answers", async () => {
  const page = await open(browser, `now=${NOW}&zone=Europe/Berlin&show=job`);
  const random = generator(Number(process.env.SEED ?? 15));
  const pick = (list) => list[random(list.length)];
  const span = () => `${1 + random(40)}${pick(["D", "D", "W", "M", "h", "Y"])}`;
  const newest = Date.parse(NOW) / 1000;
  for (let number = 0; number < 200; number++) {
    const policy = Array.from({ length: 1 + random(4) }, () => `${pick(["U", span(), span(), span()])}:${pick(["U", span(), span()])}`).join(",");
    let time = newest - random(86_400);
    const lines = Array.from({ length: 1 + random(20) }, () => {
      time -= 1 + random(pick([7200, 86_400, 30 * 86_400]));
      return JSON.stringify({ time: new Date(time * 1000).toISOString().replace(".000", ""), partial: random(8) === 0 });
    });
    const file = join(folder, `list-${number}.jsonl`);
    writeFileSync(file, `${lines.join("\n")}\n`);
    const release = pick(["2.1", "2.2", "2.3.0", "2.3.1"]);
    await page.getByRole("radio", { name: release }).check();
    await page.getByRole("textbox", { name: "Retention policy" }).fill(policy);
    await page.getByTestId("files").setInputFiles(file);
    await page.getByText(`list-${number}.jsonl: ${lines.length} version`).waitFor();
    await settled(page);
    let report;
    try {
      report = JSON.parse(await printed(page));
    } catch {
      assert.ok((await page.locator(".problems .error").count()) > 0, `${policy} in ${release}`);
      continue;
    }
    const context = `${policy} in ${release}, ${file}`;
    await page.waitForFunction(
      ([count, last]) => document.querySelectorAll(".list .row").length === count && document.querySelector(".list .row")?.innerText.includes(last),
      [report.versions.length, (report.versions[0].next_backup ?? report.versions[0]).reason],
    ).catch(() => assert.fail(`the list of ${context}`));
    const sums = (await page.locator(".sum strong").allInnerTexts()).map(Number);
    const { kept, deleted } = report.next_backup ?? report.summary;
    assert.deepEqual(sums, [kept, deleted], context);
    const shown = await page.locator(".list .row").evaluateAll((rows) =>
      rows.map((row) => [row.querySelector(".cell-0").innerText, row.classList.contains("deleted"), row.querySelector(".cell-4 [lang]").innerText]),
    );
    const expected = report.versions.map(({ version, next_backup: next, ...now }) => [String(version), (next ?? now).deleted, (next ?? now).reason]);
    assert.deepEqual(shown, expected, context);
    assert.equal(await page.locator(".problems .error").count(), report.dangers.length + report.blockers.length, context);
  }
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

/** Whole numbers below a limit, the same for the same seed. */
function generator(seed) {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
