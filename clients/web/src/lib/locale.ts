// The language that dates and numbers are written in.

/** The browser's language where it is one; some systems report such as `en-US@posix`, which Intl throws at. */
export function localeOf(reported: string): string {
  try {
    return Intl.getCanonicalLocales(reported)[0] ?? "en";
  } catch {
    return "en";
  }
}
