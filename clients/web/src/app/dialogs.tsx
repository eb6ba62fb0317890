// The open dialog, fetched when it is first needed or when the window has nothing better to do.
import { closeDialog, useUi } from "../studio/ui.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { late, useFetchAhead } from "./late.tsx";

const ImportDialog = late(() => import("../imports/import-dialog.tsx").then((part) => part.default), Unavailable);
const ArtistDialog = late(() => import("../lists/artist-dialog.tsx").then((part) => part.ArtistDialog), Unavailable);
const ProjectDialog = late(() => import("../lists/project-dialog.tsx").then((part) => part.ProjectDialog), Unavailable);
const MemberDialog = late(() => import("../lists/member-dialog.tsx").then((part) => part.MemberDialog), Unavailable);
const BookingDialog = late(
  () => import("../schedule/booking-dialog.tsx").then((part) => part.BookingDialog),
  Unavailable,
);
const ShortcutsDialog = late(
  () => import("../schedule/shortcuts-dialog.tsx").then((part) => part.ShortcutsDialog),
  Unavailable,
);
const MoveDialog = late(() => import("../bulk/move-dialog.tsx").then((part) => part.MoveDialog), Unavailable);
const CopyDialog = late(() => import("../bulk/copy-dialog.tsx").then((part) => part.CopyDialog), Unavailable);
const BulkRefusedDialog = late(
  () => import("../bulk/refused-dialog.tsx").then((part) => part.RefusedDialog),
  Unavailable,
);
const StudioDialog = late(() => import("../lists/studio-dialog.tsx").then((part) => part.StudioDialog), Unavailable);
const RestoreDialog = late(
  () => import("../history/restore-dialog.tsx").then((part) => part.RestoreDialog),
  Unavailable,
);
const SeriesDialog = late(() => import("../series/series-dialog.tsx").then((part) => part.SeriesDialog), Unavailable);
const SeriesEditDialog = late(
  () => import("../series/series-edit-dialog.tsx").then((part) => part.SeriesEditDialog),
  Unavailable,
);
const TimeOffDialog = late(() => import("../time-off/off-dialog.tsx").then((part) => part.TimeOffDialog), Unavailable);

const FindSlotDialog = late(
  () => import("../planning/find-slot-dialog.tsx").then((part) => part.FindSlotDialog),
  Unavailable,
);

const PlanDialog = late(() => import("../planning/plan-dialog.tsx").then((part) => part.PlanDialog), Unavailable);
const SlipDialog = late(() => import("../planning/slip-dialog.tsx").then((part) => part.SlipDialog), Unavailable);

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

export function OpenDialogs() {
  useFetchAhead();
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
    case "move":
      return <MoveDialog scope={dialog.scope} />;
    case "copy":
      return <CopyDialog ids={dialog.ids} />;
    case "bulk_refused":
      return <BulkRefusedDialog refused={dialog.refused} />;
    case "studio":
      return <StudioDialog />;
    case "restore":
      return <RestoreDialog wish={dialog.wish} name={dialog.name} />;
    case "series":
      return <SeriesDialog artistId={dialog.artistId} />;
    case "series_edit":
      return <SeriesEditDialog bookingId={dialog.bookingId} />;
    case "find_slot":
      return <FindSlotDialog phaseId={dialog.phaseId} skill={dialog.skill} />;
    case "plan":
      return <PlanDialog />;
    case "slip":
      return <SlipDialog phaseId={dialog.phaseId} />;
    case "time_off":
      return <TimeOffDialog artistId={dialog.artistId} />;
  }
}
