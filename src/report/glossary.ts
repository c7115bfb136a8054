import { html, type Markup } from "../markup/markup.ts";

/** What each figure is and what is good, in plain words. */

const ENTRIES: readonly (readonly [term: string, meaning: string, good: string])[] = [
  [
    "Idle",
    "GPUs that training left free, hour by hour, in whole lots. Outages and the warm-up, in which the forecast only learns, are left out.",
    "It is neither: it is what there is to sell.",
  ],
  [
    "Sold",
    "GPU-hours delivered to holders. What was recalled or breached does not count. Where training waits, holders keep their GPUs to the end of their notice: hours that were sold though they were not idle, so that more can be sold than was idle. The headline's share leaves them out; share_of_idle in the JSON counts them.",
    "90 % of idle or more, with a good part of it at long notices, which pay better.",
  ],
  [
    "Notice",
    "How long before a recall the holder must be told. Firm is never recalled; the shorter the notice, the lower the price.",
    "The longer, the more valuable to the buyer.",
  ],
  [
    "Recall",
    "The owner takes capacity back under the contract's promise and pays its compensation.",
    "As often as stated, within about 2 percentage points.",
  ],
  [
    "Breach",
    "Capacity taken sooner than its notice allows: GPU-hours promised and not delivered, as a share of delivered and breached.",
    "0.5 % or less. Zero would mean that too little was sold.",
  ],
  [
    "Wait of training",
    "How long the GPUs of a run that nobody had declared waited for a holder's notice to pass. Demand above the cluster's size is training's own queue and does not count.",
    "Minutes. A policy violation is a declared run that waited at all, or a surprise run that waited longer than the policy allows for its size: there should be none.",
  ],
  [
    "Net revenue",
    "Delivered GPU-hours times their price, less compensation for recalls and credits for breaches.",
    "At least 1.15 × the better of firm only and spot only.",
  ],
  [
    "Oracle",
    "Sells firm, at the firm price, knowing every hour of the future: the most that firm contracts of this length could have earned.",
    "The closer, the better; how close says how much the uncertainty costs.",
  ],
  [
    "Forecast",
    "Quantiles of training's demand from its history and the declared runs. Its loss is compared with the best of persistence, the same hour a day or a week ago, and the 28-day mean, each with its own error band.",
    "0.92 of the best baseline's loss or less, with 87 to 93 % of hours inside the 90 % band.",
  ],
];

export function glossary(): Markup {
  const entries = ENTRIES.map(
    ([term, meaning, good]) =>
      html`<div>
        <dt>${term}</dt>
        <dd>${meaning}</dd>
        <dd class="good"><b>What is good:</b> ${good}</dd>
      </div>`,
  );
  return html`<section aria-labelledby="h-glossary">
    <h2 id="h-glossary">How to read these figures</h2>
    <p class="lede">
      The history of the cluster was walked step by step. At each step the forecast saw only the
      past and what had been declared by then; GPUs were sold, recalled and handed over by the same
      code that runs a live market. Buyers are assumed to take whatever is offered at the stated
      price unless a file of demand was given.
    </p>
    <dl class="glossary">${entries}</dl>
  </section>`;
}
