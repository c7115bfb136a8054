import { expect, test } from "vitest";
import { isPublic, whyNotSentTo } from "./address.ts";

test.each([
  "http://acme.example/hooks",
  "ftp://acme.example/",
  "https://user:secret@acme.example/",
  "https://acme.example:22/",
  "https://127.0.0.1/",
  "https://2130706433/",
  "https://0x7f.1/",
  "https://[::1]/",
  "https://[::ffff:10.0.0.1]/",
  "https://[::127.0.0.1]/",
  "https://169.254.169.254/latest/meta-data",
  "nonsense",
  `https://acme.example/${"x".repeat(2000)}`,
])("nothing is sent to %s", (address) => {
  expect(whyNotSentTo(address, {})).not.toBeNull();
});

test.each(["https://acme.example/hooks", "https://acme.example:8443/", "https://93.184.216.34/"])(
  "%s is an address like any other",
  (address) => {
    expect(whyNotSentTo(address, {})).toBeNull();
  },
);

test.each([
  "10.1.2.3",
  "172.16.0.1",
  "192.168.1.1",
  "100.64.0.1",
  "169.254.169.254",
  "0.0.0.0",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "fe80::1",
  "fd00::1",
  "::ffff:127.0.0.1",
  "::127.0.0.1",
  "4000::1",
  "64:ff9b::a00:1",
  "2002:7f00:1::",
  "not an address",
])("%s is not public", (address) => {
  expect(isPublic(address, {})).toBe(false);
});

test("tests may call this machine, and nothing else that is private", () => {
  const rules = { allowLoopback: true };
  expect(whyNotSentTo("http://127.0.0.1:9/", rules)).toBeNull();
  expect(whyNotSentTo("http://10.0.0.1:9/", rules)).not.toBeNull();
});
