// What a first visit loads: the sign-in form. Everything behind it is fetched beside, or while the person types.
import { useSession } from "./live/session.ts";
import { SignInScreen } from "./screens/sign-in.tsx";

export function App() {
  const session = useSession();
  switch (session.phase) {
    case "signed_out":
      return <SignInScreen notice={session.notice} />;
    case "opening":
      return <Opening stuck={session.stuck} />;
    case "signed_in":
      return <session.SignedIn />;
  }
}

function Opening({ stuck }: { stuck: boolean }) {
  if (!stuck) return <main class="sign-in" aria-busy="true" />;
  return (
    <main class="sign-in">
      <h1>No connection</h1>
      <p role="alert">The app could not be loaded. It opens as soon as there is a network.</p>
      <button class="button primary" type="button" onClick={() => location.reload()}>
        Try again
      </button>
    </main>
  );
}
