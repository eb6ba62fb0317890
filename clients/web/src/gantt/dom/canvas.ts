/** Owns a canvas that is sharp on every screen: its bitmap follows size and pixel density. */

export class SharpCanvas {
  readonly element: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
  dpr = 1;

  constructor(name: string, opaque: boolean) {
    this.element = document.createElement("canvas");
    this.element.className = name;
    this.element.setAttribute("aria-hidden", "true");
    const context = this.element.getContext("2d", { alpha: !opaque });
    if (!context) throw new Error("expected a 2D canvas context, got none");
    this.context = context;
  }

  resize(width: number, height: number, dpr: number): void {
    const [columns, lines] = [Math.max(1, Math.round(width * dpr)), Math.max(1, Math.round(height * dpr))];
    this.dpr = dpr;
    if (this.element.width !== columns) this.element.width = columns;
    if (this.element.height !== lines) this.element.height = lines;
    this.context.setTransform(dpr, 0, 0, dpr, 0, 0);
  }
}
