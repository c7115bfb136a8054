import { runSeed } from "./seed.ts";
const from = Number(process.argv[2] ?? 1),
  n = Number(process.argv[3] ?? 20);
const t = performance.now();
let commands = 0;
const counts = new Map<string, number>();
for (let seed = from; seed < from + n; seed++) {
  const o = await runSeed({ seed, commands: 80 });
  commands += o.commands;
  for (const [k, v] of o.counts) counts.set(k, (counts.get(k) ?? 0) + v);
  if (o.failure) {
    console.log("seed", seed, "step", o.failure.step, o.failure.fault);
    if (process.argv[4]) break;
  }
  if (n === 1) console.log(o.hash);
}
const s = (performance.now() - t) / 1000;
console.log(n / s, "seeds/s", commands / s, "commands/s");
if (n > 1)
  console.log(
    [...counts]
      .sort((a, b) => b[1] - a[1])
      .map(([k, v]) => `${k}=${v}`)
      .join(" | "),
  );
