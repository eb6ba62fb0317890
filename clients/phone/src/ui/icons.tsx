// The few pictures the app has, drawn in the colour of the text around them.
import type { ComponentChildren } from "preact";

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" aria-hidden="true">
      {children}
    </svg>
  );
}

export const InboxIcon = () => (
  <Icon>
    <path d="M4 13l2.5-7h11L20 13v5H4zM4 13h4.5l1.5 2.5h4l1.5-2.5H20" stroke-linejoin="round" />
  </Icon>
);

export const CalendarIcon = () => (
  <Icon>
    <rect x="4" y="5.5" width="16" height="14" rx="2" />
    <path d="M4 10h16M8.5 3.5v4M15.5 3.5v4" stroke-linecap="round" />
  </Icon>
);

export const AwayIcon = () => (
  <Icon>
    <path d="M12 4a8 8 0 018 8H4a8 8 0 018-8zM12 12v6.5a1.8 1.8 0 003.5.6" stroke-linecap="round" stroke-linejoin="round" />
  </Icon>
);

export const PersonIcon = () => (
  <Icon>
    <circle cx="12" cy="8.5" r="3.5" />
    <path d="M5 19.5c1-3.6 3.7-5 7-5s6 1.4 7 5" stroke-linecap="round" />
  </Icon>
);

export const BellIcon = () => (
  <Icon>
    <path d="M6 16.5c1-1 1.2-2.4 1.2-5a4.8 4.8 0 019.6 0c0 2.6.2 4 1.2 5zM10.2 19.2a1.9 1.9 0 003.6 0" stroke-linecap="round" stroke-linejoin="round" />
  </Icon>
);

export const BackIcon = () => (
  <Icon>
    <path d="M14.5 5.5L8 12l6.5 6.5" stroke-linecap="round" stroke-linejoin="round" />
  </Icon>
);

export const NextIcon = () => (
  <Icon>
    <path d="M9.5 5.5L16 12l-6.5 6.5" stroke-linecap="round" stroke-linejoin="round" />
  </Icon>
);

export const CloseIcon = () => (
  <Icon>
    <path d="M6 6l12 12M18 6L6 18" stroke-linecap="round" />
  </Icon>
);
