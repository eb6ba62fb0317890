// Why a step of many was refused, booking by booking, with the way to each and the choice to do the others.
import { CircleX } from "lucide-react";

import { plural } from "../lib/format.ts";
import { currentSurface } from "../schedule/surface.ts";
import { closeDialog, openDetails, type RefusedItem, type RefusedStep } from "../studio/ui.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";

const LISTED = 200;

function visit(id: string): void {
  closeDialog();
  openDetails(id);
  currentSurface()?.reveal(id);
}

export function RefusedDialog({ refused: { items, of, others } }: { refused: RefusedStep }) {
  const rest = of === null ? null : of - items.length;
  const all = of === null ? plural(items.length, "booking") : `${items.length} of ${plural(of, "booking")}`;
  return (
    <Dialog
      title="Nothing was changed"
      width="m"
      description={`${all} ${items.length === 1 ? "does" : "do"} not fit, so none was changed.`}
      onClose={closeDialog}
      footer={
        <>
          {others !== null && (
            <Button
              className="mr-auto"
              onClick={() => {
                closeDialog();
                others();
              }}
            >
              {rest === null ? "Change the others anyway" : rest === 1 ? "Change the other one anyway" : `Change the other ${rest} anyway`}
            </Button>
          )}
          <Button weight="primary" onClick={closeDialog}>
            Leave everything as it is
          </Button>
        </>
      }
    >
      <ul className="grid gap-2.5" data-testid="bulk-refused">
        {items.slice(0, LISTED).map((item, index) => (
          <Reason key={`${item.bookingId ?? "new"} ${index}`} item={item} />
        ))}
      </ul>
      {items.length > LISTED && <p className="mt-2 text-xs text-ink-3">and {items.length - LISTED} more</p>}
    </Dialog>
  );
}

function Reason({ item: { bookingId, name, detail, reason } }: { item: RefusedItem }) {
  return (
    <li className="flex items-start gap-2.5">
      <CircleX aria-hidden size={16} className="mt-0.5 shrink-0 text-bad" />
      <div className="min-w-0 flex-1">
        <p className="text-sm font-medium">{name}</p>
        <p className="tabular text-xs text-ink-3">{detail}</p>
        {reason !== "" && <p className="mt-0.5 text-sm text-ink-2">{reason}</p>}
      </div>
      {bookingId !== null && (
        <Button size="s" aria-label={`Show ${name}`} onClick={() => visit(bookingId)}>
          Show
        </Button>
      )}
    </li>
  );
}
