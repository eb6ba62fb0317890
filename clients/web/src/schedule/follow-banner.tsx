// Says whose view is being followed, and lets go of it.
import { Eye } from "lucide-react";
import { useEffect } from "react";

import { setUi, useUi } from "../studio/ui.ts";
import { Button } from "../ui/button.tsx";
import { usePeers } from "./people.tsx";

const MODIFIERS: ReadonlySet<string> = new Set(["Alt", "Control", "Meta", "Shift"]);

/** Whatever a person does with hand or keys is theirs: they are no longer led. */
function useRelease(): void {
  useEffect(() => {
    const stop = new AbortController();
    const release = (event: Event): void => {
      if (event instanceof KeyboardEvent && MODIFIERS.has(event.key)) return;
      setUi({ following: null });
    };
    const options = { capture: true, passive: true, signal: stop.signal };
    for (const kind of ["pointerdown", "keydown", "wheel"]) addEventListener(kind, release, options);
    return () => stop.abort();
  }, []);
}

export function FollowBanner() {
  useRelease();
  const following = useUi((ui) => ui.following);
  const peer = usePeers().find(({ connectionId }) => connectionId === following);
  if (peer === undefined) return null;
  return (
    <div
      role="status"
      className="pointer-events-none absolute inset-0 z-10 rounded-sm border-2"
      style={{ borderColor: peer.colour }}
    >
      <div className="pointer-events-auto absolute bottom-3 left-1/2 flex -translate-x-1/2 items-center gap-2 rounded-full border border-line bg-surface py-1 pr-1 pl-3 text-sm shadow-m">
        <Eye aria-hidden size={14} />
        Following {peer.name}
        <Button size="s" weight="quiet" className="rounded-full" onClick={() => setUi({ following: null })}>
          Stop
        </Button>
      </div>
    </div>
  );
}
