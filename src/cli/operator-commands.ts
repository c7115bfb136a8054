import type { Command } from "commander";
import { configCommand } from "./config-command.ts";

/** What whoever runs an installation needs beside `serve`. */
export const OPERATOR_COMMANDS: readonly (() => Command)[] = [configCommand];
