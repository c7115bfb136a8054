interface Node<T> {
  readonly value: T;
  /** No node ranks above its parent; ranks are scattered, so that the tree stays shallow. */
  readonly rank: number;
  left: Node<T> | null;
  right: Node<T> | null;
}

type Tree<T> = Node<T> | null;

/** Scatters 1, 2, 3 … over 32 bits, always in the same way: the tree's shape is part of no result. */
function scatter(count: number): number {
  let bits = Math.imul(count, 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 15), 0x85ebca6b);
  return (bits ^ (bits >>> 13)) >>> 0;
}

/**
 * Values in order, added and deleted in logarithmic time: a treap (Seidel and Aragon, 1996) whose
 * priorities come from a counter instead of chance.
 */
export class SortedSet<T> {
  readonly #compare: (a: T, b: T) => number;
  #root: Tree<T> = null;
  #size = 0;
  #added = 0;

  /** @param compare a total order: 0 only for the same value */
  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#size;
  }

  /** The caller sees to it that the value is not there yet. */
  add(value: T): void {
    this.#added += 1;
    this.#root = this.#withAdded(this.#root, value, scatter(this.#added));
    this.#size += 1;
  }

  /** Whether the value was there. */
  delete(value: T): boolean {
    const before = this.#size;
    this.#root = this.#withDeleted(this.#root, value);
    return this.#size < before;
  }

  /** In order. The set must not change until the caller is done. */
  *values(): Generator<T, void, undefined> {
    const above: Node<T>[] = [];
    for (let node = this.#root; node !== null || above.length > 0;) {
      for (; node !== null; node = node.left) above.push(node);
      const next = above.pop();
      if (next === undefined) return;
      yield next.value;
      node = next.right;
    }
  }

  #withAdded(tree: Tree<T>, value: T, rank: number): Node<T> {
    if (tree === null || tree.rank < rank) {
      const [left, right] = this.#split(tree, value);
      return { value, rank, left, right };
    }
    if (this.#compare(value, tree.value) < 0) tree.left = this.#withAdded(tree.left, value, rank);
    else tree.right = this.#withAdded(tree.right, value, rank);
    return tree;
  }

  #withDeleted(tree: Tree<T>, value: T): Tree<T> {
    if (tree === null) return null;
    const side = this.#compare(value, tree.value);
    if (side === 0) {
      this.#size -= 1;
      return join(tree.left, tree.right);
    }
    if (side < 0) tree.left = this.#withDeleted(tree.left, value);
    else tree.right = this.#withDeleted(tree.right, value);
    return tree;
  }

  /** What goes before `value`, and what goes after it. */
  #split(tree: Tree<T>, value: T): [Tree<T>, Tree<T>] {
    if (tree === null) return [null, null];
    if (this.#compare(tree.value, value) < 0) {
      const [left, right] = this.#split(tree.right, value);
      tree.right = left;
      return [tree, right];
    }
    const [left, right] = this.#split(tree.left, value);
    tree.left = right;
    return [left, tree];
  }
}

/** One tree of two, all of whose left values go before the right ones. */
function join<T>(left: Tree<T>, right: Tree<T>): Tree<T> {
  if (left === null) return right;
  if (right === null) return left;
  if (left.rank > right.rank) {
    left.right = join(left.right, right);
    return left;
  }
  right.left = join(left, right.left);
  return right;
}
