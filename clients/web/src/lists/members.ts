// Accounts over REST: a closed one is signed out at once, and passwords stay out of the log.
import type { Member, Role } from "@production-tool/shared";

import { call } from "../session/api.ts";

export interface NewMember {
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly artist_id: string | null;
  readonly password: string;
}

export async function addMember(member: NewMember): Promise<void> {
  const { artist_id, ...rest } = member;
  await call<Member>("members", { json: artist_id === null ? rest : { ...rest, artist_id } });
}

export async function editMember(
  memberId: string,
  change: Partial<Pick<NewMember, "name" | "role" | "artist_id">> & { readonly active?: boolean },
  baseVersion?: number,
): Promise<void> {
  await call<Member>(`members/${memberId}`, { method: "PATCH", json: change, baseVersion });
}

export async function setPassword(memberId: string, password: string): Promise<void> {
  await call(`members/${memberId}/password`, { method: "PUT", json: { password } });
}
