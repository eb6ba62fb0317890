// Drop-down menus of actions and of choices: a trigger at first, the rest when it is wanted.
import { cloneElement, useState, type ReactElement } from "react";

import { toast } from "./toasts.ts";
import type * as Parts from "./menu-parts.tsx";

let parts: typeof Parts | null = null;

const load = async (): Promise<typeof Parts> => (parts ??= await import("./menu-parts.tsx"));

/** Menus have to open without a network too. */
export const loadMenus = load;

type TriggerProps = Readonly<Record<string, unknown>>;

export function Menu(props: Parts.MenuProps) {
  const [asked, setAsked] = useState(false);
  if (asked && parts !== null) return <parts.Menu {...props} />;
  const open = (): void => {
    load().then(
      () => setAsked(true),
      () => toast({ tone: "bad", title: "The menu could not be loaded", text: "Try again once you are connected." }),
    );
  };
  const wiring: TriggerProps = {
    "aria-haspopup": "menu",
    "aria-expanded": false,
    onPointerEnter: () => void load().catch(() => undefined),
    onClick: open,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      open();
    },
  };
  return cloneElement(props.trigger as ReactElement<TriggerProps>, wiring);
}

/** What stands in a menu is shown only once its parts are here. */
function there(): typeof Parts {
  if (parts === null) throw new Error("A menu's items have to stand inside an open menu.");
  return parts;
}

export function MenuItem(props: Parts.MenuItemProps) {
  const { MenuItem: Item } = there();
  return <Item {...props} />;
}

export function MenuChoices<Value extends string>(props: Parts.MenuChoiceProps<Value>) {
  const { MenuChoices: Choices } = there();
  return <Choices {...props} />;
}

export function MenuCheck(props: Parameters<typeof Parts.MenuCheck>[0]) {
  const { MenuCheck: Check } = there();
  return <Check {...props} />;
}

export function MenuLabel(props: Parameters<typeof Parts.MenuLabel>[0]) {
  const { MenuLabel: Label } = there();
  return <Label {...props} />;
}

export function MenuSeparator() {
  const { MenuSeparator: Separator } = there();
  return <Separator />;
}
