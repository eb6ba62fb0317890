// Web addresses as people type them. Pure.

/** As the server takes it; a bare "vimeo.com/1" is meant as https. */
export function addressOf(typed: string): string | null {
  const text = typed.trim();
  const url = /^[a-z]+:/iu.test(text) ? text : `https://${text}`;
  return /^https?:\/\/[^\s/?#@:]+\.[^\s/?#@:]+(:[0-9]{1,5})?([/?#]\S*)?$/u.test(url) ? url : null;
}
