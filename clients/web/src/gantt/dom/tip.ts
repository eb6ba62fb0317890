/** Owns the one small label that explains: what lies under the pointer, how a drag stands, why not. */

export interface TipContent {
  readonly title: string;
  readonly lines: readonly string[];
  readonly tone: "plain" | "danger";
}

const GAP = 10;

export class Tip {
  readonly element: HTMLElement;
  readonly #icon: HTMLElement;
  readonly #title: HTMLElement;
  readonly #lines: HTMLElement;
  #shown = "";
  #width = 0;
  #height = 0;

  constructor() {
    this.element = document.createElement("div");
    this.element.className = "gantt-tip";
    // The same words go to the live region: read here they would come twice.
    this.element.setAttribute("aria-hidden", "true");
    this.element.hidden = true;
    this.#icon = document.createElement("span");
    this.#icon.className = "gantt-tip-icon";
    this.#icon.textContent = "!";
    this.#title = document.createElement("strong");
    this.#lines = document.createElement("div");
    this.element.append(this.#icon, this.#title, this.#lines);
  }

  /** Above `(x, y)`, or below where there is no room; always inside `bounds`. */
  show(content: TipContent, x: number, y: number, below: number, bounds: { width: number; height: number }): void {
    this.#fill(content);
    const left = Math.min(bounds.width - this.#width - 8, Math.max(8, x - this.#width / 2));
    const above = y - this.#height - GAP;
    const top = above >= 8 ? above : Math.min(bounds.height - this.#height - 8, below + GAP);
    this.element.style.transform = `translate(${left.toFixed(0)}px, ${top.toFixed(0)}px)`;
  }

  hide(): void {
    if (this.element.hidden) return;
    this.element.hidden = true;
    this.#shown = "";
  }

  get visible(): boolean {
    return !this.element.hidden;
  }

  #fill(content: TipContent): void {
    const key = `${content.tone}\n${content.title}\n${content.lines.join("\n")}`;
    if (key === this.#shown) return;
    this.#shown = key;
    this.element.dataset["tone"] = content.tone;
    this.#title.textContent = content.title;
    this.#lines.replaceChildren(
      ...content.lines.map((line) => {
        const element = document.createElement("div");
        element.textContent = line;
        return element;
      }),
    );
    this.element.hidden = false;
    this.#width = this.element.offsetWidth;
    this.#height = this.element.offsetHeight;
  }
}
