/** The steps of a longer work as they are told to a person. */
export interface Steps {
  /** Tells that a step begins, and with it how long the one before took. */
  readonly begin: (step: string) => void;
  /** Tells how long the last one took; to be called at the end, well or with an error. */
  readonly end: () => void;
}

const NAME_WIDTH = 22;

/** A line for each step: first its name, then the seconds it took. */
export function startSteps(stream: NodeJS.WritableStream, now = () => performance.now()): Steps {
  let began: number | null = null;
  const end = (): void => {
    if (began !== null) stream.write(`${((now() - began) / 1_000).toFixed(1).padStart(6)} s\n`);
    began = null;
  };
  const begin = (step: string): void => {
    end();
    began = now();
    stream.write(step.padEnd(NAME_WIDTH));
  };
  return { begin, end };
}
