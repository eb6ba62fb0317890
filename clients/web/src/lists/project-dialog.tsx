// Adding and editing a project: name, client, colour, status, notes.
import { Check } from "lucide-react";
import { useId, useState, type FormEvent } from "react";

import type { Project, ProjectStatus } from "@production-tool/shared";

import { freeColour, PROJECT_COLOURS } from "../lib/colour.ts";
import { changedFields, checkName } from "../lib/forms.ts";
import { useClient, useCommands, useLive } from "../studio/live.tsx";
import { summaryId } from "../plan/rows.ts";
import { closeDialog, openDetails, openDialog, setUi, showRows, useUi } from "../studio/ui.ts";
import { PROJECT_STATUSES } from "../studio/words.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SelectField, TextArea, TextField } from "../ui/field.tsx";

export function ProjectDialog({ id }: { id: string | null }) {
  const project = useLive((state) => (id === null ? undefined : state.projects.get(id)));
  return <ProjectForm key={project?.id ?? "new"} project={project} />;
}

function ProjectForm({ project }: { project: Project | undefined }) {
  const formId = useId();
  const client = useClient();
  const commands = useCommands();
  const [opened] = useState(project);
  const [name, setName] = useState(project?.name ?? "");
  const [customer, setCustomer] = useState(project?.client ?? "");
  const [notes, setNotes] = useState(project?.notes ?? "");
  const [status, setStatus] = useState<ProjectStatus>(project?.status ?? "active");
  const [colour, setColour] = useState(
    () => project?.colour ?? freeColour([...client.state.projects.values()].map((each) => each.colour)),
  );
  const [error, setError] = useState<string | undefined>();

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const bad = checkName(name, "project");
    setError(bad ?? undefined);
    if (bad !== null) return;
    const fields = { name: name.trim(), client: customer.trim(), colour, status, notes };
    if (opened === undefined) {
      const added = commands.addProject(fields);
      // In the plan a project begins with its phases: they are added in its details.
      if (useUi.getState().rows === "projects") openDetails(summaryId(added));
    } else commands.editProject({ project_id: opened.id, ...changedFields(fields, opened) }, opened.version);
    closeDialog();
  };

  return (
    <Dialog
      title={project === undefined ? "Add a project" : project.name}
      width="s"
      onClose={closeDialog}
      footer={
        <>
          {project !== undefined && project.status !== "archived" && (
            <Button
              weight="danger"
              className="mr-auto"
              onClick={() => {
                commands.archiveProject(project.id, project.name);
                closeDialog();
              }}
            >
              Archive
            </Button>
          )}
          <Button weight="quiet" onClick={closeDialog}>
            Cancel
          </Button>
          <Button weight="primary" type="submit" form={formId}>
            {project === undefined ? "Add project" : "Save"}
          </Button>
        </>
      }
    >
      <form id={formId} noValidate onSubmit={submit} className="grid gap-4">
        <TextField
          label="Name"
          value={name}
          maxLength={200}
          autoFocus={project === undefined}
          error={error}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label="Client"
          value={customer}
          maxLength={200}
          onChange={(event) => setCustomer(event.target.value)}
        />
        <ColourChoice value={colour} onChange={setColour} />
        <SelectField label="Status" value={status} onChange={(event) => setStatus(event.target.value as ProjectStatus)}>
          {PROJECT_STATUSES.map((each) => (
            <option key={each.value} value={each.value}>
              {each.label}
            </option>
          ))}
        </SelectField>
        <TextArea label="Notes" value={notes} maxLength={10_000} onChange={(event) => setNotes(event.target.value)} />
        {project !== undefined && <WholeProject id={project.id} />}
      </form>
    </Dialog>
  );
}

/** What is done to all of a project's bookings at once. */
function WholeProject({ id }: { id: string }) {
  return (
    <div className="flex flex-wrap gap-2">
      <Button onClick={() => openDialog({ kind: "move", scope: { kind: "project", id } })}>Move everything by…</Button>
      <Button
        onClick={() => {
          closeDialog();
          setUi({ screen: "schedule" });
          showRows("projects");
          openDetails(summaryId(id));
        }}
      >
        Phases and milestones
      </Button>
    </div>
  );
}

function ColourChoice({ value, onChange }: { value: string; onChange: (hex: string) => void }) {
  const group = useId();
  const known = PROJECT_COLOURS.some(({ hex }) => hex === value.toLowerCase());
  const choices = known ? PROJECT_COLOURS : [...PROJECT_COLOURS, { name: `Own colour ${value}`, hex: value }];
  return (
    <fieldset>
      <legend className="mb-1 text-xs font-medium text-ink-2">Colour</legend>
      <div className="flex flex-wrap gap-2">
        {choices.map(({ name, hex }) => (
          <label
            key={hex}
            title={name}
            className="relative grid size-7 place-items-center rounded-full has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-(--focus)"
            style={{ background: hex }}
          >
            <input
              type="radio"
              name={group}
              aria-label={name}
              checked={hex.toLowerCase() === value.toLowerCase()}
              onChange={() => onChange(hex)}
              className="absolute inset-0 cursor-pointer opacity-0"
            />
            {hex.toLowerCase() === value.toLowerCase() && <Check aria-hidden size={15} className="text-white" />}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
