// The narrow rail at the left (at the bottom on phones): the screens, and the lists beside the schedule.
import { CalendarRange, ClipboardList, FolderKanban, Route, ShieldUser, Users } from "lucide-react";
import type { ReactNode } from "react";

import { classes } from "../lib/classes.ts";
import { useLive } from "../studio/live.tsx";
import { setUi, useUi, type SidePanel } from "../studio/ui.ts";
import { Hint } from "../ui/hint.tsx";

export function Rail() {
  const role = useLive((state) => state.me?.role ?? null);
  const screen = useUi((ui) => ui.screen);
  const side = useUi((ui) => ui.side);
  const panel = (name: SidePanel): void => setUi({ screen: "schedule", side: side === name ? null : name });
  return (
    <nav
      aria-label="Studio"
      className={classes(
        "z-20 flex shrink-0 gap-1 border-line bg-surface",
        "max-sm:order-last max-sm:h-14 max-sm:justify-around max-sm:border-t max-sm:px-2 max-sm:pt-1",
        "sm:w-(--rail-width) sm:flex-col sm:items-center sm:border-r sm:pt-2",
      )}
    >
      {role === "freelancer" && (
        <RailButton
          label="My bookings"
          short="Bookings"
          icon={<ClipboardList size={19} />}
          current={screen === "agenda"}
          onClick={() => setUi({ screen: "agenda" })}
        />
      )}
      <RailButton
        label="Schedule"
        icon={<CalendarRange size={19} />}
        current={screen === "schedule"}
        onClick={() => setUi({ screen: "schedule", side: null })}
      />
      {role !== null && role !== "freelancer" && (
        <>
          <RailButton
            label="Artists"
            icon={<Users size={19} />}
            open={side === "artists"}
            onClick={() => panel("artists")}
          />
          <RailButton
            label="Projects"
            icon={<FolderKanban size={19} />}
            open={side === "projects"}
            onClick={() => panel("projects")}
          />
          <RailButton
            label="Planning"
            icon={<Route size={19} />}
            open={side === "planning"}
            onClick={() => panel("planning")}
          />
        </>
      )}
      {role === "studio_owner" && (
        <RailButton
          label="Members"
          icon={<ShieldUser size={19} />}
          open={side === "members"}
          onClick={() => panel("members")}
        />
      )}
    </nav>
  );
}

interface RailButtonProps {
  label: string;
  /** Under the icon on phones. */
  short?: string;
  icon: ReactNode;
  onClick: () => void;
  current?: boolean;
  open?: boolean;
}

function RailButton({ label, short = label, icon, onClick, current = false, open }: RailButtonProps) {
  return (
    <Hint label={label} side="right">
      <button
        type="button"
        aria-label={label}
        aria-current={current ? "page" : undefined}
        aria-expanded={open}
        onClick={onClick}
        className={classes(
          "grid place-items-center rounded-md transition-colors duration-100",
          "sm:size-10 max-sm:h-12 max-sm:w-16 max-sm:content-center max-sm:gap-0.5",
          open === true && "bg-accent-soft text-accent",
          current && open === undefined && "bg-hover text-ink",
          !current && open !== true && "text-ink-3 hover:bg-hover hover:text-ink",
        )}
      >
        {icon}
        <span aria-hidden className="text-2xs sm:hidden">
          {short}
        </span>
      </button>
    </Hint>
  );
}
