import { z } from "@hono/zod-openapi";
import { OWNER } from "../../accounts/account.ts";
import type { Recorded } from "../../exchange/recorded.ts";
import { fromEntry } from "../../journal/entries.ts";
import { sheetPage } from "../../paper/page.ts";
import { sheetPdf } from "../../paper/pdf.ts";
import type { Party, Sheet } from "../../paper/sheet.ts";
import { notFound } from "../api-error.ts";
import type { Api, ApiContext, Caller } from "../context.ts";
import { servePaper } from "../serve-paper.ts";

/** What is numbered, and printed as it was issued. */
type PaperKind = "invoice" | "credit_note";

export const numberParamOf = (example: string) =>
  z.object({
    number: z
      .string()
      .regex(/^[A-Z]{2,4}-\d{4}-\d{1,9}$/)
      .openapi({ example }),
  });

interface DescribedPapers {
  /** Of the document; its page and its PDF lie below. */
  readonly path: string;
  /** In names of operations. */
  readonly id: string;
  /** In sentences. */
  readonly what: string;
  readonly params: ReturnType<typeof numberParamOf>;
}

/** Adds the page and the PDF of a document. */
export function servePapers(
  api: Api,
  { path, id, what, params }: DescribedPapers,
  draw: (caller: Caller, number: string) => Promise<Sheet>,
): void {
  const shared = { tag: "Invoices", scope: "account:read", params } as const;
  servePaper(
    api,
    {
      ...shared,
      path: `${path}/page`,
      id: `${id}Page`,
      summary: `The ${what} as a page to print`,
      type: "text/html",
    },
    async (caller, number) => sheetPage(await draw(caller, number)),
  );
  servePaper(
    api,
    {
      ...shared,
      path: `${path}/pdf`,
      id: `${id}Pdf`,
      summary: `The ${what} as a PDF`,
      type: "application/pdf",
    },
    async (caller, number) => sheetPdf(await draw(caller, number)),
  );
}

export function sellerIn({ journal }: ApiContext): Party {
  const owner = journal.durable.state.accounts.accounts.get(OWNER);
  return { name: owner?.name ?? "", lines: [owner?.email ?? ""] };
}

/** The event that issued it: the document's position in the journal. */
export async function issuedIn(
  { store }: ApiContext,
  { viewer }: Caller,
  kind: PaperKind,
  number: string,
): Promise<Recorded["event"]> {
  const document = await store.document(viewer, kind, number);
  if (document === null) throw notFound(kind, number);
  const [entry] = await store.entriesAfter(document.position - 1, 1);
  if (entry === undefined) throw new Error(`bug: no event has issued ${number}`);
  return fromEntry(entry).event;
}
