/** The customers of `reservations.ts`, in a process of their own: send orders over connections that are kept alive. */
import { Agent, request } from "node:http";
import { assert } from "../src/units.ts";

/** A round of orders; the answer is a `HttpReport`. */
export interface HttpTask {
  readonly port: number;
  /** One connection sends for each. */
  readonly keys: readonly string[];
  readonly name: string;
  readonly bodies: readonly string[];
}

export interface HttpReport {
  readonly seconds: number;
  readonly answers: readonly HttpAnswer[];
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

const agent = new Agent({ keepAlive: true });

function post(task: HttpTask, key: string, at: number): Promise<HttpAnswer> {
  const body = task.bodies[at] ?? "";
  const headers = {
    Authorization: `Bearer ${key}`,
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
    "Idempotency-Key": `${task.name}-${at}`,
  };
  const place = { host: "127.0.0.1", port: task.port, path: "/v1/orders", method: "POST" };
  return new Promise((resolve, reject) => {
    const sent = request({ ...place, agent, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => (text += part));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

async function run(task: HttpTask): Promise<HttpReport> {
  const answers: HttpAnswer[] = [];
  let next = 0;
  const began = performance.now();
  await Promise.all(
    task.keys.map(async (key) => {
      for (let at = next++; at < task.bodies.length; at = next++) {
        answers[at] = await post(task, key, at);
      }
    }),
  );
  return { seconds: (performance.now() - began) / 1_000, answers };
}

process.on("message", (task) => {
  void run(task as HttpTask).then((report) => {
    assert(process.send !== undefined, "somebody waits for the report");
    return process.send(report);
  });
});
process.on("disconnect", () => agent.destroy());
