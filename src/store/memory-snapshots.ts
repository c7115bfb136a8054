import type { StateSnapshot } from "../ports.ts";

type End = Pick<StateSnapshot, "sequence" | "stateHash">;

/** The newest snapshots, in memory. */
export interface MemorySnapshots {
  /** A batch has ended there. */
  heard(head: End): void;
  /** Whether a batch has ended where it does, with its hash; if so, it is kept. */
  write(snapshot: StateSnapshot): boolean;
  newest(before?: number): StateSnapshot | null;
}

const nameOf = ({ sequence, stateHash }: End): string => `${sequence} ${stateHash}`;

export function memorySnapshots(): MemorySnapshots {
  const ends = new Set<string>();
  let kept: readonly StateSnapshot[] = [];
  return {
    heard: (head) => void ends.add(nameOf(head)),
    write: (snapshot) => {
      if (!ends.has(nameOf(snapshot))) return false;
      const others = kept.filter(({ sequence }) => sequence !== snapshot.sequence);
      kept = [...others, snapshot].sort((a, b) => b.sequence - a.sequence).slice(0, 2);
      return true;
    },
    newest: (before = Infinity) => kept.find(({ sequence }) => sequence < before) ?? null,
  };
}
