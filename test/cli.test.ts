import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BacktestReport } from "../src/backtest/report.ts";
import { FAMILIES } from "../src/demo/families.ts";
import { stepStart } from "../src/fleet/usage.ts";
import { carriedOut } from "./carried-out.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Two weeks of warm-up, and a few days in which something is sold. */
const DAYS = 18;
let folder = "";
let usage = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "spillway-cli-"));
  usage = write("usage.csv", usageCsv(DAYS));
});

afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** A small synthetic cluster as a usage file. */
function usageCsv(days: number): string {
  const tiny = FAMILIES.find((family) => family.name === "tiny");
  const { trace } = tiny!.generate({ seed: 3, days });
  const rows = Array.from(trace.demand, (demand, index) =>
    [new Date(stepStart(trace, index)).toISOString(), demand, trace.total[index]].join(","),
  );
  return ["time,gpus_in_use,gpus_total", ...rows, ""].join("\n");
}

function spillway(
  args: readonly string[],
  input?: string | Uint8Array,
  program = join(root, "spillway"),
) {
  const run = spawnSync(program, args, { encoding: "utf8", input, cwd: folder });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

test("a usage file gives every published key, and the same hash as gzip on standard input", () => {
  const first = spillway(["backtest", usage, "--json"]);
  expect(first.err).toBe("");
  expect(first.code).toBe(0);
  const report = JSON.parse(first.out) as BacktestReport;
  expect(Object.keys(report)).toEqual(
    expect.arrayContaining(["trace", "sold", "breach", "firm", "owner", "forecast", "revenue_usd"]),
  );
  expect(report.trace.gpus_total).toBe(64);
  expect(report.trace.warm_up_hours).toBe(14 * 24 - 1);
  expect(report.sold.by_notice.map((row) => row.notice)).toEqual([
    "firm",
    "24h",
    "4h",
    "15m",
    "2m",
  ]);
  expect(report.owner.policy_violations).toBe(0);
  const zipped = spillway(["backtest", "-", "--json"], gzipSync(readFileSync(usage)));
  const second = JSON.parse(zipped.out) as BacktestReport;
  expect(second.state_hash).toBe(report.state_hash);
});

test("the summary fits a terminal and the page is written where it was asked for", () => {
  const page = join(folder, "report.html");
  const run = spillway(["backtest", usage, "--html", page]);
  expect(run.code).toBe(0);
  expect(run.out).toMatch(/of .* idle GPU-hours sold, for \$/);
  expect(run.out.split("\n").every((line) => line.length <= 100)).toBe(true);
  const html = readFileSync(page, "utf8");
  expect(html).toContain("</html>");
  expect(html).toContain("spillway backtest usage.csv --html report.html");
  expect(html).not.toContain(folder);
  expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
});

test.each([
  ["a missing folder", ["FOLDER/none/page.html"], /its folder is not there/],
  ["a directory", ["FOLDER"], /it is a directory/],
  ["a device", ["/dev/null"], /it is not a file/],
  ["a missing folder, of the demo", ["FOLDER/none/page.html", "--demo"], /-A100-80G|-H100/],
])(
  "a page at %s is refused before the walk, and nothing is left",
  async (_, [html, demo], message) => {
    const before = readdirSync(folder);
    const path = html!.replace("FOLDER", folder);
    const run = await carriedOut(["backtest", demo ?? usage, "--html", path]);
    expect(run.err).toMatch(/^spillway: --html: .* cannot be written: /);
    expect(run.err).toMatch(message);
    expect(run.code).toBe(2);
    expect(run.out).toBe("");
    expect(readdirSync(folder)).toEqual(before);
  },
);

test("a reader who has seen enough ends the program quietly", () => {
  const script = '"$0" backtest "$1" --json; echo "code $?" >&2';
  const args = ["-c", `{ ${script}; } | true`, join(root, "spillway"), usage];
  expect(spawnSync("/bin/sh", args, { encoding: "utf8" }).stderr).toBe("code 0\n");
});

test("what an error quotes cannot steer the terminal", () => {
  const run = spillway(["backtest", "\u001B]0;owned\u0007\u009B2Jnone.csv"]);
  expect(run.err).toMatch(/none\.csv: expected a file/);
  expect(run.err.trimEnd()).not.toMatch(/\p{C}/u);
  expect(run.code).toBe(2);
  const option = spillway(["backtest", "--\u009B2Jfast"]);
  expect(option.err.replaceAll("\n", "")).not.toMatch(/\p{C}/u);
});

test("it runs through a link, and from a folder whose name has a space and a sign", () => {
  const home = join(folder, "in a #1 folder");
  for (const part of ["src", "policies", "package.json", "spillway"]) {
    cpSync(join(root, part), join(home, part), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(home, "node_modules"));
  symlinkSync(join(home, "spillway"), join(folder, "linked"));
  const run = spillway(["backtest", usage, "--json"], undefined, join(folder, "linked"));
  expect(run.err).toBe("");
  expect(run.code).toBe(0);
});

test("without its dependencies it says what to run", () => {
  const home = join(folder, "bare");
  mkdirSync(home);
  cpSync(join(root, "spillway"), join(home, "spillway"));
  const run = spillway(["--version"], undefined, join(home, "spillway"));
  expect(run.err).toMatch(/dependencies are not installed\. Run 'npm ci'/);
  expect(run.code).toBe(2);
});

test("a job log is replayed on the GPUs that are given", () => {
  const rows = Array.from({ length: DAYS * 24 }, (_, hour) => {
    const submit = new Date(Date.UTC(2026, 0, 1) + hour * 3_600_000).toISOString();
    return `${submit},${600 + (hour % 7) * 900},${8 * (1 + (hour % 5))},team`;
  });
  const jobs = write("jobs.csv", ["submit_time,duration_s,gpus,group", ...rows, ""].join("\n"));
  const run = spillway(["backtest", jobs, "--gpus", "128", "--json"]);
  expect(run.err).toBe("");
  const report = JSON.parse(run.out) as BacktestReport;
  expect(report.trace.gpus_total).toBe(128);
  expect(report.owner.wait_minutes.max).toBeLessThanOrEqual(15);
  expect(report.owner.policy_violations).toBe(0);
});

test("buyers from a job log buy what they want and no more", () => {
  const buyers = write(
    "buyers.csv",
    "submit_time,duration_s,gpus,group\n2026-01-01T00:00:00Z,7200,8,a\n2026-01-02T00:00:00Z,3600,16,b\n",
  );
  const run = spillway(["backtest", usage, "--demand", buyers, "--json"]);
  const report = JSON.parse(run.out) as BacktestReport;
  expect(report.sold.gpu_hours).toBeGreaterThan(0);
  expect(report.sold.gpu_hours).toBeLessThanOrEqual(8 * 2 + 16);
});

const HEADER = "time,gpus_in_use,gpus_total\n";

test.each([
  ["an empty file", "", /empty/],
  ["another format", "a,b\n1,2\n", /usage \(time,gpus_in_use,gpus_total\)/],
  ["binary", new Uint8Array([0, 1, 2, 255, 254]), /binary|UTF-8/i],
  ["a negative count", `${HEADER}2026-01-01T00:00:00Z,-1,64\n`, /:2: column gpus_in_use/],
  ["an absurd count", `${HEADER}2026-01-01T00:00:00Z,1,1e12\n`, /:2: column gpus_total/],
  ["a time without a zone", `${HEADER}2026-01-01T00:00:00,1,64\n`, /:2: column time/],
])("%s is refused with exit code 2, and nothing is written", async (_, content, message) => {
  const page = join(folder, "never.html");
  const run = await carriedOut(["backtest", write("bad.csv", content), "--html", page]);
  expect(run.err).toMatch(message);
  expect(run.code).toBe(2);
  expect(run.out).toBe("");
  expect(existsSync(page)).toBe(false);
});

test.each([
  ["no file", [], /give a FILE, or --demo/],
  ["both", ["x.csv", "--demo"], /give a FILE, or --demo/],
  ["a file that is not there", ["missing.csv"], /missing\.csv/],
  ["a price of nothing", ["--demo", "--price", "0"], /--price/],
  ["no whole GPUs", ["--demo", "--gpus", "1.5"], /--gpus/],
  ["an unknown option", ["--demo", "--fast"], /unknown option/],
  ["an unknown gap rule", ["--demo", "--gaps", "guess"], /--gaps/],
])("%s: the command line is refused with exit code 2", async (_, args, message) => {
  const run = await carriedOut(["backtest", ...args]);
  expect(run.err).toMatch(message);
  expect(run.code).toBe(2);
});

test("a history of less than two weeks is refused", async () => {
  const run = await carriedOut(["backtest", write("short.csv", usageCsv(13))]);
  expect(run.err).toMatch(/has 13\.0 days of readings outside outages; a forecast needs two weeks/);
  expect(run.code).toBe(2);
});

test("weeks of outage are no history", async () => {
  const rows = Array.from({ length: 30 * 24 }, (_, hour) => {
    const time = new Date(Date.UTC(2026, 0, 1) + hour * 3_600_000).toISOString();
    return `${time},${hour < 240 ? 8 : 0},64`;
  });
  const down = write("down.csv", [HEADER.trim(), ...rows, ""].join("\n"));
  const run = await carriedOut(["backtest", down]);
  expect(run.err).toMatch(/has 10\.0 days of readings outside outages/);
  expect(run.code).toBe(2);
});

test("a policy that contradicts itself is refused with what to change", async () => {
  const policy = JSON.parse(readFileSync(join(root, "policies/benchmark.json"), "utf8")) as {
    rungs: { duration: string }[];
  };
  policy.rungs[1]!.duration = "12h";
  const run = await carriedOut([
    "backtest",
    usage,
    "--policy",
    write("p.json", JSON.stringify(policy)),
  ]);
  expect(run.err).toMatch(/longer than (its|the) notice/);
  expect(run.code).toBe(2);
});

test("--help teaches with examples", async () => {
  const run = await carriedOut(["backtest", "--help"]);
  expect(run.code).toBe(0);
  expect(run.out).toMatch(/Examples:[\s\S]*spillway backtest --demo/);
});
