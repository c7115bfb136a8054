import type { Group } from "../groups.ts";
import { accountsCommand } from "./accounts-command.ts";
import { bookCommand } from "./book-command.ts";
import { buyCommand } from "./buy-command.ts";
import { blockCommand, runsCommand } from "./calendar-commands.ts";
import { contractsCommand } from "./contracts-command.ts";
import { invoicesCommand } from "./invoices-command.ts";
import { keysCommand } from "./keys-command.ts";
import { ladderCommand } from "./ladder-command.ts";
import { fillsCommand, listingsCommand, noticesCommand } from "./lists.ts";
import { loginCommand, logoutCommand, whoamiCommand } from "./login-command.ts";
import { membersCommand } from "./members-command.ts";
import {
  balanceCommand,
  creditCommand,
  depositCommand,
  ledgerCommand,
  paymentsCommand,
  payoutCommand,
  usageCommand,
} from "./money-commands.ts";
import { ordersCommand } from "./orders-command.ts";
import { poolsCommand, sellAgainCommand, stopSellingCommand } from "./pools-command.ts";
import { quoteCommand } from "./quote-command.ts";
import { recallCommand } from "./recall-command.ts";
import { rentCommand } from "./rent-command.ts";
import { sellCommand } from "./sell-command.ts";
import { shelfCommand } from "./shelf-command.ts";
import { spotCommand } from "./spot-command.ts";
import { watchCommand } from "./watch-command.ts";

/** All commands that ask the API, as the overview shows them. */
export const MARKET_COMMANDS: readonly Group[] = [
  ["Log in:", [loginCommand, logoutCommand, whoamiCommand, keysCommand]],
  ["See the market:", [poolsCommand, ladderCommand, bookCommand, listingsCommand, fillsCommand]],
  [
    "Buy and hold:",
    [quoteCommand, buyCommand, ordersCommand, contractsCommand, sellCommand, noticesCommand],
  ],
  ["Rent:", [rentCommand, spotCommand, shelfCommand]],
  [
    "Own a cluster:",
    [recallCommand, runsCommand, blockCommand, stopSellingCommand, sellAgainCommand],
  ],
  ["Customers:", [accountsCommand, membersCommand, depositCommand, payoutCommand, creditCommand]],
  ["Money:", [balanceCommand, usageCommand, ledgerCommand, paymentsCommand, invoicesCommand]],
  ["Follow:", [watchCommand]],
];
