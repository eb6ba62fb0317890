/** Owns the persistent map behind every table: a new identity per change without copying all of it. */

const ENTRIES_PER_CHUNK = 16;
const FEWEST_CHUNKS = 8;

/**
 * An immutable map from ids to values that shares all untouched chunks with its predecessor.
 *
 * Changing one entry of 10,000 copies one chunk of some 16 entries and the list of chunks. Reading
 * is a hash and one `Map` lookup. Iteration order is stable for one map but says nothing.
 */
export class ChunkedMap<V> implements ReadonlyMap<string, V> {
  readonly size: number;
  private readonly chunks: readonly ReadonlyMap<string, V>[];

  private constructor(chunks: readonly ReadonlyMap<string, V>[], size: number) {
    this.chunks = chunks;
    this.size = size;
  }

  static empty<V>(): ChunkedMap<V> {
    return new ChunkedMap<V>(makeChunks<V>(FEWEST_CHUNKS), 0);
  }

  static from<V>(entries: Iterable<readonly [string, V]>): ChunkedMap<V> {
    const unique = new Map(entries);
    const chunks = makeChunks<V>(chunksFor(unique.size));
    for (const [key, value] of unique) chunkOf(chunks, key).set(key, value);
    return new ChunkedMap<V>(chunks, unique.size);
  }

  get(key: string): V | undefined {
    return chunkOf(this.chunks, key).get(key);
  }

  has(key: string): boolean {
    return chunkOf(this.chunks, key).has(key);
  }

  /** The map with each entry set, or removed where its value is undefined; itself if none differs. */
  patch(changes: Iterable<readonly [string, V | undefined]>): ChunkedMap<V> {
    const chunks = this.chunks.slice();
    const owned = new Map<number, Map<string, V>>();
    let size = this.size;
    for (const [key, value] of changes) {
      const index = hash(key) & (chunks.length - 1);
      const shared = chunks[index];
      if (shared === undefined || shared.get(key) === value) continue;
      let chunk = owned.get(index);
      if (chunk === undefined) {
        chunk = new Map(shared);
        owned.set(index, chunk);
        chunks[index] = chunk;
      }
      const before = chunk.size;
      if (value === undefined) chunk.delete(key);
      else chunk.set(key, value);
      size += chunk.size - before;
    }
    if (owned.size === 0) return this;
    const next = new ChunkedMap<V>(chunks, size);
    return chunksFor(size) > chunks.length ? ChunkedMap.from(next) : next;
  }

  forEach(visit: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const chunk of this.chunks) for (const [key, value] of chunk) visit(value, key, this);
  }

  *entries(): Generator<[string, V], undefined> {
    for (const chunk of this.chunks) yield* chunk;
    return undefined;
  }

  *keys(): Generator<string, undefined> {
    for (const chunk of this.chunks) yield* chunk.keys();
    return undefined;
  }

  *values(): Generator<V, undefined> {
    for (const chunk of this.chunks) yield* chunk.values();
    return undefined;
  }

  [Symbol.iterator](): Generator<[string, V], undefined> {
    return this.entries();
  }
}

function makeChunks<V>(count: number): Map<string, V>[] {
  return Array.from({ length: count }, () => new Map<string, V>());
}

function chunksFor(size: number): number {
  let count = FEWEST_CHUNKS;
  while (count * ENTRIES_PER_CHUNK < size) count *= 2;
  return count;
}

function chunkOf<C>(chunks: readonly C[], key: string): C {
  const chunk = chunks[hash(key) & (chunks.length - 1)];
  if (chunk === undefined) throw new Error("the number of chunks is a power of two");
  return chunk;
}

/** FNV-1a over the UTF-16 units, with a final mix so that the low bits are good ones. */
function hash(key: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) h = Math.imul(h ^ key.charCodeAt(i), 0x01000193);
  return h ^ (h >>> 15);
}
