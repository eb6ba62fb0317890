// Where floating parts are put: the page, or the modal dialog they belong to, since all else is inert then.
import { createContext, useContext } from "react";

export const PortalContext = createContext<HTMLElement | null>(null);

export function usePortal(): HTMLElement | null {
  return useContext(PortalContext);
}
