// Light, dark, or as the system says: chosen here, painted through `data-theme`.
import { create } from "zustand";

export type ThemeChoice = "light" | "dark" | "system";
export type Theme = "light" | "dark";

interface ThemeState {
  choice: ThemeChoice;
  theme: Theme;
}

const KEY = "theme";
const systemDark = typeof matchMedia === "function" ? matchMedia("(prefers-color-scheme: dark)") : null;

function stored(): ThemeChoice {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system";
  }
}

function resolve(choice: ThemeChoice): Theme {
  if (choice !== "system") return choice;
  return systemDark?.matches === true ? "dark" : "light";
}

export const useTheme = create<ThemeState>(() => {
  const choice = stored();
  return { choice, theme: resolve(choice) };
});

function paint(choice: ThemeChoice): void {
  const theme = resolve(choice);
  document.documentElement.dataset["theme"] = theme;
  useTheme.setState({ choice, theme });
}

export function chooseTheme(choice: ThemeChoice): void {
  try {
    if (choice === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // A page without storage keeps the choice until it is closed.
  }
  paint(choice);
}

/** Follows the system while the choice is "system". */
export function followSystemTheme(): void {
  systemDark?.addEventListener("change", () => paint(useTheme.getState().choice));
}
