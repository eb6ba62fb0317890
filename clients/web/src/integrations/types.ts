// The records of the integrations page, as REST gives them.

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly hint: string;
  readonly created_by_name: string;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
  readonly previous_until: string | null;
  readonly revoked_at: string | null;
}

export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly description: string;
  readonly types: readonly string[];
  readonly project_id: string | null;
  readonly state: "active" | "paused" | "disabled";
  readonly reason: string;
  readonly cursor_seq: number;
  readonly head_seq: number;
  readonly attempt: number;
  readonly next_attempt_at: string | null;
}

export interface Delivery {
  readonly id: string;
  readonly message_id: string;
  readonly type: string;
  readonly seq: number | null;
  readonly attempt: number;
  readonly at: string;
  readonly ok: boolean;
  readonly status: number | null;
  readonly latency_ms: number;
  readonly error: string;
  readonly response: string;
}

export interface CalendarLink {
  readonly id: string;
  readonly artist_id: string | null;
  readonly project_id: string | null;
  readonly created_by_name: string;
  readonly created_at: string;
  readonly last_used_at: string | null;
}

export interface RecordLine {
  readonly id: string;
  readonly at: string;
  readonly actor_name: string;
  readonly action: string;
  readonly subject_name: string;
  readonly details: string;
}

/** What a key may be given, in words; the server has the same list. */
export const SCOPES: readonly { readonly scope: string; readonly words: string }[] = [
  { scope: "schedule:read", words: "Read artists, projects and bookings" },
  { scope: "events:read", words: "Follow what happens: the log and the feeds" },
  { scope: "bookings:write", words: "Make and change bookings" },
  { scope: "projects:write", words: "Make and change projects and phases" },
  { scope: "people:write", words: "Make and change artists, time off, holidays" },
  { scope: "history:write", words: "Restore what was" },
  { scope: "imports:write", words: "Import files" },
  { scope: "settings:write", words: "Change the studio's settings" },
  { scope: "members:manage", words: "Manage accounts: as much as you can do yourself" },
  { scope: "keys:manage", words: "Manage API keys" },
  { scope: "webhooks:manage", words: "Manage webhooks" },
  { scope: "calendars:manage", words: "Manage calendar links" },
];
