/**
 * Whether the process on this machine lives: ends with 0 where `/healthz` answers 200, by HTTP or, with whatever
 * certificate, by HTTPS. The port is SPILLWAY_PORT's.
 */
import { get as getPlain } from "node:http";
import { get as getSecure } from "node:https";

const asked = {
  host: "127.0.0.1",
  port: Number(process.env.SPILLWAY_PORT || 8420),
  path: "/healthz",
  timeout: 2_000,
};

const end = ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1);

function secure() {
  // It asks its own machine whether it lives, and sends nothing that anyone could overhear.
  const request = getSecure({ ...asked, rejectUnauthorized: false }, end);
  request.on("error", () => process.exit(1)).on("timeout", () => process.exit(1));
}

getPlain(asked, end)
  .on("error", secure)
  .on("timeout", () => process.exit(1));
