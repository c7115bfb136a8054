import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What everything may stand on. */
const GROUND = ["units.ts", "elementary.ts", "state-hash.ts", "hashed-map.ts"];
/** What the outside must be able to do, as types: for all but the core. */
const PORTS = "ports.ts";

const MARKET = ["schedule", "fleet", "policy", "surplus", "contracts", "recall"];

/** Folder → folders it may import, besides itself and the ground. Whatever is not listed is refused. */
const CORE: Record<string, readonly string[]> = {
  schedule: [],
  policy: [],
  fleet: ["schedule"],
  surplus: ["schedule", "fleet", "policy"],
  contracts: ["schedule", "fleet", "policy"],
  recall: ["schedule", "fleet", "policy", "surplus", "contracts"],
  market: MARKET,
  "limit-book": [],
  auction: ["schedule"],
  ledger: [],
  accounts: ["ledger"],
  billing: ["schedule", "ledger", "contracts"],
  delivery: ["schedule", "contracts"],
  owner: ["schedule", "fleet", "policy"],
  invoicing: ["ledger"],
  rental: [...MARKET, "market"],
  exchange: [
    ...MARKET,
    "market",
    "ledger",
    "accounts",
    "billing",
    "owner",
    "auction",
    "rental",
    "invoicing",
    "delivery",
  ],
  operator: [...MARKET, "market"],
};
const core = Object.keys(CORE);
const EDGES: Record<string, readonly string[]> = {
  wire: ["policy"],
  views: [...core, "wire", "paper"],
  journal: [...core, "views"],
  backtest: core,
  store: ["ledger"],
  verify: [...core, "journal", "views", "store"],
  webhooks: [...core, "journal", "views", "wire"],
  clusters: [...core, "readers"],
  service: [...core, "journal", "views", "wire"],
  http: [...core, "journal", "views", "wire", "service", "paper", "markup", "payments", "webhooks"],
  readers: [...core, "backtest", "wire"],
  demo: [...core, "backtest"],
  markup: [],
  report: ["backtest", "markup"],
  paper: ["policy", "ledger", "invoicing", "wire", "markup"],
  payments: [],
  client: ["http"],
  labs: [],
  server: [
    ...core,
    "journal",
    "views",
    "wire",
    "store",
    "clusters",
    "demo",
    "service",
    "http",
    "payments",
    "webhooks",
  ],
  cli: [
    ...core,
    "backtest",
    "readers",
    "demo",
    "report",
    "journal",
    "views",
    "wire",
    "store",
    "clusters",
    "service",
    "http",
    "server",
    "verify",
    "paper",
    "client",
    "payments",
    "labs",
  ],
};

/** What makes a function answer differently on another day or another machine. */
const IMPURE = [
  [/\bDate\.now\b|\bnew Date\b|\bTemporal\b|\bperformance\./, "reads a clock"],
  [/\bMath\.random\b|\bcrypto\./, "draws a random number"],
  [/\bprocess\.|\bconsole\./, "touches the outside"],
  [/\btoLocale\w*|\blocaleCompare\b|\bIntl\./, "depends on the locale"],
  [/\bsetTimeout\b|\bsetInterval\b|\basync\b|\bawait\b/, "waits"],
  [
    /\bMath\.(exp|expm1|log|log2|log10|log1p|pow|sin|cos|tan|tanh|cbrt|hypot)\b|\*\*/,
    "uses a function whose last bit may differ between machines",
  ],
] as const;

function stripComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
}

function folderOf(file: string): string {
  return normalize(file).split("/")[1] ?? "";
}

function importsOf(text: string): string[] {
  const found = text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g);
  return [...found].map((match) => match[1] ?? "");
}

function faultsOfImport(file: string, target: string): string[] {
  const folder = folderOf(file);
  if (folder === "main.ts") return [];
  const allowed =
    folder === PORTS
      ? ["schedule", "ledger", "fleet", "delivery"]
      : (CORE[folder] ?? EDGES[folder]);
  if (GROUND.includes(folder)) {
    const isGround = GROUND.includes(normalize(join(dirname(file), target)).slice("src/".length));
    return isGround ? [] : [`${file} imports ${target}: the ground stands on nothing`];
  }
  if (!allowed) return [`${file} lies in ${folder}, which no layer names`];
  if (!target.startsWith(".")) {
    return folder in CORE ? [`${file} imports ${target}: the core has no dependencies`] : [];
  }
  const there = folderOf(join(dirname(file), target));
  if (there === folder || GROUND.includes(there) || allowed.includes(there)) return [];
  if (there === PORTS && !(folder in CORE)) return [];
  return [`${file} imports ${target}: ${folder} may not know ${there}`];
}

function faultsOfPurity(file: string, text: string): string[] {
  if (!(folderOf(file) in CORE) && !GROUND.includes(folderOf(file))) return [];
  return IMPURE.filter(([pattern]) => pattern.test(text)).map(
    ([pattern, reason]) => `${file} ${reason} (${pattern.exec(text)?.[0] ?? ""}): the core is pure`,
  );
}

function faultsOf(file: string, text: string): string[] {
  const code = stripComments(text);
  const imports = importsOf(code).flatMap((target) => faultsOfImport(file, target));
  return [...imports, ...faultsOfPurity(file, code)];
}

/** Tests and what they are fed with may look anywhere. */
const files = globSync("src/**/*.ts", { cwd: root }).filter(
  (file) => !file.endsWith(".test.ts") && !file.endsWith(".test-data.ts"),
);

test("imports point one way and the core is pure", () => {
  expect(files.length).toBeGreaterThan(5);
  const faults = files.flatMap((file) => faultsOf(file, readFileSync(join(root, file), "utf8")));
  expect(faults).toEqual([]);
});

test.each([
  ["src/schedule/a.ts", `import { x } from "../market/b.ts";`, "schedule may not know market"],
  ["src/market/a.ts", `import { z } from "zod";`, "the core has no dependencies"],
  ["src/market/a.ts", `import { readFile } from "node:fs";`, "the core has no dependencies"],
  ["src/recall/a.ts", `const now = Date.now();`, "reads a clock"],
  ["src/surplus/a.ts", `const y = Math.exp(1);`, "may differ between machines"],
  ["src/market/a.ts", `names.sort((a, b) => a.localeCompare(b));`, "depends on the locale"],
  ["src/report/a.ts", `import { x } from "../cli/b.ts";`, "report may not know cli"],
  ["src/elsewhere/a.ts", `import { x } from "../units.ts";`, "which no layer names"],
])("%s with %s is refused: %s", (file, text, reason) => {
  expect(faultsOf(file, text).join("\n")).toContain(reason);
});
