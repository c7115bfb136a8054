import type { Random } from "../../../src/demo/random.ts";
import { oneOf, whole } from "../../../sim/draw.ts";

/** Texts that have broken something somewhere. */
const TEXTS: readonly string[] = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\u202e\u200b",
  "Ünïcödé 💥",
  "null",
  "undefined",
  "NaN",
  "-0",
  "1e309",
  "0x10",
  "00000000000000000000001",
  "9007199254740993",
  "99999999999999999999999999.999999",
  "-1.00",
  "1.0000000001",
  "' or '1'='1",
  "'; drop table documents; --",
  "$1",
  "%00",
  "%s%n%x",
  "%",
  "../../etc/passwd",
  "..%2f..%2fetc%2fpasswd",
  "<script>alert(1)</script>",
  "{{7*7}}",
  "${jndi:ldap://127.0.0.1/a}",
  "\r\nSet-Cookie: a=b",
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "toString",
  "0s",
  "999999999999999999d",
  "-5m",
  "firm",
  "0001-01-01T00:00Z",
  "+275760-09-13T00:00:00Z",
  "2026-02-30T00:00:00Z",
  "9999-12-31T23:59:59.999Z",
  "2026-12-01T08:00:00",
  "2026-12-01T08:00:30Z",
];

const NUMBERS: readonly number[] = [
  0,
  -0,
  -1,
  0.5,
  1e-9,
  1e21,
  1e308,
  -1e308,
  2 ** 31,
  2 ** 53,
  2 ** 53 - 1,
  -(2 ** 53),
  10_000_000,
];

/** Anything at all that JSON can carry, mostly small. */
export function garbage(random: Random, depth = 0): unknown {
  switch (whole(random, 0, depth > 3 ? 3 : 6)) {
    case 0:
      return oneOf(random, NUMBERS);
    case 1:
      return oneOf(random, [null, true, false]);
    case 2:
    case 3:
      return garbageText(random);
    case 4:
      return Array.from({ length: whole(random, 0, 3) }, () => garbage(random, depth + 1));
    case 5:
      return tower(random);
    default:
      // By JSON.parse, so that "__proto__" is a key as any other.
      return JSON.parse(
        `{${JSON.stringify(garbageText(random))}: ${JSON.stringify(garbage(random, depth + 1))}}`,
      );
  }
}

export function garbageText(random: Random): string {
  const text = oneOf(random, TEXTS);
  return whole(random, 0, 40) === 0 ? (text || "x").repeat(whole(random, 1, 4_000)) : text;
}

/** Lists in lists, deeper than a call stack where it is rarely asked for. */
function tower(random: Random): unknown {
  let inner: unknown = [];
  for (let height = whole(random, 1, 60); height > 0; height--) inner = [inner];
  return inner;
}
