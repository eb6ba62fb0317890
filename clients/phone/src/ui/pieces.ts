// Text taken apart into words and web addresses. Pure.

const ADDRESS = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]]/gu;

/** The text in pieces, every second of which is an address. */
export function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  let at = 0;
  for (const found of text.matchAll(ADDRESS)) {
    pieces.push(text.slice(at, found.index), found[0]);
    at = found.index + found[0].length;
  }
  return [...pieces, text.slice(at)];
}
