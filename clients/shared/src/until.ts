/** Owns waiting for a state, for programs that run from top to bottom. */

import type { Client } from "./client.ts";
import type { ClientState } from "./state.ts";

/** Resolves with the first state that `holds`, the present one included. */
export function until(client: Client, holds: (state: ClientState) => boolean): Promise<ClientState> {
  return new Promise((resolve) => {
    if (holds(client.state)) {
      resolve(client.state);
      return;
    }
    const stop = client.subscribe(() => {
      if (!holds(client.state)) return;
      stop();
      resolve(client.state);
    });
  });
}
