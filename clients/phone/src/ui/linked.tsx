// Notes as text, with the web addresses in them as links: directions are mostly one.
import { Fragment } from "preact";

import { piecesOf } from "./pieces.ts";

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
