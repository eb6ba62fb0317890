// Opening and changing accounts: who may sign in, and as what.
import { useId, useMemo, useState, type FormEvent } from "react";

import type { Member, Role } from "@production-tool/shared";

import { changedFields, checkEmail, checkName } from "../lib/forms.ts";
import { inWords } from "../session/api.ts";
import { useLive } from "../studio/live.tsx";
import { closeDialog } from "../studio/ui.ts";
import { roleWord } from "../studio/words.ts";
import { Notice } from "../ui/bits.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { toast } from "../ui/toasts.ts";
import { addMember, editMember, setPassword } from "./members.ts";

const ROLES: readonly Role[] = ["studio_owner", "studio_manager", "freelancer"];
const SHORTEST_PASSWORD = 8;

interface Problem {
  name?: string;
  email?: string;
  password?: string;
}

export function MemberDialog({ id }: { id: string | null }) {
  const member = useLive((state) => (id === null ? undefined : state.members.get(id)));
  return <MemberForm key={member?.id ?? "new"} member={member} />;
}

function MemberForm({ member }: { member: Member | undefined }) {
  const formId = useId();
  const me = useLive((state) => state.me);
  const artists = useLive((state) => state.artists);
  const [opened] = useState(member);
  const [name, setName] = useState(member?.name ?? "");
  const [email, setEmail] = useState(member?.email ?? "");
  const [role, setRole] = useState<Role>(member?.role ?? "studio_manager");
  const [artist, setArtist] = useState(member?.artist_id ?? "");
  const [password, setNewPassword] = useState("");
  const [problem, setProblem] = useState<Problem>({});
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const listed = useMemo(() => [...artists.values()].sort((a, b) => a.name.localeCompare(b.name)), [artists]);
  const self = member !== undefined && member.id === me?.id;

  const send = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setFault(null);
    try {
      await work();
      closeDialog();
    } catch (refused) {
      setFault(inWords(refused));
      setBusy(false);
    }
  };

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const found = check(name, email, password, member === undefined);
    setProblem(found);
    if (Object.keys(found).length > 0) return;
    const link = role === "freelancer" && artist !== "" ? artist : null;
    void send(async () => {
      if (member === undefined) {
        await addMember({ name: name.trim(), email: email.trim(), role, artist_id: link, password });
        toast({ tone: "good", title: `${name.trim()} can sign in now.` });
      } else {
        const fields = { name: name.trim(), artist_id: link, ...(self ? {} : { role }) };
        const change = changedFields(fields, { artist_id: null, ...opened });
        if (Object.keys(change).length > 0) await editMember(member.id, change, opened?.version);
        if (password !== "") await setPassword(member.id, password);
      }
    });
  };

  const open = member?.active ?? true;
  return (
    <Dialog
      title={member === undefined ? "Add a member" : member.name}
      width="s"
      onClose={closeDialog}
      footer={
        <>
          {member !== undefined && !self && (
            <Button
              weight={open ? "danger" : "plain"}
              className="mr-auto"
              busy={busy}
              onClick={() => void send(() => editMember(member.id, { active: !open }))}
            >
              {open ? "Close account" : "Open account again"}
            </Button>
          )}
          <Button weight="quiet" onClick={closeDialog}>
            Cancel
          </Button>
          <Button weight="primary" type="submit" form={formId} busy={busy}>
            {member === undefined ? "Add member" : "Save"}
          </Button>
        </>
      }
    >
      <form id={formId} noValidate onSubmit={submit} className="grid gap-4">
        <div role="alert" className="empty:hidden">
          {fault !== null && <Notice tone="bad">{fault}</Notice>}
        </div>
        <TextField
          label="Name"
          value={name}
          maxLength={200}
          autoFocus={member === undefined}
          error={problem.name}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label="E-mail"
          type="email"
          value={email}
          disabled={member !== undefined}
          error={problem.email}
          hint={member === undefined ? undefined : "The address to sign in with stays."}
          onChange={(event) => setEmail(event.target.value)}
        />
        <SelectField
          label="Role"
          value={role}
          disabled={self}
          hint={self ? "Nobody changes their own role." : undefined}
          onChange={(event) => setRole(event.target.value as Role)}
        >
          {ROLES.map((each) => (
            <option key={each} value={each}>
              {roleWord(each)}
            </option>
          ))}
        </SelectField>
        {role === "freelancer" && (
          <SelectField
            label="Their row on the schedule"
            value={artist}
            hint="Bookings of this artist are theirs to answer."
            onChange={(event) => setArtist(event.target.value)}
          >
            <option value="">None yet</option>
            {listed.map((each) => (
              <option key={each.id} value={each.id}>
                {each.name}
              </option>
            ))}
          </SelectField>
        )}
        <TextField
          label={member === undefined ? "Password" : "New password"}
          type="password"
          autoComplete="new-password"
          value={password}
          error={problem.password}
          hint={
            member === undefined ? "Hand it over in person; they can ask for another." : "Leave empty to keep theirs."
          }
          onChange={(event) => setNewPassword(event.target.value)}
        />
      </form>
    </Dialog>
  );
}

function check(name: string, email: string, password: string, isNew: boolean): Problem {
  const badName = checkName(name, "member");
  const badEmail = isNew ? checkEmail(email) : null;
  const short = (isNew || password !== "") && password.length < SHORTEST_PASSWORD;
  return {
    ...(badName === null ? {} : { name: badName }),
    ...(badEmail === null ? {} : { email: badEmail }),
    ...(short ? { password: `A password has at least ${SHORTEST_PASSWORD} characters.` } : {}),
  };
}
