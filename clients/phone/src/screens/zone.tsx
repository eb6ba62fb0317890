// The sheet in which the artist's zone is changed.
import { useState } from "preact/hooks";

import type { Artist } from "@production-tool/shared";
import { isZone } from "@production-tool/web/lib/time";

import { changeProfile } from "../live/answers.ts";
import { Button } from "../ui/button.tsx";
import { Sheet } from "../ui/sheet.tsx";

export function ZoneSheet({ artist, onClose }: { artist: Artist; onClose: () => void }) {
  const [zone, setZone] = useState(artist.zone);
  return (
    <Sheet title="Your time zone" onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isZone(zone)) return;
          if (zone !== artist.zone) changeProfile(artist.id, { zone });
          onClose();
        }}
      >
        <p class="soft">Bookings keep their moment; only the clock you read them by changes.</p>
        <label class="field">
          <span>Zone</span>
          <select value={zone} onChange={({ currentTarget }) => setZone(currentTarget.value)}>
            {[...new Set([artist.zone, "UTC", ...Intl.supportedValuesOf("timeZone")])].map((one) => (
              <option key={one} value={one}>
                {one.replaceAll("_", " ")}
              </option>
            ))}
          </select>
        </label>
        <Button weight="primary" type="submit">
          Save
        </Button>
      </form>
    </Sheet>
  );
}
