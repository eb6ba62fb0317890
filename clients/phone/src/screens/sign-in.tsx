// Signing in on the phone.
import { useState } from "preact/hooks";

import { signIn, type SignInProblem } from "../live/session.ts";
import { Button } from "../ui/button.tsx";

export function SignInScreen({ notice }: { notice: string | null }) {
  const [problem, setProblem] = useState<SignInProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (form: HTMLFormElement): Promise<void> => {
    const data = new FormData(form);
    const said = (name: string): string => (data.get(name) as string | null)?.trim() ?? "";
    if (said("email") === "" || said("password") === "") {
      setProblem({ message: "Enter your e-mail and your password.", studios: problem?.studios ?? null });
      return;
    }
    setBusy(true);
    try {
      setProblem(await signIn(said("email"), String(data.get("password")), said("tenant") || null));
    } catch {
      setProblem({ message: "Something went wrong on this phone. Reload the page and try again.", studios: null });
    } finally {
      setBusy(false);
    }
  };
  return (
    <main class="sign-in">
      <img src="/phone/icons/mark.svg" width="48" height="48" alt="" />
      <h1>Your bookings</h1>
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        {notice !== null && problem === null && <p role="status">{notice}</p>}
        {problem !== null && <p role="alert" class="warning">{problem.message}</p>}
        <label class="field">
          <span>E-mail</span>
          <input type="email" name="email" autocomplete="username" inputMode="email" autocapitalize="off" />
        </label>
        <label class="field">
          <span>Password</span>
          <input type="password" name="password" autocomplete="current-password" />
        </label>
        {problem?.studios && (
          <label class="field">
            <span>Studio</span>
            <select name="tenant">
              {problem.studios.map(({ slug, name }) => (
                <option key={slug} value={slug}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
        <Button weight="primary" type="submit" disabled={busy}>
          {busy ? "Signing in…" : "Sign in"}
        </Button>
      </form>
    </main>
  );
}
