import { expect, test } from "vitest";
import { missingOf } from "./status.ts";

const ALL = [
  "sleep infinity",
  "munged --key-file=k",
  "mariadbd --no-defaults",
  "slurmdbd",
  "slurmctld -f c",
  "slurmrestd -f c",
  "slurmd -N n1 -f c",
  "slurmd -N n2 -f c",
];

test("nothing is missing while every daemon and every node's runs", () => {
  expect(missingOf(ALL, ["n1", "n2"])).toEqual([]);
});

test.each(ALL.slice(1))("%s is missed when it is gone", (gone) => {
  const missing = missingOf(
    ALL.filter((each) => each !== gone),
    ["n1", "n2"],
  );
  expect(missing).toHaveLength(1);
  expect(gone).toContain(missing[0]);
});
