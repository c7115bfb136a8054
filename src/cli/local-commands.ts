import { backtestCommand } from "./backtest-command.ts";
import type { Group } from "./groups.ts";
import { OPERATOR_COMMANDS } from "./operator-commands.ts";
import { serveCommand } from "./serve-command.ts";

/** Commands that work here, with the core and the store, which they load once they need them. */
export const LOCAL_COMMANDS: readonly Group[] = [
  ["Run:", [backtestCommand, serveCommand]],
  ["Operate:", OPERATOR_COMMANDS],
];
