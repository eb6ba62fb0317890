// Buttons a thumb hits: never lower than 48 px.
import type { ComponentChildren } from "preact";

interface ButtonProps {
  children: ComponentChildren;
  onPress?: () => void;
  weight?: "primary" | "plain" | "danger" | "quiet";
  type?: "button" | "submit";
  disabled?: boolean;
  label?: string;
}

export function Button({ children, onPress, weight = "plain", type = "button", disabled = false, label }: ButtonProps) {
  return (
    <button class={`button ${weight}`} type={type} disabled={disabled} aria-label={label} onClick={onPress}>
      {children}
    </button>
  );
}
