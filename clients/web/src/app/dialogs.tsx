// The open dialog, fetched when it is first needed or when the window has nothing better to do.
import { lazy, Suspense, useEffect, type ComponentType } from "react";

import { BookingDialog } from "../schedule/booking-dialog.tsx";
import { ShortcutsDialog } from "../schedule/shortcuts-dialog.tsx";
import { loadTradeCards } from "../schedule/trade-section.tsx";
import { closeDialog, useUi } from "../studio/ui.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";

const loadImport = () => import("../imports/import-dialog.tsx").then((part) => part.default);
const loadArtist = () => import("../lists/artist-dialog.tsx").then((part) => part.ArtistDialog);
const loadProject = () => import("../lists/project-dialog.tsx").then((part) => part.ProjectDialog);
const loadMember = () => import("../lists/member-dialog.tsx").then((part) => part.MemberDialog);

const ImportDialog = late(loadImport);
const ArtistDialog = late(loadArtist);
const ProjectDialog = late(loadProject);
const MemberDialog = late(loadMember);

function late<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  return lazy(() =>
    load()
      .catch((): ComponentType<Props> => Unavailable)
      .then((part) => ({ default: part })),
  );
}

/** In place of a dialog that could not be fetched. */
function Unavailable() {
  return (
    <Dialog
      title="This could not be loaded"
      width="s"
      onClose={closeDialog}
      footer={
        <>
          <Button weight="quiet" onClick={closeDialog}>
            Close
          </Button>
          <Button weight="primary" onClick={() => location.reload()}>
            Reload
          </Button>
        </>
      }
    >
      <p className="text-sm text-ink-2">
        The server did not answer, or a new version is out. Reload once you are connected; unsent edits are kept.
      </p>
    </Dialog>
  );
}

/** Fetches what may be needed later while the connection is there: dialogs must open offline too. */
function usePreload(): void {
  useEffect(() => {
    const load = (): void => {
      const parts = [loadTradeCards, loadArtist, loadProject, loadMember, loadImport];
      for (const part of parts) void part().catch(() => undefined);
    };
    const timer = setTimeout(load, 3000);
    return () => clearTimeout(timer);
  }, []);
}

export function OpenDialogs() {
  usePreload();
  return (
    <Suspense fallback={null}>
      <OpenDialog />
    </Suspense>
  );
}

function OpenDialog() {
  const dialog = useUi((ui) => ui.dialog);
  if (dialog === null) return null;
  switch (dialog.kind) {
    case "import":
      return <ImportDialog onClose={closeDialog} />;
    case "shortcuts":
      return <ShortcutsDialog onClose={closeDialog} />;
    case "artist":
      return <ArtistDialog id={dialog.id} />;
    case "project":
      return <ProjectDialog id={dialog.id} />;
    case "member":
      return <MemberDialog id={dialog.id} />;
    case "booking":
      return <BookingDialog artistId={dialog.artistId} />;
  }
}
