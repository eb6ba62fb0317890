// From the cookie to a screen: restoring, signing in, or the studio.
import { lazy, Suspense, useEffect } from "react";

import { SignIn } from "../session/sign-in.tsx";
import { restoreSession, useSession } from "../session/session.ts";
import { EmptyState } from "../ui/bits.tsx";
import { Button } from "../ui/button.tsx";
import { HintProvider } from "../ui/hint.tsx";
import { ToastRegion } from "../ui/toast-region.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { ShellSkeleton } from "./skeleton.tsx";

const loadStudio = () => import("./studio.tsx");
const Studio = lazy(loadStudio);

export function App() {
  return (
    <ErrorBoundary part="Production Tool">
      <HintProvider>
        <Screen />
        <ToastRegion />
      </HintProvider>
    </ErrorBoundary>
  );
}

function Screen() {
  const session = useSession((state) => state.session);
  useEffect(() => {
    // The screen is fetched while the session is asked for, not after.
    void loadStudio();
    void restoreSession();
  }, []);
  switch (session.phase) {
    case "restoring":
      return <ShellSkeleton />;
    case "unreachable":
      return (
        <main className="grid h-full place-items-center bg-bg">
          <EmptyState
            title="The server does not answer"
            actions={
              <Button weight="primary" onClick={() => void restoreSession()}>
                Try again
              </Button>
            }
          >
            Check your connection. Your work is safe: nothing is kept in this window alone but unsent edits, and those
            wait for you.
          </EmptyState>
        </main>
      );
    case "signed_out":
      return <SignIn notice={session.notice} />;
    case "signed_in":
      return (
        <Suspense fallback={<ShellSkeleton />}>
          <Studio />
        </Suspense>
      );
  }
}
