import type { Command } from "commander";
import { auditCommand } from "./audit-command.ts";
import { backupCommand, restoreCommand } from "./backup-commands.ts";
import { clusterCommand } from "./cluster-command.ts";
import { configCommand } from "./config-command.ts";
import { exportCommand } from "./export-command.ts";
import { migrateCommand } from "./migrate-command.ts";
import { verifyCommand } from "./verify-command.ts";

/** What whoever runs an installation needs beside `serve`. */
export const OPERATOR_COMMANDS: readonly (() => Command)[] = [
  configCommand,
  clusterCommand,
  migrateCommand,
  backupCommand,
  restoreCommand,
  verifyCommand,
  exportCommand,
  auditCommand,
];
