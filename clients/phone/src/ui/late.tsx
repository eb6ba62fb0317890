// Parts of the app that are fetched when they are first shown, and ahead once the app is quiet.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

type Load<Props> = () => Promise<ComponentType<Props>>;

/** Everything declared late, to be fetched ahead. */
const parts: (() => Promise<unknown>)[] = [];

/** A component that is fetched when it is first shown; without a network it says that it could not be. */
export function late<Props extends object>(load: Load<Props>): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null;
  const fetchPart = async (): Promise<ComponentType<Props>> => (loaded = await load());
  parts.push(fetchPart);
  return function Late(props: Props) {
    const [, arrived] = useState(loaded !== null);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (loaded === null) fetchPart().then(() => arrived(true), () => setFailed(true));
    }, []);
    if (loaded !== null) {
      const Part = loaded;
      return <Part {...props} />;
    }
    return failed ? <p role="alert">This part needs a network the first time. Try again once there is one.</p> : null;
  };
}

/** Fetch everything that is late, while nobody waits for anything else. */
export function fetchAhead(): void {
  for (const part of parts) part().catch(() => undefined);
}
