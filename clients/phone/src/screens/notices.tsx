// What the artist was told, the newest first; opening the screen marks it read.
import { useEffect, useState } from "preact/hooks";

import { formatAgo } from "@production-tool/web/lib/format";
import type { Notice } from "@production-tool/web/notices/api";
import { inWords } from "@production-tool/web/session/api";

import { locale } from "../live/live.ts";
import { readAll, readNotices, readOlder, useNotices } from "../live/notices.ts";
import { go, goBack, pathOf, type Route } from "../route.ts";
import { useNow } from "../time/now.ts";
import { Button } from "../ui/button.tsx";
import { BackIcon } from "../ui/icons.tsx";
import { late } from "../ui/late.tsx";

const WishesSheet = late(() => import("./wishes.tsx").then((part) => part.WishesSheet));

export function NoticesScreen() {
  const { notices, next, loaded } = useNotices();
  const [wishes, setWishes] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  // What was new when the screen was opened stays marked until it is left.
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const newest = notices[0]?.number;
  useEffect(() => {
    if (!loaded) void readNotices();
  }, [loaded]);
  useEffect(() => {
    setFresh((before) => new Set([...before, ...notices.filter((one) => one.read_at === null).map(({ id }) => id)]));
    readAll().catch(() => undefined); // it is marked when the screen is opened again
  }, [newest]);
  return (
    <>
      <header class="screen-head back">
        <button class="button quiet square" type="button" aria-label="Back" onClick={goBack}>
          <BackIcon />
        </button>
        <h1>Notices</h1>
      </header>
      <Button onPress={() => setWishes(true)}>What you hear of, and how</Button>
      {fault !== null && <p role="alert" class="warning">{fault}</p>}
      {loaded && notices.length === 0 && <p class="empty">Nothing yet.</p>}
      <ol class="plain-list stack" aria-label="Notices">
        {notices.map((notice) => (
          <li key={notice.id}>
            <NoticeCard notice={notice} fresh={fresh.has(notice.id)} />
          </li>
        ))}
      </ol>
      {next !== null && (
        <Button weight="quiet" onPress={() => void readOlder().catch((error: unknown) => setFault(inWords(error)))}>
          Show earlier
        </Button>
      )}
      {wishes && <WishesSheet onClose={() => setWishes(false)} />}
    </>
  );
}

function NoticeCard({ notice, fresh }: { notice: Notice; fresh: boolean }) {
  const now = useNow(60_000);
  const route: Route = notice.subject_kind === "booking" ? { screen: "booking", id: notice.subject_id } : { screen: "time-off" };
  const at = Date.parse(notice.at);
  return (
    <a
      class={`card notice${fresh ? " fresh" : ""}`}
      href={pathOf(route)}
      onClick={(event) => {
        event.preventDefault();
        go(route);
      }}
    >
      <span class="card-head">
        <strong>{notice.title}</strong>
        {fresh && <span class="status confirmed">New</span>}
      </span>
      <span>{notice.text}</span>
      <span class="soft">{formatAgo(at, Math.max(now, at), locale)}</span>
    </a>
  );
}
