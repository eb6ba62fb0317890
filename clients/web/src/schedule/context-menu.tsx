// The menu of a bar, a free place or an artist: by the right button, the menu key or Shift F10.
import { CalendarOff, CalendarPlus, Copy, MoveHorizontal, PanelRight, Repeat, Trash2, UserRound } from "lucide-react";
import { DropdownMenu } from "radix-ui";

import { isFull } from "@production-tool/shared";

import type { GanttContext } from "../gantt/types.ts";
import { addDays, startOfDay } from "../lib/time.ts";
import { useCommands, useLive, useZone } from "../studio/live.tsx";
import { offIdOf } from "../studio/marks.ts";
import { openDetails, openDialog, select, setUi, useUi } from "../studio/ui.ts";
import { MenuItem, MenuSeparator } from "../ui/menu-parts.tsx";
import { usePortal } from "../ui/portal.ts";
import { currentSurface } from "./surface.ts";

export function ContextMenu({ menu }: { menu: GanttContext }) {
  const portal = usePortal();
  const close = (): void => setUi({ menu: null });
  const about = menu.id === null ? null : offIdOf(menu.id);
  return (
    <DropdownMenu.Root open modal={false} onOpenChange={(open) => !open && close()}>
      <DropdownMenu.Trigger asChild>
        <span
          aria-hidden
          className="pointer-events-none fixed size-px"
          style={{ left: menu.clientX, top: menu.clientY }}
        />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={portal}>
        <DropdownMenu.Content
          aria-label="On the schedule"
          align="start"
          sideOffset={2}
          collisionPadding={8}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (useUi.getState().dialog === null) currentSurface()?.focus();
          }}
          className="z-50 min-w-56 rounded-md border border-line bg-surface p-1 shadow-m animate-fade"
        >
          {menu.id !== null && about === null ? <OfBookings id={menu.id} /> : <OfPlace menu={menu} />}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** Of what is selected, where the one pointed at is among it. */
function OfBookings({ id }: { id: string }) {
  const commands = useCommands();
  const bookings = useLive((state) => state.bookings);
  const selection = useUi((ui) => ui.selection);
  const ids = (selection.includes(id) ? selection : [id]).filter((each) => bookings.has(each));
  const booking = bookings.get(id);
  const series = booking !== undefined && isFull(booking) ? booking.series_id : null;
  return (
    <>
      <MenuItem icon={<PanelRight size={15} />} keys="Enter" onSelect={() => openDetails(id)}>
        Open details
      </MenuItem>
      <MenuItem
        icon={<MoveHorizontal size={15} />}
        keys="M"
        onSelect={() => openDialog({ kind: "move", scope: { kind: "bookings", ids } })}
      >
        Move by…
      </MenuItem>
      <MenuItem icon={<Copy size={15} />} keys="D" onSelect={() => openDialog({ kind: "copy", ids })}>
        Copy to later dates…
      </MenuItem>
      {series !== null && (
        <MenuItem icon={<Repeat size={15} />} onSelect={() => openDialog({ kind: "series_edit", bookingId: id })}>
          Change the series…
        </MenuItem>
      )}
      <MenuSeparator />
      <MenuItem icon={<Trash2 size={15} />} danger keys="Del" onSelect={() => commands.removed(ids)}>
        Release
      </MenuItem>
    </>
  );
}

function OfPlace({ menu: { id, rowId, time, clientX, clientY } }: { menu: GanttContext }) {
  const zone = useZone();
  const artist = useLive((state) => (rowId === null ? undefined : state.artists.get(rowId)));
  if (artist === undefined) return null;
  const book = (): void => {
    const start = startOfDay(time, zone);
    const end = addDays(start, 1, zone);
    setUi({ draft: { rowId: artist.id, start, end, conflict: null, anchor: { x: clientX, y: clientY } } });
  };
  return (
    <>
      {id !== null && (
        <MenuItem icon={<PanelRight size={15} />} onSelect={() => select([id])}>
          Open time off
        </MenuItem>
      )}
      <MenuItem icon={<CalendarPlus size={15} />} onSelect={book}>
        Book this day
      </MenuItem>
      <MenuItem icon={<Repeat size={15} />} onSelect={() => openDialog({ kind: "series", artistId: artist.id })}>
        Repeating booking…
      </MenuItem>
      <MenuItem icon={<CalendarOff size={15} />} onSelect={() => openDialog({ kind: "time_off", artistId: artist.id })}>
        Time off…
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<UserRound size={15} />} onSelect={() => openDialog({ kind: "artist", id: artist.id })}>
        {artist.name}…
      </MenuItem>
    </>
  );
}
