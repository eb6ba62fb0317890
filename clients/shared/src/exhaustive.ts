/** Owns the end of an exhaustive switch: the type checker refuses a case that was forgotten. */

export function exhaustive(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}
