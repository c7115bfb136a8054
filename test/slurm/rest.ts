import { request } from "node:http";

export interface RestAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Asks slurmrestd on its socket, as a user with a token. */
export function askRest(
  socketPath: string,
  path: string,
  user: string,
  token: string,
): Promise<RestAnswer> {
  const headers = { "X-SLURM-USER-NAME": user, "X-SLURM-USER-TOKEN": token };
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, headers, timeout: 10_000 }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => (text += part));
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, body: text === "" ? null : JSON.parse(text) }),
      );
    });
    sent.on("timeout", () => sent.destroy(new Error("no answer in time"))).on("error", reject);
    sent.end();
  });
}
