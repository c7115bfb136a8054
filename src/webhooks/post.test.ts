import type { lookup } from "node:dns";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { PostOptions } from "./post.ts";
import { post } from "./post.ts";
import type { Receiver } from "./receiver.test-data.ts";
import { receiver } from "./receiver.test-data.ts";

let there: Receiver;

beforeAll(async () => {
  there = await receiver();
});
afterAll(() => there.close());
beforeEach(() => {
  there.received.length = 0;
  there.answer = 204;
});

const HERE: PostOptions = { allowLoopback: true, timeoutMs: 300 };

/** A resolver that says what it is told to. */
function resolving(...addresses: readonly string[]): NonNullable<PostOptions["resolve"]> {
  const answer = (...asked: unknown[]): void => {
    const done = asked.at(-1) as (fault: null, found: object[]) => void;
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  };
  return answer as unknown as typeof lookup;
}

test("what is posted arrives as it is", async () => {
  const posted = await post(there.url, `{"a":1}`, { "webhook-id": "evt_1" }, HERE);
  expect(posted).toEqual({ status: 204, error: null });
  expect(there.received).toMatchObject([{ body: `{"a":1}`, headers: { "webhook-id": "evt_1" } }]);
});

test("an answer other than 2xx is not taken; a redirect is not followed", async () => {
  there.answer = 500;
  expect(await post(there.url, "{}", {}, HERE)).toMatchObject({ status: 500, error: /500/ });
  there.answer = (_, response) => {
    response.writeHead(302, { Location: there.url }).end();
  };
  expect((await post(there.url, "{}", {}, HERE)).status).toBe(302);
  expect(there.received).toHaveLength(2);
});

test("who does not answer, or never ends, is waited for only so long", async () => {
  there.answer = () => undefined;
  const silent = await post(there.url, "{}", {}, HERE);
  expect(silent).toEqual({ status: null, error: "It did not answer in time." });
  there.answer = (_, response) => {
    response.writeHead(200);
    response.write("and so on");
  };
  expect(await post(there.url, "{}", {}, HERE)).toEqual({ status: 200, error: null });
});

test("without the tests' exception this machine is not called", async () => {
  const posted = await post(there.url.replace("http:", "https:"), "{}", {});
  expect(posted).toEqual({ status: null, error: "The address is not public." });
  expect(there.received).toEqual([]);
});

test.each([[["10.0.0.1"]], [["93.184.216.34", "127.0.0.1"]], [["::ffff:192.168.0.1"]], [[]]])(
  "a name that resolves to %j is not called",
  async (addresses) => {
    const options = { resolve: resolving(...addresses), timeoutMs: 300 };
    const posted = await post("https://rebinding.example/", "{}", {}, options);
    expect(posted).toEqual({ status: null, error: "The address is not public." });
  },
);

test("the connection goes to the address that was checked, without asking again", async () => {
  let asked = 0;
  const once = resolving("127.0.0.1");
  const counting = ((...args: Parameters<typeof once>) => {
    asked += 1;
    once(...args);
  }) as typeof once;
  const url = there.url.replace("127.0.0.1", "hooks.example");
  expect(await post(url, "{}", {}, { ...HERE, resolve: counting })).toMatchObject({ status: 204 });
  expect(asked).toBe(1);
});
