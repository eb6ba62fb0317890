// The sign-in page: e-mail, password, and the studio only where the server asks for it.
import { useRef, useState, type FormEvent } from "react";

import { checkEmail } from "../lib/forms.ts";
import { Mark, Notice } from "../ui/bits.tsx";
import { Button } from "../ui/button.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { inWords } from "./api.ts";
import { signIn } from "./session.ts";

interface Problem {
  email?: string;
  password?: string;
  form?: string;
}

interface StudioAsk {
  studios: readonly { slug: string; name: string }[];
}

export function SignIn({ notice }: { notice: string | null }) {
  const form = useRef<HTMLFormElement>(null);
  const [problem, setProblem] = useState<Problem>({});
  const [note, setNote] = useState(notice);
  const [busy, setBusy] = useState(false);
  const [studio, setStudio] = useState<StudioAsk | null>(null);

  const focus = (name: string): void => {
    const field = form.current?.elements.namedItem(name);
    if (field instanceof HTMLElement) field.focus();
  };

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const email = String(data.get("email") ?? "").trim();
    const password = String(data.get("password") ?? "");
    const tenant = String(data.get("tenant") ?? "").trim();
    const badEmail = checkEmail(email);
    if (badEmail !== null || password === "") {
      setProblem({
        ...(badEmail === null ? {} : { email: badEmail }),
        ...(password === "" ? { password: "Enter your password." } : {}),
      });
      focus(badEmail === null ? "password" : "email");
      return;
    }
    setProblem({});
    setBusy(true);
    try {
      const outcome = await signIn({ email, password, ...(tenant === "" ? {} : { tenant }) });
      if (outcome.ok) return;
      if (outcome.needsStudio) {
        setStudio({ studios: outcome.studios });
        setNote(outcome.message);
      } else {
        setProblem({ form: outcome.message });
        focus("password");
      }
    } catch (fault) {
      setProblem({ form: inWords(fault) });
    } finally {
      setBusy(false);
    }
  };

  return (
    <main className="grid min-h-full place-items-center bg-bg px-4 py-10">
      <div className="w-full max-w-90">
        <div className="mb-6 flex items-center gap-2.5">
          <Mark size={30} />
          <span className="text-lg font-semibold tracking-tight">Production Tool</span>
        </div>
        <form
          ref={form}
          noValidate
          onSubmit={(event) => void submit(event)}
          className="grid gap-4 rounded-lg border border-line bg-surface p-6 shadow-m"
        >
          <div>
            <h1 className="text-xl font-semibold tracking-tight">Sign in</h1>
            <p className="mt-1 text-sm text-ink-2">Open your studio’s live schedule.</p>
          </div>
          <div role="status" className="empty:hidden">
            {note !== null && problem.form === undefined && <Notice tone="plain">{note}</Notice>}
          </div>
          <div role="alert" className="empty:hidden">
            {problem.form !== undefined && <Notice tone="bad">{problem.form}</Notice>}
          </div>
          <TextField
            label="E-mail"
            name="email"
            type="email"
            autoComplete="username"
            inputMode="email"
            autoFocus
            error={problem.email}
          />
          <TextField
            label="Password"
            name="password"
            type="password"
            autoComplete="current-password"
            error={problem.password}
          />
          {studio !== null && <StudioField ask={studio} />}
          <Button type="submit" weight="primary" size="l" busy={busy} className="mt-1 w-full">
            {busy ? "Signing in…" : "Sign in"}
          </Button>
        </form>
        <p className="mt-4 text-xs text-ink-3">Forgot your password? The owner of your studio can set a new one.</p>
      </div>
    </main>
  );
}

function StudioField({ ask }: { ask: StudioAsk }) {
  if (ask.studios.length === 0) {
    return (
      <TextField label="Studio" name="tenant" autoFocus hint="The short name of your studio, as in its invitation." />
    );
  }
  return (
    <SelectField label="Studio" name="tenant" autoFocus>
      {ask.studios.map(({ slug, name }) => (
        <option key={slug} value={slug}>
          {name}
        </option>
      ))}
    </SelectField>
  );
}
