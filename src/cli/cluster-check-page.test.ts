import { expect, test } from "vitest";
import { clusterCheckPage } from "./cluster-check-page.ts";

test("each check is a line with what it is of, and they are counted", () => {
  const page = clusterCheckPage({
    name: "hall-1",
    place: "login1",
    checks: [
      { name: "version", of: null, outcome: "ok", sentence: "Slurm 22.05.8" },
      { name: "user", of: "ada", outcome: "fail", sentence: "Unix user ada is not there" },
      { name: "clean_up", of: null, outcome: "warn", sentence: "no Epilog is set" },
      { name: "network", of: null, outcome: "look", sentence: "see for yourself" },
    ],
  });
  expect(page).toBe(`Cluster hall-1, by login1
  ok    version                      Slurm 22.05.8
  fail  user of ada                  Unix user ada is not there
  warn  clean_up                     no Epilog is set
  look  network                      see for yourself
  1 ok, 1 to improve, 1 to put right, 1 to look at
`);
});
