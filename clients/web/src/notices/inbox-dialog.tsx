// One's notices, the newest first; and how one wants to hear of what.
import { useEffect, useState } from "react";

import { formatAgo } from "../lib/format.ts";
import { useNow } from "../lib/now.ts";
import { classes } from "../lib/classes.ts";
import { inWords } from "../session/api.ts";
import { useLive, useLocale } from "../studio/live.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { markRead, readInbox, type Notice } from "./api.ts";
import { showBooking } from "./keep.ts";
import { addOlder, setInbox, setRead, useNotices } from "./store.ts";
import { WishesForm } from "./wishes.tsx";

export function InboxDialog({ onClose }: { onClose: () => void }) {
  const [wishes, setWishes] = useState(false);
  return (
    <Dialog
      title={wishes ? "What you hear of" : "Notices"}
      width={wishes ? "l" : "m"}
      onClose={onClose}
      footer={
        <>
          <Button weight="quiet" onClick={() => setWishes(!wishes)}>
            {wishes ? "Back to the notices" : "What you hear of, and how"}
          </Button>
          <Button onClick={onClose}>Close</Button>
        </>
      }
    >
      {wishes ? <WishesForm /> : <Inbox onClose={onClose} />}
    </Dialog>
  );
}

function Inbox({ onClose }: { onClose: () => void }) {
  const { notices, next } = useNotices();
  // What was new when the inbox was opened stays marked until it is closed.
  const [fresh] = useState(() => new Set(notices.filter((one) => one.read_at === null).map((one) => one.id)));
  const [fault, setFault] = useState<string | null>(null);
  const newest = notices[0]?.number;
  useEffect(() => {
    readInbox(null).then(setInbox, (error: unknown) => setFault(inWords(error)));
  }, []);
  useEffect(() => {
    if (newest === undefined) return;
    markRead(newest).then(
      (unread) => setRead(newest, unread),
      () => undefined, // it is marked with the next opening
    );
  }, [newest]);
  const older = (): void => {
    readInbox(next).then(addOlder, (error: unknown) => setFault(inWords(error)));
  };
  return (
    <div className="grid gap-3">
      {fault !== null && (
        <p role="alert" className="text-sm text-bad">
          {fault}
        </p>
      )}
      {notices.length === 0 && fault === null && <p className="text-sm text-ink-2">Nothing yet.</p>}
      <ol aria-label="Notices" className="grid">
        {notices.map((one) => (
          <Line key={one.id} notice={one} fresh={fresh.has(one.id) || one.read_at === null} onClose={onClose} />
        ))}
      </ol>
      {next !== null && (
        <Button size="s" className="justify-self-start" onClick={older}>
          Show earlier
        </Button>
      )}
    </div>
  );
}

function Line({ notice, fresh, onClose }: { notice: Notice; fresh: boolean; onClose: () => void }) {
  const locale = useLocale();
  const at = Date.parse(notice.at);
  const now = useNow(at);
  const there = useLive((state) => notice.subject_kind === "booking" && state.bookings.has(notice.subject_id));
  const said = (
    <>
      <span className="flex items-baseline gap-2">
        <span className={classes("min-w-0 flex-1 text-sm", fresh ? "font-semibold" : "font-medium")}>{notice.title}</span>
        {fresh && <span className="rounded-sm bg-accent-soft px-1.5 text-xs font-medium text-accent">New</span>}
        <span className="text-xs whitespace-nowrap text-ink-3">{formatAgo(at, now, locale)}</span>
      </span>
      <span className="block text-sm text-ink-2">{notice.text}</span>
    </>
  );
  return (
    <li className="border-t border-line first:border-t-0">
      {there ? (
        <button
          type="button"
          onClick={() => {
            onClose();
            showBooking(notice.subject_id);
          }}
          className="-mx-2 block w-[calc(100%+1rem)] rounded-md px-2 py-2.5 text-left hover:bg-hover"
        >
          {said}
        </button>
      ) : (
        <div className="py-2.5">{said}</div>
      )}
    </li>
  );
}
