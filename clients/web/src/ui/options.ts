// Which choices a typed text means, best first.

export interface ComboOption {
  readonly value: string;
  readonly label: string;
  readonly detail?: string;
  readonly colour?: string;
}

/** Lower case without accents, so that "Zoe" finds "Zoë". */
export function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Options that hold every typed word; those that begin with the text come first. */
export function rankOptions(options: readonly ComboOption[], typed: string, most = 200): ComboOption[] {
  const wanted = fold(typed.trim());
  if (wanted === "") return options.slice(0, most);
  const words = wanted.split(/\s+/u);
  const first: ComboOption[] = [];
  const rest: ComboOption[] = [];
  for (const option of options) {
    const label = fold(option.label);
    const text = `${label} ${fold(option.detail ?? "")}`;
    if (!words.every((word) => text.includes(word))) continue;
    (label.startsWith(wanted) ? first : rest).push(option);
  }
  return [...first, ...rest].slice(0, most);
}
