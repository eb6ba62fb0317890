// Notes as text, with the web addresses in them as links: directions are mostly one.
import { Fragment } from "preact";

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

export function Linked({ text }: { text: string }) {
  return (
    <>
      {piecesOf(text).map((piece, index) =>
        index % 2 === 1 ? (
          <a key={index} href={piece} target="_blank" rel="noreferrer noopener">
            {piece}
          </a>
        ) : (
          <Fragment key={index}>{piece}</Fragment>
        ),
      )}
    </>
  );
}
