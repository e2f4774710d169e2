/**
 * Takes the pictures that README.md shows, and one of every part of the page for whoever looks it
 * over: `node web/tests/pictures.mjs [FOLDER]`.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launch, NOW, open, root, settled } from "./browser.mjs";

const folder = process.argv[2];
const browser = await launch();
const POLICY = "1W:1D,4W:1W,12M:1M";
const state = `policy=${POLICY}&now=${NOW}&zone=Europe/Berlin`;

async function drop(page) {
  await page.getByTestId("files").setInputFiles(join(root, "samples/photos.sqlite"));
  await page.getByText("photos.sqlite: 911 versions").waitFor();
  await settled(page);
}

if (folder) {
  mkdirSync(folder, { recursive: true });
  const parts = { error: "policy=7D:1D,4w:1W", years: "", compose: "all=7D&daily=3M&monthly=forever&show=compose", job: "show=job", compare: "show=compare" };
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [375, 1280]) {
      for (const [name, more] of Object.entries(parts)) {
        const page = await open(browser, `${more.startsWith("policy") ? state.replace(/policy=[^&]*/, more) : `${state}&${more}`}`, {
          colorScheme, viewport: { width, height: 900 },
        });
        if (name === "job") await drop(page);
        await settled(page);
        await page.waitForTimeout(300);
        await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
        await page.context().close();
      }
    }
  }
} else {
  const page = await open(browser, state.replace(POLICY, "7D:23h,28D:167h,360D:719h"), { viewport: { width: 1000, height: 900 } });
  await settled(page);
  const { y } = await page.getByRole("tablist").boundingBox();
  await page.screenshot({ path: join(root, "docs/page.png"), fullPage: true, clip: { x: 0, y: 0, width: 1000, height: y - 8 } });
  await page.getByRole("button", { name: "Next deletion" }).scrollIntoViewIfNeeded();
  const days = page.locator("section", { has: page.getByRole("heading", { name: "Day by day" }) });
  await page.getByRole("slider", { name: "Day" }).fill("1600");
  await page.getByRole("button", { name: "Next deletion" }).click();
  await days.screenshot({ path: join(root, "docs/page-days.png") });
  const narrow = await open(browser, `${state}&show=job`, { viewport: { width: 375, height: 760 }, colorScheme: "dark" });
  await drop(narrow);
  await narrow.locator(".sums").scrollIntoViewIfNeeded();
  await narrow.screenshot({ path: join(root, "docs/page-narrow.png") });
}
await browser.close();
