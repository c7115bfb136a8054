/** Asks once, and again when so long has passed; what failed is not remembered. */
export function remembered<T>(ms: number, ask: () => Promise<T>): () => Promise<T> {
  let known: { readonly value: T; readonly at: number } | null = null;
  return async () => {
    if (known === null || performance.now() - known.at > ms) {
      known = { value: await ask(), at: performance.now() };
    }
    return known.value;
  };
}
