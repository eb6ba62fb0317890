// Who else is here, in their colours, what they look at, and a way to look along.
import { Eye, EyeOff } from "lucide-react";
import { useMemo } from "react";

import { toMs } from "@production-tool/shared";

import { formatSpan } from "../lib/format.ts";
import { useLive, useLocale, useZone } from "../studio/live.tsx";
import { setUi, useUi } from "../studio/ui.ts";
import { Avatar } from "../ui/bits.tsx";
import { Hint } from "../ui/hint.tsx";
import { Menu, MenuItem, MenuLabel } from "../ui/menu.tsx";

const SHOWN = 4;

export interface Peer {
  readonly connectionId: string;
  readonly memberId: string;
  readonly name: string;
  readonly colour: string;
  readonly view: { start: number; end: number } | null;
}

/** Everybody else who is connected, one entry a person, by name. */
export function usePeers(): readonly Peer[] {
  const presence = useLive((state) => state.presence);
  const me = useLive((state) => state.me);
  return useMemo(() => {
    const byMember = new Map<string, Peer>();
    for (const person of presence.values()) {
      if (person.member_id === me?.id) continue;
      const { start, end } = person.view ?? {};
      const view = start != null && end != null ? { start: toMs(start), end: toMs(end) } : null;
      const known = byMember.get(person.member_id);
      if (known !== undefined && (known.view !== null || view === null)) continue;
      byMember.set(person.member_id, {
        connectionId: person.connection_id,
        memberId: person.member_id,
        name: person.name,
        colour: person.colour,
        view,
      });
    }
    return [...byMember.values()].sort((a, b) => a.name.localeCompare(b.name));
  }, [presence, me]);
}

export function People() {
  const elsewhere = useLive((state) => state.elsewhere);
  return (
    <>
      <Peers />
      {elsewhere === "unknown" && (
        <Hint label="Who works through another server cannot be seen just now. Everybody's changes still arrive.">
          <span role="status" tabIndex={0} data-testid="elsewhere" className="text-xs text-ink-3 max-sm:sr-only">
            others unknown
          </span>
        </Hint>
      )}
    </>
  );
}

function Peers() {
  const peers = usePeers();
  const following = useUi((ui) => ui.following);
  const zone = useZone();
  const locale = useLocale();
  if (peers.length === 0) return null;
  const looking = (peer: Peer): string =>
    peer.view === null ? "Is here" : `Looks at ${formatSpan(peer.view.start, peer.view.end, zone, locale)}`;
  return (
    <Menu
      trigger={
        <button
          type="button"
          data-testid="people"
          aria-label={`${peers.length} ${peers.length === 1 ? "other person" : "others"} here: ${peers.map((peer) => peer.name).join(", ")}`}
          className="flex h-8 items-center rounded-full px-0.5 hover:bg-hover"
        >
          {peers.slice(0, SHOWN).map((peer) => (
            <Hint key={peer.memberId} label={`${peer.name} · ${looking(peer)}`}>
              <span
                className="-ml-1.5 rounded-full border-2 bg-surface first:ml-0"
                style={{ borderColor: following === peer.connectionId ? peer.colour : "var(--surface)" }}
              >
                <Avatar name={peer.name} colour={peer.colour} size={24} />
              </span>
            </Hint>
          ))}
          {peers.length > SHOWN && (
            <span className="tabular px-1 text-xs font-medium text-ink-2">+{peers.length - SHOWN}</span>
          )}
        </button>
      }
    >
      <MenuLabel>Here now</MenuLabel>
      {peers.map((peer) => {
        const followed = following === peer.connectionId;
        return (
          <MenuItem
            key={peer.memberId}
            icon={<Avatar name={peer.name} colour={peer.colour} size={20} />}
            disabled={peer.view === null}
            onSelect={() => setUi({ following: followed ? null : peer.connectionId })}
          >
            <span className="flex items-center gap-2">
              <span className="flex-1">
                {peer.name}
                <span className="block text-xs text-ink-3">{looking(peer)}</span>
              </span>
              {followed ? <EyeOff size={14} aria-label="Stop following" /> : <Eye size={14} aria-label="Follow" />}
            </span>
          </MenuItem>
        );
      })}
    </Menu>
  );
}
