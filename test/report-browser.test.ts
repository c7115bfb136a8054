import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { renderHtml } from "../src/report/html.ts";
import { sampleResult } from "../src/report/sample.test-data.ts";
import { LAUNCH, needChromium } from "./chromium.ts";

const CHARTS = ["timeline", "recalls", "reliability", "fan", "coverage", "calibration"];
const NAME = `</script><img src="https://example.invalid/x.png" onerror="document.title='owned'">.csv`;

let folder = "";
let browser: BrowserContext | undefined;

beforeAll(async () => {
  needChromium();
  folder = mkdtempSync(join(tmpdir(), "spillway-page-"));
  browser = await chromium.launchPersistentContext(join(folder, "profile"), {
    ...LAUNCH,
    deviceScaleFactor: 1,
  });
}, 60_000);

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Opened {
  readonly page: Page;
  readonly requests: string[];
  readonly complaints: string[];
}

async function open(
  width: number,
  colorScheme: "light" | "dark",
  html = sampleHtml(),
): Promise<Opened> {
  if (!browser) throw new Error("the browser did not start");
  const file = join(folder, "page.html");
  writeFileSync(file, html);
  const page = await browser.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  await page.route(/^(?!file:|data:)/, async (route) => {
    requests.push(route.request().url());
    await route.abort();
  });
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme });
  await page.goto(pathToFileURL(file).href);
  return { page, requests, complaints };
}

function sampleHtml(): string {
  return renderHtml(sampleResult({ name: NAME }), {
    policyName: "benchmark",
    version: "0.1.0",
    command: `spillway backtest '${NAME}' --html page.html`,
  });
}

/** Distinct colours on the chart's canvas: an empty one has a single one. Runs in the page. */
const COUNT_COLORS = `(id) => {
  const canvas = document.querySelector("#" + id + " canvas");
  if (!canvas) return 0;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const seen = new Set();
  for (let i = 0; i < data.length; i += 4) seen.add(data[i] << 24 | data[i + 1] << 16 | data[i + 2] << 8 | data[i + 3]);
  return seen.size;
}`;

async function colorsOf(page: Page, id: string): Promise<number> {
  return await page.evaluate(`(${COUNT_COLORS})(${JSON.stringify(id)})`);
}

async function pixelsOf(page: Page, id: string): Promise<string> {
  return await page.evaluate(`document.querySelector("#${id} canvas").toDataURL()`);
}

async function widthsOf(page: Page): Promise<readonly [content: number, window: number]> {
  return await page.evaluate(
    "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
  );
}

test.each([
  [1440, "light"],
  [1440, "dark"],
  [390, "light"],
  [390, "dark"],
] as const)(
  "at %i px in %s every chart is drawn, nothing is fetched and nothing overflows",
  async (width, scheme) => {
    const { page, requests, complaints } = await open(width, scheme);
    for (const id of CHARTS) expect([id, (await colorsOf(page, id)) > 3]).toEqual([id, true]);
    const [content, window] = await widthsOf(page);
    expect(content).toBeLessThanOrEqual(window);
    expect(await page.title()).toContain(NAME);
    expect(requests).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  },
  60_000,
);

test("the period, the bands and the forecast can be chosen with the keyboard", async () => {
  const { page, complaints } = await open(1440, "light");
  for (const [control, chart] of [
    ["#timeline-zoom [data-period='10080']", "timeline"],
    ["#timeline-zoom [aria-label='Earlier']", "recalls"],
    ["#timeline-legend button:first-child", "timeline"],
    ["#fan-on", "fan"],
  ] as const) {
    const before = await pixelsOf(page, chart);
    await page.focus(control);
    await page.keyboard.press("Enter");
    await page.waitForTimeout(150);
    expect([control, (await pixelsOf(page, chart)) !== before]).toEqual([control, true]);
  }
  expect(await page.getAttribute("#timeline-legend button:first-child", "aria-pressed")).toBe(
    "false",
  );
  expect(complaints).toEqual([]);
  await page.close();
}, 60_000);

test("a trace in which nothing happened still makes a page without complaint", async () => {
  const { report, series } = sampleResult({ hours: 24 });
  const bare = {
    report: {
      ...report,
      sold: { ...report.sold, by_notice: [] },
      reliability: [],
      forecast: { pinball_ratio: null, by_lead: [] },
    },
    series: {
      ...series,
      time: [],
      capacity: [],
      owner: [],
      queued: [],
      unsold: [],
      outage: [],
      by_notice: [],
      recalled: [],
      breached: [],
      fans: [],
      calibration: [],
    },
  };
  const html = renderHtml(bare, { policyName: "benchmark", version: "0.1.0", command: "spillway" });
  const { page, complaints } = await open(390, "light", html);
  expect(await page.locator("canvas").count()).toBe(0);
  expect(complaints).toEqual([]);
  await page.close();
}, 60_000);
