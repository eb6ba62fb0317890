// The frame of a list beside the schedule: find, add, and one row an entry.
import { Plus, Search } from "lucide-react";
import { useState, type ReactNode } from "react";

import { PanelFrame } from "../schedule/panel.tsx";
import { IconButton } from "../ui/button.tsx";
import { fold } from "../ui/options.ts";

export interface ListEntry {
  readonly id: string;
  /** What the find box looks through. */
  readonly text: string;
}

export interface SideListProps<Entry extends ListEntry> {
  title: string;
  noun: string;
  entries: readonly Entry[];
  empty: ReactNode;
  onAdd: () => void;
  onClose: () => void;
  row: (entry: Entry) => ReactNode;
}

/** Beyond this many rows the find box is the way: a list of thousands helps nobody. */
const SHOWN = 300;

export function SideList<Entry extends ListEntry>(props: SideListProps<Entry>) {
  const { title, noun, entries, empty, onAdd, onClose, row } = props;
  const [find, setFind] = useState("");
  const words = fold(find).split(/\s+/u).filter(Boolean);
  const found = entries.filter((entry) => {
    const text = fold(entry.text);
    return words.every((word) => text.includes(word));
  });
  return (
    <PanelFrame
      label={title}
      title={title}
      badge={<span className="tabular text-xs text-ink-3">{entries.length.toLocaleString("en")}</span>}
      tools={<IconButton label={`Add ${noun}`} icon={<Plus size={16} />} onClick={onAdd} />}
      onClose={onClose}
    >
      {entries.length === 0 ? (
        empty
      ) : (
        <>
          <div className="relative">
            <Search aria-hidden size={14} className="absolute top-1/2 left-2.5 -translate-y-1/2 text-ink-3" />
            <input
              type="text"
              inputMode="search"
              aria-label={`Find in ${title.toLowerCase()}`}
              placeholder="Find"
              autoComplete="off"
              value={find}
              onChange={(event) => setFind(event.target.value)}
              className="control pl-8"
            />
          </div>
          {found.length === 0 ? (
            <p className="text-sm text-ink-2">Nothing matches “{find.trim()}”.</p>
          ) : (
            <ul className="-mx-2 grid grid-cols-1">
              {found.slice(0, SHOWN).map((entry) => (
                <li key={entry.id}>{row(entry)}</li>
              ))}
            </ul>
          )}
          {found.length > SHOWN && (
            <p className="text-xs text-ink-3">
              and {(found.length - SHOWN).toLocaleString("en")} more; type to find them
            </p>
          )}
        </>
      )}
    </PanelFrame>
  );
}

export interface RowButtonProps {
  lead?: ReactNode;
  title: string;
  detail?: string;
  badge?: ReactNode;
  faded?: boolean;
  onClick: () => void;
}

export function RowButton({ lead, title, detail, badge, faded = false, onClick }: RowButtonProps) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="flex min-h-11 w-full items-center gap-2.5 rounded-md px-2 py-1.5 text-left hover:bg-hover"
    >
      {lead}
      <span className="min-w-0 flex-1">
        <span className={`block truncate text-sm font-medium ${faded ? "text-ink-2" : ""}`}>{title}</span>
        {detail !== undefined && detail !== "" && <span className="block truncate text-xs text-ink-3">{detail}</span>}
      </span>
      {badge}
    </button>
  );
}
