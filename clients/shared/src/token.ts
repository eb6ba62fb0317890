/** Owns what a client may read off its access token: when to have a fresh one ready. */

/** `getToken` throws this where nobody is signed in any more: the client closes instead of retrying. */
export class SignedOut extends Error {
  override readonly name = "SignedOut";
}

/** What an expired token of unknown life is given: this clock must be wrong. */
const UNKNOWN_LIFE_MS = 300_000;

/**
 * Milliseconds until a JWT should be renewed, at four fifths of what is left of it, or null for an
 * opaque token. Where this clock and the server's disagree, the token is taken
 * to be fresh. Never sooner than `leastMs`.
 */
export function renewIn(token: string, now: number, leastMs: number): number | null {
  const claims = claimsOf(token);
  if (claims === null) return null;
  const life = claims.issuedAt === null ? Infinity : (claims.expires - claims.issuedAt) * 1000;
  const left = claims.expires * 1000 - now;
  const believable = left > 0 && left <= life ? left : Math.min(life, UNKNOWN_LIFE_MS);
  return Math.max(leastMs, 0.8 * believable);
}

function claimsOf(token: string): { expires: number; issuedAt: number | null } | null {
  const payload = token.split(".")[1];
  if (payload === undefined) return null;
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    if (typeof claims !== "object" || claims === null || !("exp" in claims)) return null;
    const issuedAt = "iat" in claims && typeof claims.iat === "number" ? claims.iat : null;
    return typeof claims.exp === "number" ? { expires: claims.exp, issuedAt } : null;
  } catch {
    return null;
  }
}
