/** The built page in Chromium, opened as a file. */
import { chromium } from "playwright-core";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const address = pathToFileURL(fileURLToPath(new URL("../dist/index.html", import.meta.url))).href;
export const NOW = "2026-11-23T10:00:00Z";

export const launch = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });

/** A page in a state; its list `problems` has what went wrong or was requested. */
export async function open(browser, hash = `now=${NOW}&zone=Europe/Berlin`, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 }, locale: "en-GB", timezoneId: "Europe/Berlin", ...options,
  });
  const page = await context.newPage();
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(error.message));
  page.on("console", (message) => message.type() === "error" && page.problems.push(message.text()));
  page.on("request", (request) => {
    if (!/^(file|blob|data):/.test(request.url())) page.problems.push(`request to ${request.url()}`);
  });
  await page.goto(`${address}#${hash}`);
  await page.getByRole("heading", { level: 1 }).waitFor({ timeout: 60_000 });
  return page;
}

/** Waits until every answer is that to the latest question. */
export async function settled(page) {
  await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'), null, { timeout: 60_000 });
}
