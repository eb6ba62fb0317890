/**
 * Owns an example: follow a studio's schedule from Node and print every change of a booking.
 *
 *     SERVER_URL=http://localhost:8000 API_KEY=ptk_… npm run example
 *     SERVER_URL=http://localhost:8000 EMAIL=manager@demo.studio PASSWORD=… npm run example
 */

import process, { argv, env, stdout } from "node:process";
import { createClient, isFull, SignedOut, until, type Client, type ClientState, type GetToken } from "../src/index.ts";

/** Signs in once a token: a program that runs for days would keep the refresh token instead. */
export function signIn(url: string, email: string, password: string): GetToken {
  return async () => {
    const response = await fetch(new URL("/api/v1/auth/login", url), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
    if (response.status >= 400 && response.status < 500) throw new SignedOut("The server does not know this address and password.");
    if (!response.ok) throw new Error(`The server answered ${response.status}.`);
    const { data } = (await response.json()) as { readonly data: { readonly access_token: string } };
    return data.access_token;
  };
}

/** A booking in one line, as far as its reader may know it. */
export function describe(state: ClientState, id: string): string {
  const booking = state.bookings.get(id);
  if (!booking) return `${id}: ended`;
  const artist = state.artists.get(booking.artist_id)?.name ?? "somebody";
  const when = `${booking.start} – ${booking.end}`;
  if (!isFull(booking)) return `${artist} is busy ${when}`;
  return `${artist}: ${booking.title || "untitled"}, ${booking.status} (rank ${booking.rank ?? "none"}), ${when}`;
}

/** Follow until the client is closed; resolves with why it was. */
export async function follow(client: Client, print: (line: string) => void): Promise<string> {
  client.connect();
  const started = await until(client, (state) => state.status === "live" || state.status === "closed");
  if (started.status === "live") {
    print(`${started.bookings.size} bookings of ${started.artists.size} artists, at ${started.seq} of the log`);
    client.subscribeChanges(({ kind, upserted, removed }) => {
      if (kind !== "booking") return;
      for (const id of [...upserted, ...removed]) print(describe(client.state, id));
    });
  }
  const ended = await until(client, (state) => state.status === "closed");
  return ended.closing?.reason ?? "closed";
}

async function main(): Promise<void> {
  const { SERVER_URL = "http://localhost:8000", EMAIL = "manager@demo.studio", PASSWORD, API_KEY } = env;
  if (!PASSWORD && !API_KEY) {
    stdout.write("Set API_KEY or PASSWORD, and SERVER_URL and EMAIL where they are others than the demo's.\n");
    process.exitCode = 2;
    return;
  }
  const getToken = API_KEY ? () => Promise.resolve(API_KEY) : signIn(SERVER_URL, EMAIL, PASSWORD ?? "");
  const client = createClient({ url: SERVER_URL, getToken });
  process.once("SIGINT", () => client.close());
  stdout.write(`${await follow(client, (line) => stdout.write(`${line}\n`))}\n`);
}

if (argv[1]?.includes("follow-schedule")) await main();
