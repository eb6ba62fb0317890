// What somebody else set while this person was typing something else: both are offered.
import { Button } from "../ui/button.tsx";

export interface ChangedMeanwhileProps {
  to: string;
  onKeep: () => void;
  onTake: () => void;
  keepDisabled?: boolean;
}

export function ChangedMeanwhile({ to, onKeep, onTake, keepDisabled }: ChangedMeanwhileProps) {
  return (
    <div role="alert" className="mt-1.5 grid gap-1.5 text-xs text-warn">
      <p className="line-clamp-3 break-words">
        {to === "" ? "Cleared meanwhile by somebody else." : `Changed meanwhile to “${to}”.`}
      </p>
      <div className="flex gap-1.5">
        <Button size="s" onClick={onTake}>
          Take theirs
        </Button>
        <Button size="s" disabled={keepDisabled} onClick={onKeep}>
          Save mine
        </Button>
      </div>
    </div>
  );
}
