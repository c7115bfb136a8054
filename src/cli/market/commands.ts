import type { Group } from "../groups.ts";
import { accountsCommand } from "./accounts-command.ts";
import { auctionsCommand } from "./auctions-command.ts";
import { blocksCommand } from "./blocks-command.ts";
import { bookCommand } from "./book-command.ts";
import { buyCommand } from "./buy-command.ts";
import { calendarCommand } from "./calendar-command.ts";
import { claimsCommand } from "./claims-command.ts";
import { contractsCommand } from "./contracts-command.ts";
import { creditNotesCommand } from "./credit-notes-command.ts";
import { eventsCommand } from "./events-command.ts";
import { invoicesCommand } from "./invoices-command.ts";
import { jobsCommand } from "./jobs-command.ts";
import { keysCommand } from "./keys-command.ts";
import { ladderCommand } from "./ladder-command.ts";
import { fillsCommand, listingsCommand, noticesCommand } from "./lists.ts";
import { loginCommand, logoutCommand, whoamiCommand } from "./login-command.ts";
import { membersCommand } from "./members-command.ts";
import { balanceCommand, ledgerCommand, usageCommand } from "./money-commands.ts";
import { ordersCommand } from "./orders-command.ts";
import {
  checkoutCommand,
  creditCommand,
  depositCommand,
  paymentsCommand,
  payoutCommand,
  reversalCommand,
} from "./payment-commands.ts";
import { policyCommand } from "./policy-command.ts";
import { poolsCommand, sellAgainCommand, stopSellingCommand } from "./pools-command.ts";
import { quoteCommand } from "./quote-command.ts";
import { recallCommand } from "./recall-command.ts";
import { rentCommand } from "./rent-command.ts";
import { runsCommand } from "./runs-command.ts";
import { sellCommand } from "./sell-command.ts";
import { shelfCommand } from "./shelf-command.ts";
import { spotCommand } from "./spot-command.ts";
import { termsCommand } from "./terms-command.ts";
import { watchCommand } from "./watch-command.ts";
import { webhooksCommand } from "./webhooks-command.ts";

/** All commands that ask the API, as the overview shows them. */
export const MARKET_COMMANDS: readonly Group[] = [
  ["Log in:", [loginCommand, logoutCommand, whoamiCommand, keysCommand]],
  ["See the market:", [poolsCommand, ladderCommand, bookCommand, listingsCommand, fillsCommand]],
  [
    "Buy and hold:",
    [quoteCommand, buyCommand, ordersCommand, contractsCommand, jobsCommand, sellCommand],
  ],
  ["Rent and bid:", [rentCommand, spotCommand, shelfCommand, auctionsCommand]],
  ["When GPUs are taken back:", [noticesCommand, claimsCommand, calendarCommand]],
  [
    "Own a cluster:",
    [
      recallCommand,
      policyCommand,
      runsCommand,
      blocksCommand,
      stopSellingCommand,
      sellAgainCommand,
    ],
  ],
  [
    "Customers:",
    [
      accountsCommand,
      membersCommand,
      termsCommand,
      depositCommand,
      payoutCommand,
      reversalCommand,
      creditCommand,
    ],
  ],
  [
    "Money:",
    [
      balanceCommand,
      checkoutCommand,
      usageCommand,
      ledgerCommand,
      paymentsCommand,
      invoicesCommand,
      creditNotesCommand,
    ],
  ],
  ["Follow:", [watchCommand, eventsCommand, webhooksCommand]],
];
