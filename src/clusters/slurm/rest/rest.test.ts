import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { askRest } from "./ask.ts";
import { versionsOf } from "./versions.ts";

const folder = mkdtempSync(join(tmpdir(), "spillway-rest-"));
const place = {
  at: join(folder, "socket"),
  user: "ada",
  tokenFile: join(folder, "token"),
};

let [status, body, heard] = [200, "{}", ""];
let server: Server;

beforeAll(async () => {
  server = createServer(({ headers, url }, answer) => {
    heard = `${url} ${String(headers["x-slurm-user-name"])} ${String(headers["x-slurm-user-token"])}`;
    if (body !== "silence") answer.writeHead(status).end(body);
  });
  await new Promise<void>((listening) => server.listen(place.at, listening));
});

beforeEach(() => {
  writeFileSync(place.tokenFile, "SLURM_JWT=secret\n");
  [status, body, heard] = [200, "{}", ""];
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a request says who asks, with the token that stands in the file now", async () => {
  body = '{"errors":[],"pings":[]}';
  expect(await askRest(place, "/slurm/v0.0.38/ping")).toEqual({ errors: [], pings: [] });
  expect(heard).toBe("/slurm/v0.0.38/ping ada secret");
  writeFileSync(place.tokenFile, "renewed");
  await askRest(place, "/x");
  expect(heard).toBe("/x ada renewed");
});

test.each([[404, "Unable find requested URL", "absent"]])(
  "a path that is not there is %d",
  async (code, text, answer) => {
    [status, body] = [code, text];
    expect(await askRest(place, "/x")).toBe(answer);
  },
);

test.each([
  [401, "Authentication failure", "denied"],
  [
    500,
    '{"errors":[{"error":"Unspecified error","description":"Unable to query jobs"}]}',
    "denied",
  ],
  [500, '{"errors":[{"error":"Protocol authentication error"}]}', "denied"],
  [
    200,
    '{"errors":[{"error":"Unable to contact slurm controller (connect failure)"}]}',
    "unreachable",
  ],
  [500, '{"errors":[{"error":"something new"}]}', "answer_unreadable"],
  [200, "not JSON", "answer_unreadable"],
])("an answer of %d %s is named", async (code, text, state) => {
  [status, body] = [code, text];
  const asked = askRest(place, "/x");
  await expect(asked).rejects.toMatchObject({ name: "SlurmFault", state });
  await expect(asked).rejects.not.toThrow("secret");
});

test("no answer in time, no one there and no token are named", async () => {
  body = "silence";
  await expect(askRest(place, "/x", 100)).rejects.toMatchObject({ state: "unreachable" });
  const nobody = { ...place, at: join(folder, "nobody") };
  await expect(askRest(nobody, "/x")).rejects.toMatchObject({ state: "unreachable" });
  const refused = { ...place, at: "http://127.0.0.1:9" };
  await expect(askRest(refused, "/x")).rejects.toMatchObject({ state: "unreachable" });
  const without = { ...place, tokenFile: join(folder, "no-token") };
  await expect(askRest(without, "/x")).rejects.toMatchObject({ state: "denied" });
});

function offering(...versions: readonly string[]): unknown {
  return { paths: Object.fromEntries(versions.map((each) => [`${each}/jobs`, {}])) };
}

test("the newest version that is offered and read is taken", () => {
  expect(
    versionsOf(offering("/slurm/v0.0.36", "/slurm/v0.0.38", "/slurmdb/v0.0.38", "/slurm/v0.0.99")),
  ).toEqual({ slurm: "v0.0.38", slurmdb: "v0.0.38" });
  expect(versionsOf(offering("/slurm/v0.0.41", "/slurm/v0.0.42"))).toEqual({
    slurm: "v0.0.42",
    slurmdb: null,
  });
  expect(() => versionsOf(offering("/slurm/v0.0.36"))).toThrow("version_too_old");
  expect(() => versionsOf("absent")).toThrow("version_too_old");
});
