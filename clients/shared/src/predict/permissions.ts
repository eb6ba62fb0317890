/** Owns who may probably ask for what, so that nothing is shown that the server forbids. */

import type { Action, CommandArgs, Me } from "../protocol.ts";
import type { Reader } from "./draft.ts";

const OWN_ARTIST_FIELDS: ReadonlySet<string> = new Set([
  ...["artist_id", "skills", "zone", "working_hours", "portfolio", "preferred_projects", "preferred_hours"],
  ...["holiday_country", "holiday_subdivision"],
]);

/** Whether the server would let `me` ask for the action; who is not known yet may ask for anything. */
export function mayAsk(reader: Reader, action: Action, me: Me | null): boolean {
  switch (me?.role) {
    case undefined:
    case "studio_owner":
    // What an API key may is in its scopes, which only the server knows.
    case "integrator":
      return true;
    case "studio_manager":
      return !["member.add", "member.edit", "tenant.edit"].includes(action.op);
    case "freelancer":
      return freelancerMayAsk(reader, action, me);
  }
}

function freelancerMayAsk(reader: Reader, action: Action, me: Me): boolean {
  switch (action.op) {
    case "booking.accept":
    case "booking.decline":
    case "booking.withdraw":
    case "booking.counter":
      return reader.get("booking", action.args.booking_id)?.artist_id === me.artist_id;
    case "artist.edit":
      return (
        action.args.artist_id === me.artist_id &&
        Object.keys(action.args).every((name) => OWN_ARTIST_FIELDS.has(name)) &&
        addsNoProject(reader, action.args)
      );
    case "time_off.request":
      return action.args.artist_id === me.artist_id;
    case "time_off.cancel":
      return reader.get("time_off", action.args.time_off_id)?.artist_id === me.artist_id;
    case "history.undo":
      return true;
    default:
      return false;
  }
}

/** Artists drop preferred projects or reorder them; which others there are is the studio's to know. */
function addsNoProject(reader: Reader, args: CommandArgs["artist.edit"]): boolean {
  const known = reader.get("artist", args.artist_id)?.preferred_projects ?? [];
  return (args.preferred_projects ?? []).every((project) => known.includes(project));
}
