// The top of every screen: product, studio, search, who is here, the connection, theme and account.
import { Cable, CircleUser, Keyboard, LogOut, Monitor, Moon, Search, Settings, Sun, X } from "lucide-react";
import { useEffect, useRef } from "react";

import { personColour } from "../lib/colour.ts";
import { chooseTheme, useTheme, type ThemeChoice } from "../lib/theme.ts";
import { signOut } from "../session/session.ts";
import { useLive } from "../studio/live.tsx";
import { openDialog, setFilters, setUi, useUi } from "../studio/ui.ts";
import { roleWord } from "../studio/words.ts";
import { Avatar, Mark } from "../ui/bits.tsx";
import { IconButton } from "../ui/button.tsx";
import { Menu, MenuChoices, MenuItem, MenuLabel, MenuSeparator } from "../ui/menu.tsx";
import { late, shownOnce } from "../app/late.tsx";
import { ConnectionPill } from "./connection-pill.tsx";
import { People } from "./people.tsx";

const NoticeBell = late(
  () => shownOnce.then(() => import("../notices/bell.tsx")).then((part) => part.NoticeBell),
  Nothing,
  <span className="size-8 shrink-0" />,
);

function Nothing() {
  return null;
}

export interface TopBarProps {
  searchable: boolean;
  /** Gets the element that menus float in: inside this landmark, where assistive technology finds them. */
  layer: (element: HTMLElement | null) => void;
}

export function TopBar({ searchable, layer }: TopBarProps) {
  const studio = useLive((state) => state.tenant?.name ?? "");
  return (
    <header className="flex h-(--bar-height) shrink-0 items-center gap-2 border-b border-line bg-surface pr-2 pl-3 sm:gap-3">
      <div className="flex min-w-0 items-center gap-2.5">
        <Mark />
        <p className="flex min-w-0 items-baseline gap-2 text-sm">
          <span className="font-semibold whitespace-nowrap max-lg:sr-only">Production Tool</span>
          <span className="truncate font-medium text-ink-2 max-lg:text-ink" data-testid="studio-name">
            {studio}
          </span>
        </p>
      </div>
      <div className="flex flex-1 justify-center">{searchable && <SearchBox />}</div>
      <People />
      <ConnectionPill />
      <NoticeBell />
      <ThemeMenu />
      <AccountMenu />
      <div ref={layer} className="absolute" />
    </header>
  );
}

function SearchBox() {
  const search = useUi((ui) => ui.filters.search);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const find = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
      if (!find) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  return (
    <div role="search" className="relative w-full max-w-96">
      <Search aria-hidden size={14} className="absolute top-1/2 left-2.5 -translate-y-1/2 text-ink-3" />
      <input
        ref={input}
        type="text"
        inputMode="search"
        enterKeyHint="search"
        aria-label="Find artists by name, skill, tag or project"
        placeholder="Find artists, skills, tags, projects"
        autoComplete="off"
        spellCheck={false}
        value={search}
        onChange={(event) => setFilters({ search: event.target.value })}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          if (search === "") input.current?.blur();
          else setFilters({ search: "" });
        }}
        className="control border-transparent bg-sunken pr-8 pl-8 hover:border-line"
      />
      {search !== "" && (
        <IconButton
          label="Clear the search"
          icon={<X size={14} />}
          className="absolute top-1 right-1 size-6"
          onClick={() => {
            setFilters({ search: "" });
            input.current?.focus();
          }}
        />
      )}
    </div>
  );
}

const THEMES: readonly { value: ThemeChoice; label: string; icon: React.ReactNode }[] = [
  { value: "light", label: "Light", icon: <Sun size={15} /> },
  { value: "dark", label: "Dark", icon: <Moon size={15} /> },
  { value: "system", label: "As the system", icon: <Monitor size={15} /> },
];

function ThemeMenu() {
  const choice = useTheme((state) => state.choice);
  const theme = useTheme((state) => state.theme);
  return (
    <Menu
      trigger={
        <IconButton
          label="Theme"
          icon={theme === "dark" ? <Moon size={16} /> : <Sun size={16} />}
          className="max-sm:hidden"
        />
      }
    >
      <MenuChoices label="Theme" value={choice} choices={THEMES} onChange={chooseTheme} />
    </Menu>
  );
}

function AccountMenu() {
  const me = useLive((state) => state.me);
  const choice = useTheme((state) => state.choice);
  const colour = useLive((state) =>
    state.connectionId === null ? undefined : state.presence.get(state.connectionId)?.colour,
  );
  const name = me?.name ?? "";
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={name === "" ? "Account" : `Account of ${name}`}
          className="grid size-8 shrink-0 place-items-center rounded-full hover:bg-hover"
        >
          {me === null ? (
            <CircleUser size={20} className="text-ink-3" />
          ) : (
            <Avatar name={name} colour={colour ?? personColour(me.id)} size={26} />
          )}
        </button>
      }
    >
      {me !== null && (
        <MenuLabel>
          <span className="block text-sm font-medium text-ink">{name}</span>
          {roleWord(me.role)}
        </MenuLabel>
      )}
      <MenuSeparator />
      {me?.role === "studio_owner" && (
        <MenuItem icon={<Settings size={15} />} onSelect={() => openDialog({ kind: "studio" })}>
          Studio settings
        </MenuItem>
      )}
      <MenuItem icon={<Cable size={15} />} onSelect={() => setUi({ screen: "integrations", side: null })}>
        {me?.role === "studio_owner" ? "Integrations" : "Calendar links"}
      </MenuItem>
      <MenuItem icon={<Keyboard size={15} />} keys="?" onSelect={() => openDialog({ kind: "shortcuts" })}>
        Keyboard shortcuts
      </MenuItem>
      <div className="sm:hidden">
        <MenuChoices label="Theme" value={choice} choices={THEMES} onChange={chooseTheme} />
      </div>
      <MenuSeparator />
      <MenuItem icon={<LogOut size={15} />} onSelect={() => void signOut()}>
        Sign out
      </MenuItem>
    </Menu>
  );
}
