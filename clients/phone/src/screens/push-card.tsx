// Being told of holds while the app is closed: what stands, what it would take, and the switch.
import { useState } from "preact/hooks";

import { lookAtPush, testPush, turnOffPush, turnOnPush, usePush, type PushState } from "../push/device.ts";
import { Button } from "../ui/button.tsx";

const WHY: Record<Extract<PushState, { kind: "impossible" }>["why"], string> = {
  insecure:
    "Browsers notify on secure addresses only, and this one begins with http. Ask the studio for its https address.",
  install: "On an iPhone or iPad, add the app to the home screen first; then it can notify you.",
  browser: "This browser cannot notify you while the app is closed.",
  server: "This studio's server sends no notifications to phones.",
};

export function PushCard() {
  const push = usePush();
  return (
    <section class="card" aria-label="Notifications on this phone">
      <h2>Notifications on this phone</h2>
      <Standing push={push} />
    </section>
  );
}

function Standing({ push }: { push: PushState }) {
  switch (push.kind) {
    case "unknown":
      return (
        <>
          <p class="soft">Without a network it cannot be told whether they are on.</p>
          <Button onPress={() => void lookAtPush()}>Look again</Button>
        </>
      );
    case "impossible":
      return <p class="soft">{WHY[push.why]}</p>;
    case "denied":
      return <p class="soft">You have told this browser not to show notifications. Its settings for this page allow them again.</p>;
    case "off":
      return <Off problem={push.problem} />;
    case "on":
      return <On />;
  }
}

function Off({ problem }: { problem: string | null }) {
  const [busy, setBusy] = useState(false);
  return (
    <>
      <p class="soft">Be told of a new hold at once, and answer it from the lock screen.</p>
      {problem !== null && <p role="alert" class="warning">{problem}</p>}
      <Button
        weight="primary"
        disabled={busy}
        onPress={() => {
          setBusy(true);
          void turnOnPush().finally(() => setBusy(false));
        }}
      >
        Turn on notifications
      </Button>
    </>
  );
}

function On() {
  const [tested, setTested] = useState<string | null>(null);
  return (
    <>
      <p>New holds reach this phone.</p>
      <p class="soft" role="status">
        {tested}
      </p>
      <div class="answers">
        <Button onPress={() => void testPush().then(setTested)}>Send me a test</Button>
        <Button weight="quiet" onPress={() => void turnOffPush()}>
          Turn off
        </Button>
      </div>
    </>
  );
}

const NOT_NOW = "push-not-now";

/** Beside the first holds, until it was taken or put away. */
export function PushNudge() {
  const push = usePush();
  const [away, setAway] = useState(() => localStorage.getItem(NOT_NOW) !== null);
  if (away || push.kind !== "off") return null;
  return (
    <section class="card nudge" aria-label="Notifications">
      <p>Be told of new holds while the app is closed?</p>
      {push.problem !== null && <p role="alert" class="warning">{push.problem}</p>}
      <div class="answers">
        <Button onPress={() => void turnOnPush()}>Notify me</Button>
        <Button
          weight="quiet"
          onPress={() => {
            localStorage.setItem(NOT_NOW, "1");
            setAway(true);
          }}
        >
          Not now
        </Button>
      </div>
    </section>
  );
}
