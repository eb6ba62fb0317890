/** Owns text widths: measured per character once, so that clipping a title costs no `measureText`. */

/** Fewer letters than these before an ellipsis tell nobody anything. */
const SHORTEST_CUT = 4;

export interface Measurer {
  font: string;
  measureText(text: string): { readonly width: number };
}

/** Widths of one font. Sums of advances leave kerning out: a hair too wide, never too narrow. */
class FontWidths {
  readonly #advance = new Map<string, number>();
  readonly #whole = new Map<string, number>();
  readonly #cut = new Map<string, string[]>();
  readonly #context: Measurer;
  readonly #font: string;

  constructor(context: Measurer, font: string) {
    this.#context = context;
    this.#font = font;
  }

  width(text: string): number {
    const known = this.#whole.get(text);
    if (known !== undefined) return known;
    if (this.#whole.size > 8000) this.#whole.clear();
    let total = 0;
    for (const character of text) total += this.#advanceOf(character);
    this.#whole.set(text, total);
    return total;
  }

  fit(text: string, room: number): string {
    if (this.width(text) <= room) return text;
    const ellipsis = this.#advanceOf("…");
    let used = ellipsis;
    let kept = 0;
    for (const character of text) {
      used += this.#advanceOf(character);
      if (used > room) break;
      kept += character.length;
    }
    return kept < SHORTEST_CUT ? "" : this.#cutAt(text, kept);
  }

  #cutAt(text: string, kept: number): string {
    let cuts = this.#cut.get(text);
    if (!cuts) {
      if (this.#cut.size > 4000) this.#cut.clear();
      cuts = [];
      this.#cut.set(text, cuts);
    }
    return (cuts[kept] ??= `${text.slice(0, kept).trimEnd()}…`);
  }

  #advanceOf(character: string): number {
    let advance = this.#advance.get(character);
    if (advance === undefined) {
      this.#context.font = this.#font;
      advance = this.#context.measureText(character).width;
      this.#advance.set(character, advance);
    }
    return advance;
  }
}

export class TextRuler {
  readonly #fonts = new Map<string, FontWidths>();
  readonly #context: Measurer;

  /** `context` must not be one that is drawn with: measuring sets its font. */
  constructor(context: Measurer) {
    this.#context = context;
  }

  width(text: string, font: string): number {
    return this.#of(font).width(text);
  }

  /** `text`, or as much of it as fits into `room` with an ellipsis; empty where nothing does. */
  fit(text: string, font: string, room: number): string {
    return this.#of(font).fit(text, room);
  }

  /** After web fonts arrived. */
  forget(): void {
    this.#fonts.clear();
  }

  #of(font: string): FontWidths {
    let widths = this.#fonts.get(font);
    if (!widths) {
      widths = new FontWidths(this.#context, font);
      this.#fonts.set(font, widths);
    }
    return widths;
  }
}
