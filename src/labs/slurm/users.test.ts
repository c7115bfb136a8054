import { expect, test } from "vitest";
import { groupsOf, LAB_USERS, passwdOf } from "./users.ts";

test("the lab's users come before the machine's, each with a group", () => {
  const passwd = passwdOf("root:x:0:0:root:/root:/bin/bash\n").trim().split("\n");
  expect(passwd).toHaveLength(LAB_USERS.length + 1);
  expect(passwd[0]).toBe(
    "trainer:x:61000:61000:Spillway lab:/run/spillway-lab/home/trainer:/bin/sh",
  );
  expect(passwd.at(-1)).toBe("root:x:0:0:root:/root:/bin/bash");
  expect(groupsOf("root:x:0:\n").split("\n")[0]).toBe("trainer:x:61000:");
});
