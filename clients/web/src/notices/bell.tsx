// The bell in the top bar: how many notices are not read, and the way to them.
import { Bell } from "lucide-react";
import { useState } from "react";

import { late } from "../app/late.tsx";
import { IconButton } from "../ui/button.tsx";
import { useNotices } from "./store.ts";

const InboxDialog = late(() => import("./inbox-dialog.tsx").then((part) => part.InboxDialog));

export function NoticeBell() {
  const unread = useNotices((state) => state.unread);
  const [open, setOpen] = useState(false);
  const count = unread > 99 ? "99+" : String(unread);
  return (
    <>
      <span className="relative shrink-0">
        <IconButton
          label={unread === 0 ? "Notices" : `Notices, ${count} not read`}
          icon={<Bell size={16} />}
          onClick={() => setOpen(true)}
        />
        {unread > 0 && (
          <span
            aria-hidden
            data-testid="unread"
            className="pointer-events-none absolute -top-0.5 -right-0.5 min-w-4 rounded-full bg-accent px-1 text-center text-2xs leading-4 font-semibold text-on-accent"
          >
            {count}
          </span>
        )}
      </span>
      {open && <InboxDialog onClose={() => setOpen(false)} />}
    </>
  );
}
