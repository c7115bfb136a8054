import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

/**
 * The quickstart, pasted: each `sh` block is run by one bash in the order of the page, in a fresh folder, and what it
 * prints must be what the `text` block below it shows.
 */
const root = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(join(root, "docs/quickstart.md"), "utf8");
const FIVE_MINUTES_MS = 300_000;

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "spillway-quickstart-"));
  symlinkSync(join(root, "spillway"), join(folder, "spillway"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Step {
  readonly command: string;
  readonly shown: string;
}

/** Each `sh` block with the `text` block that follows it. */
function stepsOf(markdown: string): Step[] {
  const blocks = [...markdown.matchAll(/^```(sh|text)\n([\s\S]*?)^```$/gm)];
  return blocks.flatMap(([, kind, command = ""], index) => {
    const [, next, shown = ""] = blocks[index + 1] ?? [];
    return kind === "sh" ? [{ command, shown: next === "text" ? shown : "" }] : [];
  });
}

/** `…` is anything within a line, and a line that is `…` any number of lines; columns may be wider or narrower. */
function patternOf(shown: string): RegExp {
  const lines = shown
    .trimEnd()
    .split("\n")
    .map((line) =>
      line === "…" ? "(?:.*\\n)*?" : `${line.split("…").map(literal).join(".*")}\\s*\\n`,
    );
  return new RegExp(`^${lines.join("")}$`);
}

function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll(/ +/g, " *");
}

/** All blocks in one shell, with a mark between them; a shell that goes leaves nothing running. */
function scriptOf(steps: readonly Step[]): string {
  const marked = steps.map(({ command }) => `${command}\necho "${MARK}$?"\n`);
  return `trap 'kill $(jobs -p) 2>/dev/null' EXIT\n${marked.join("")}`;
}

const MARK = "=== step ended: ";

test("every block of the quickstart runs as it stands and prints what is shown, within five minutes", async () => {
  const steps = stepsOf(page);
  expect(steps.length).toBeGreaterThan(8);
  const script = join(folder, "paste.sh");
  writeFileSync(script, scriptOf(steps));
  const began = performance.now();
  const run = spawnSync("bash", [script], {
    cwd: folder,
    encoding: "utf8",
    timeout: FIVE_MINUTES_MS,
    env: {
      ...process.env,
      SPILLWAY_PORT: String(await freePort()),
      XDG_CONFIG_HOME: join(folder, "config"),
    },
  });
  const printed = run.stdout.split(new RegExp(`${MARK}\\d+\n`));
  const log = readFileSync(join(folder, "spillway.log"), "utf8");
  for (const [index, { command, shown }] of steps.entries()) {
    const context = `${command}\n${run.stderr}\n${log.slice(-2000)}`;
    expect(printed[index] ?? "", context).toMatch(patternOf(shown));
  }
  expect(statSync(join(folder, "acme.pdf")).size).toBeGreaterThan(1000);
  expect(statSync(join(folder, "acme.key")).mode & 0o777).toBe(0o600);
  expect(performance.now() - began).toBeLessThan(FIVE_MINUTES_MS);
});

test("what a block prints is compared to the letter, but for what is left open", () => {
  const pattern = patternOf("ord_… 64 GPUs\n…\ntotal $3.00\n");
  expect("ord_1  64   GPUs\nanything\nmore\ntotal $3.00\n").toMatch(pattern);
  expect("ord_1  64   GPUs\ntotal $3.00\n").toMatch(pattern);
  expect("ord_1  65   GPUs\ntotal $3.00\n").not.toMatch(pattern);
  expect("ord_1  64   GPUs\ntotal $3.01\n").not.toMatch(pattern);
});

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
