/** What is wrong, a sentence each; of very many, the first. */
export class Faults {
  readonly sentences: string[] = [];
  #more = 0;

  add(sentence: string): void {
    if (this.sentences.length < MOST) this.sentences.push(sentence);
    else this.#more += 1;
  }

  get none(): boolean {
    return this.sentences.length === 0;
  }

  all(): readonly string[] {
    const more = this.#more === 0 ? [] : [`And ${this.#more} more.`];
    return [...this.sentences, ...more];
  }
}

const MOST = 100;
