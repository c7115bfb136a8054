import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { FIRM } from "../units.ts";
import { formatDuration, formatNotice } from "../policy/duration.ts";
import { InputError } from "./input-error.ts";
import { readPolicy } from "./policy-json.ts";
import { openText, textSource } from "./source.ts";

const benchmark = fileURLToPath(new URL("../../policies/benchmark.json", import.meta.url));

interface PolicyFile extends Record<string, unknown> {
  rungs: Record<string, unknown>[];
  allowed_wait: Record<string, unknown>[];
}

/** The benchmark policy after a change. */
function changed(change: (file: PolicyFile) => void): Promise<unknown> {
  const file = JSON.parse(readFileSync(benchmark, "utf8")) as PolicyFile;
  change(file);
  return readPolicy(textSource("p.json", JSON.stringify(file)));
}

describe("the benchmark policy", () => {
  test("has the notices, durations, prices and compensation of the published benchmark", async () => {
    const policy = await readPolicy(await openText(benchmark));
    const rungs = policy.rungs.map((rung) => [
      formatNotice(rung.notice),
      formatDuration(rung.duration),
      rung.priceFactor,
    ]);
    expect(rungs).toEqual([
      ["firm", "24h", 1_000_000],
      ["24h", "72h", 800_000],
      ["4h", "24h", 650_000],
      ["15m", "24h", 500_000],
      ["2m", "24h", 400_000],
    ]);
    expect(policy.rungs[0]?.notice).toBe(FIRM);
    expect(policy.compensation).toEqual({ recall: 100_000, breach: 1_000_000 });
  });
});

describe("a policy file", () => {
  test("may write the last wait with up_to_gpus null or without it", async () => {
    const policy = await changed((file) => {
      file.allowed_wait = [{ up_to_gpus: null, wait: "15m" }];
    });
    expect(policy).toMatchObject({ allowedWaits: [{ upTo: null, wait: 900_000 }] });
  });

  const REFUSED: readonly [string, (file: PolicyFile) => void, string][] = [
    [
      "an unknown key",
      (file) => void Object.assign(file.rungs[1] ?? {}, { notise: "3h" }),
      "p.json: rungs[1]: expected no keys but those of a policy, found notise",
    ],
    [
      "a missing key",
      (file) => void delete file["epsilon"],
      "p.json: epsilon: expected number, found nothing",
    ],
    [
      "text for a number",
      (file) => void (file["epsilon"] = "0.02"),
      `p.json: epsilon: expected number, found "0.02"`,
    ],
    [
      "a notice that is none",
      (file) => void Object.assign(file.rungs[1] ?? {}, { notice: "3x" }),
      `p.json: rungs[1].notice: expected "firm" or a duration (24h, 15m), found "3x"`,
    ],
    [
      "a number for a duration",
      (file) => void Object.assign(file.rungs[1] ?? {}, { duration: 3 }),
      "p.json: rungs[1].duration: expected a duration (90s, 2m, 4h, 3d), found 3",
    ],
    [
      "a lot in fractions",
      (file) => void (file["lot_gpus"] = 1.5),
      "p.json: lot_gpus: expected int, found 1.5",
    ],
    [
      "another way out of a shortfall",
      (file) => void (file["on_shortfall"] = "pray"),
      `p.json: on_shortfall: expected one of break, wait, found "pray"`,
    ],
    [
      "two faults",
      (file) => void Object.assign(file, { epsilon: null, lot_gpus: null }),
      "(and 1 more fault)",
    ],
    [
      "a contradiction",
      (file) => void Object.assign(file.rungs[1] ?? {}, { duration: "24h" }),
      "p.json: rungs[1].duration: expected no contradiction, found duration_within_notice: make the contract longer than its notice of 24h",
    ],
    [
      "several contradictions",
      (file) => void Object.assign(file, { epsilon: 2, reserve_gpus: -1 }),
      "reserve_negative: a reserve is 0 GPUs or more; epsilon: epsilon_out_of_range",
    ],
  ];

  test.each(REFUSED)("with %s is refused", async (_name, change, message) => {
    const error: unknown = await changed(change).catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toContain(message);
  });

  test.each([
    ['{\n"lot_gpus": 8,\n}', "p.json:3: expected JSON"],
    ["", "p.json: expected JSON"],
    ["[]", "p.json: the policy: expected object, found []"],
  ])("of %j is refused", async (text, message) => {
    await expect(readPolicy(textSource("p.json", text))).rejects.toThrow(message);
  });
});
