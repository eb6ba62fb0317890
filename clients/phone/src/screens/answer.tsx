// The answers a booking can be given, and the sheets that ask for the rest of them.
import { useState } from "preact/hooks";

import type { FullBooking } from "@production-tool/shared";
import { bookingName, statusWord } from "@production-tool/web/studio/words";

import { accept, decline, withdraw } from "../live/answers.ts";
import { useOwn } from "../live/bookings.ts";
import { clashes } from "../live/sort.ts";
import { useLive } from "../live/live.ts";
import { Button } from "../ui/button.tsx";
import { Sheet } from "../ui/sheet.tsx";
import { When } from "../ui/when.tsx";
import { ProposeDates } from "./propose.tsx";

type Asking = "clash" | "decline" | "withdraw" | "propose" | null;

export function AnswerButtons({ booking }: { booking: FullBooking }) {
  const own = useOwn();
  const [asking, setAsking] = useState<Asking>(null);
  const close = (): void => setAsking(null);
  const inWay = clashes(booking, own);
  if (booking.status === "confirmed") return null;
  const answered = booking.status === "pencil" || booking.response === "accepted";
  return (
    <>
      <div class="answers">
        {answered ? (
          <Button weight="danger" onPress={() => setAsking("withdraw")}>
            Take my yes back
          </Button>
        ) : (
          <>
            <Button weight="primary" onPress={() => (inWay.length > 0 ? setAsking("clash") : accept(booking))}>
              Accept
            </Button>
            <Button onPress={() => setAsking("decline")}>Decline</Button>
            <Button weight="quiet" onPress={() => setAsking("propose")}>
              {booking.counter === null ? "Other dates" : "Change my dates"}
            </Button>
          </>
        )}
      </div>
      {asking === "clash" && <Clash booking={booking} inWay={inWay} onClose={close} />}
      {asking === "decline" && (
        <Reason
          title="Decline this hold"
          suggestions={["Already booked", "Away", "Not my kind of work", "The rate"]}
          action="Decline"
          onGive={(reason) => decline(booking, reason)}
          onClose={close}
        />
      )}
      {asking === "withdraw" && (
        <Reason
          title="Take your yes back"
          suggestions={["I am ill", "Something came up"]}
          action="Take it back"
          onGive={(reason) => withdraw(booking, reason)}
          onClose={close}
        />
      )}
      {asking === "propose" && <ProposeDates booking={booking} onClose={close} />}
    </>
  );
}

interface ReasonProps {
  title: string;
  suggestions: readonly string[];
  action: string;
  onGive: (reason: string) => void;
  onClose: () => void;
}

function Reason({ title, suggestions, action, onGive, onClose }: ReasonProps) {
  const [reason, setReason] = useState("");
  return (
    <Sheet title={title} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          onGive(reason.trim());
          onClose();
        }}
      >
        <div class="chips" role="group" aria-label="Reasons to choose from">
          {suggestions.map((text) => (
            <button key={text} type="button" class="chip" aria-pressed={reason === text} onClick={() => setReason(reason === text ? "" : text)}>
              {text}
            </button>
          ))}
        </div>
        <label class="field">
          <span>Reason (may be left out)</span>
          <input type="text" value={reason} maxLength={1000} onInput={({ currentTarget }) => setReason(currentTarget.value)} />
        </label>
        <Button weight="danger" type="submit">
          {action}
        </Button>
      </form>
    </Sheet>
  );
}

function Clash({ booking, inWay, onClose }: { booking: FullBooking; inWay: readonly FullBooking[]; onClose: () => void }) {
  const projects = useLive((state) => state.projects);
  return (
    <Sheet title="You have said yes elsewhere" onClose={onClose}>
      <div class="stack">
        <p>On the same days there is:</p>
        <ul class="plain-list stack">
          {inWay.map((other) => (
            <li key={other.id} class="card">
              <p>
                <strong>{bookingName(other.title, projects.get(other.project_id ?? "")?.name)}</strong>
                {`, ${statusWord(other.status).toLowerCase()}`}
              </p>
              <When range={other} />
            </li>
          ))}
        </ul>
        <p class="soft">Your yes is kept in line: it counts once the other work is gone.</p>
        <Button
          weight="primary"
          onPress={() => {
            accept(booking);
            onClose();
          }}
        >
          Accept all the same
        </Button>
        <Button weight="quiet" onPress={onClose}>
          Go back
        </Button>
      </div>
    </Sheet>
  );
}
