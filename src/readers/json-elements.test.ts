import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readElements } from "./json-elements.ts";
import type { TextSource } from "./source.ts";
import { textSource } from "./source.ts";

/** A text that arrives in pieces of `size` characters. */
function inPieces(text: string, size: number): TextSource {
  async function* pieces(): AsyncGenerator<string> {
    for (let from = 0; from < text.length; from += size) yield text.slice(from, from + size);
  }
  return { ...textSource("a.json", text), chunks: pieces() };
}

async function values(source: TextSource): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const elements of readElements(source, "jobs")) {
    all.push(...elements.map(({ value }) => value));
  }
  return all;
}

test("whatever the objects hold and however the text is cut, they come out as JSON.parse reads them", async () => {
  const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 5 });
  const spacing = fc.constantFrom(undefined, 1, "\t");
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(objects, fc.dictionary(fc.string(), fc.jsonValue()), spacing),
      fc.integer({ min: 1, max: 40 }),
      async ([jobs, beside, space], size) => {
        const { jobs: _, ...before } = beside;
        const text = JSON.stringify({ ...before, jobs, errors: [{ jobs: [{}] }] }, null, space);
        expect(await values(inPieces(text, size))).toEqual(JSON.parse(JSON.stringify(jobs)));
      },
    ),
    { numRuns: 1000 },
  );
});

test("an element knows the line it begins on", async () => {
  const source = textSource("a.json", `{\n"jobs": [\n{"a":\n1},\n\n{"b": 2}]}\n`);
  const lines: number[] = [];
  for await (const elements of readElements(source, "jobs")) {
    lines.push(...elements.map(({ line }) => line));
  }
  expect(lines).toEqual([3, 6]);
});

test.each([
  [`{"jobs": [{"a": 1}`, "a.json:1: expected a whole JSON object, found one that is cut short"],
  [`{"jobs": [\n{"a": 1,}]}`, "a.json:2: expected a JSON object, found"],
  [`{"jobs": []}\nmore`, "a.json:2: expected the end of the file, found more behind the JSON"],
  [`{"other": []}`, `a.json:1: expected an array "jobs", found none`],
  [`{"jobs": [{}]}}`, "a.json:1: expected a JSON object, found a bracket too many"],
])("%s is refused", async (text, message) => {
  await expect(values(textSource("a.json", text))).rejects.toThrow(message);
});
