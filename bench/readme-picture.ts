/**
 * Draws the picture in the README: what the page of the demo's backtest says first, and its timeline, in Chromium.
 *
 * `node bench/readme-picture.ts` writes `docs/images/backtest.png`.
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { runBacktest } from "../src/backtest/run-backtest.ts";
import { demoHistories } from "../src/cli/histories.ts";
import { version } from "../src/cli/version.ts";
import { readPolicy } from "../src/readers/policy-json.ts";
import { openText } from "../src/readers/source.ts";
import { renderHtml } from "../src/report/html.ts";
import { assert, microUsdPerGpuHour } from "../src/units.ts";
import { LAUNCH, needChromium } from "../test/chromium.ts";

const CLUSTER = "A100-80G";
const TARGET = fileURLToPath(new URL("../docs/images/backtest.png", import.meta.url));
const POLICY = fileURLToPath(new URL("../policies/benchmark.json", import.meta.url));
const WIDTH = 1100;
/** Leaves out what stands between the page's answer and its timeline, and all below. */
const ONLY_ANSWER_AND_TIMELINE = `main > section:not(.opening, [aria-labelledby="h-timeline"]) { display: none }`;
const END_OF_TIMELINE = `document.querySelector("#timeline").getBoundingClientRect().bottom`;

async function demoPage(): Promise<string> {
  const history = demoHistories(1).find(({ name }) => name === CLUSTER);
  assert(history !== undefined, `the demo has a cluster of ${CLUSTER}`);
  const result = runBacktest({
    past: history.past,
    calendar: history.calendar,
    policy: await readPolicy(await openText(POLICY)),
    price: microUsdPerGpuHour(2_000_000n),
    demand: null,
    seed: 1,
    onProgress: () => undefined,
  });
  return renderHtml(result, {
    policyName: "benchmark",
    version: version(),
    command: "spillway backtest --demo --html page.html",
  });
}

async function draw(page: string, folder: string): Promise<void> {
  const file = join(folder, "page.html");
  writeFileSync(file, page);
  const browser = await chromium.launchPersistentContext(join(folder, "profile"), {
    ...LAUNCH,
    colorScheme: "light",
    deviceScaleFactor: 1.25,
    viewport: { width: WIDTH, height: 1400 },
  });
  try {
    const tab = await browser.newPage();
    await tab.goto(pathToFileURL(file).href);
    await tab.addStyleTag({ content: ONLY_ANSWER_AND_TIMELINE });
    await tab.waitForTimeout(500);
    const height = Math.ceil(await tab.evaluate<number>(END_OF_TIMELINE));
    await tab.screenshot({ path: TARGET, clip: { x: 0, y: 0, width: WIDTH, height } });
  } finally {
    await browser.close();
  }
}

needChromium();
const folder = mkdtempSync(join(tmpdir(), "spillway-picture-"));
try {
  await draw(await demoPage(), folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${TARGET}: ${Math.round(statSync(TARGET).size / 1024)} KB`);
