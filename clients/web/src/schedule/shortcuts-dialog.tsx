// What the keys and gestures of the schedule do.
import { Dialog } from "../ui/dialog.tsx";
import { Keys } from "../ui/bits.tsx";

interface Shortcut {
  readonly keys: readonly string[];
  readonly does: string;
}

const GROUPS: readonly { title: string; items: readonly Shortcut[] }[] = [
  {
    title: "Find your way",
    items: [
      { keys: ["← ↑ ↓ →"], does: "Go to the next booking or row" },
      { keys: ["Ctrl K"], does: "Find artists, skills, tags, projects" },
      { keys: ["T"], does: "Go to today" },
      { keys: ["F"], does: "Fit everything on the screen" },
      { keys: ["+", "−"], does: "Zoom" },
      { keys: ["Ctrl wheel"], does: "Zoom at the pointer" },
      { keys: ["Space drag"], does: "Push the schedule about" },
      { keys: ["Ctrl ← →"], does: "Go along free time" },
      { keys: ["?"], does: "Show this list" },
    ],
  },
  {
    title: "Change a booking",
    items: [
      { keys: ["Enter"], does: "Open its details" },
      { keys: ["Alt ← →"], does: "Move it in time" },
      { keys: ["Alt ↑ ↓"], does: "Move it to another artist" },
      { keys: ["Alt [", "Alt ]"], does: "Resize its end" },
      { keys: ["Alt ⇧ [", "Alt ⇧ ]"], does: "Resize its start" },
      { keys: ["Del"], does: "Release it" },
      { keys: ["N"], does: "Book the time you are at" },
      { keys: ["⇧ F10"], does: "A menu of what can be done here" },
      { keys: ["M"], does: "Move what is selected by days or weeks" },
      { keys: ["D"], does: "Copy what is selected to later dates" },
      { keys: ["Ctrl Z", "Ctrl ⇧ Z"], does: "Undo, redo" },
    ],
  },
  {
    title: "While dragging",
    items: [
      { keys: ["Esc"], does: "Take the drag back" },
      { keys: ["⇧"], does: "Copy instead of move" },
      { keys: ["Ctrl"], does: "Keep the row or the time" },
      { keys: ["Alt"], does: "Do not snap" },
    ],
  },
  {
    title: "Select several",
    items: [
      { keys: ["Ctrl click"], does: "Add one to the selection" },
      { keys: ["⇧ click"], does: "Select up to here" },
      { keys: ["⇧ drag"], does: "Lasso" },
      { keys: ["Tab", "Enter"], does: "Go through free places that are offered, take one" },
    ],
  },
];

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys and gestures" width="l" onClose={onClose}>
      <div className="grid gap-x-10 gap-y-6 sm:grid-cols-2">
        {GROUPS.map((group) => (
          <section key={group.title}>
            <h3 className="mb-2 text-xs font-medium text-ink-3">{group.title}</h3>
            <dl className="grid gap-1.5">
              {group.items.map((item) => (
                <div key={item.does} className="flex items-center justify-between gap-4">
                  <dt className="text-sm">{item.does}</dt>
                  <dd className="flex shrink-0 gap-1">
                    {item.keys.map((key) => (
                      <Keys key={key}>{key}</Keys>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
