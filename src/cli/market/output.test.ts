import { expect, test } from "vitest";
import { card, describe, number, table, text, time } from "./output.ts";

interface Row {
  readonly id: string;
  readonly gpus: number | null;
  readonly at: string | null;
}

const COLUMNS = [
  text<Row>("order", ({ id }) => id),
  number<Row>("GPUs", ({ gpus }) => gpus),
  time<Row>("start (UTC)", ({ at }) => at),
];

/** Without the bold of its first line. */
function plain(shown: string): string[] {
  // oxlint-disable-next-line no-control-regex
  return shown.replaceAll(/\u001B\[\d+m/g, "").split("\n");
}

test("a table has its names above, numbers to the right, and a dash for what is not there", () => {
  const rows = [
    { id: "ord_1", gpus: 8, at: "2026-12-01T08:00:00Z" },
    { id: "ord_22", gpus: 1024, at: null },
    { id: "ord_3", gpus: null, at: null },
  ];
  expect(plain(table(COLUMNS, rows))).toEqual([
    "order   GPUs  start (UTC)",
    "ord_1      8  2026-12-01 08:00",
    "ord_22  1024  –",
    "ord_3      –  –",
  ]);
});

test("names from outside can neither steer the terminal nor break a line", () => {
  const shown = table(COLUMNS, [{ id: "\u001B[31mred\nline\u0007", gpus: 1, at: null }]);
  expect(plain(shown)[1]).toBe("redline     1  –");
  expect(card([["name", "a\u001B]0;title\u0007b\r\n"]])).toBe("name  ab");
});

test("one thing is shown with all its fields, its id first and its lists as tables", () => {
  const shown = plain(
    describe({
      price: "1.00",
      end: "2026-12-01T08:00:00Z",
      id: "ord_1.0",
      skus: ["A", "B"],
      resold_from: null,
      compensation: { recall: 0.1, breach: 1 },
      fabrics: [{ fabric: "f-1", gpus: 8 }],
      cuts: [],
    }),
  );
  expect(shown).toEqual([
    "id            ord_1.0",
    "end           2026-12-01 08:00",
    "price         1.00",
    "skus          A, B",
    "resold from   –",
    "compensation  recall 0.1, breach 1",
    "cuts          –",
    "",
    "fabrics",
    "fabric  gpus",
    "f-1        8",
  ]);
});
