import { createServer } from "node:http";
import { expect, test } from "vitest";
import { Failure, telling } from "./failure.ts";

function failing(fault: unknown) {
  return telling(() => Promise.reject(fault));
}

test("a fault of the store or of the machine is told in a sentence that says what to do", async () => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  const second = createServer();
  const fault = await new Promise((told) => second.once("error", told).listen(port, "127.0.0.1"));
  await expect(failing(fault)).rejects.toThrow("choose one with --port");
  await expect(failing(fault)).rejects.toBeInstanceOf(Failure);
  await expect(failing(new Error("The store could not open: gone"))).rejects.toBeInstanceOf(
    Failure,
  );
  await new Promise((done) => server.close(done));
});

test("a bug stays one", async () => {
  const bug = new Error("bug: a listing is offered once");
  await expect(failing(bug)).rejects.toBe(bug);
});
