// The connection's state in words.

export type ConnectionStatus = "connecting" | "syncing" | "live" | "offline" | "closed";

export interface ConnectionWords {
  readonly label: string;
  readonly detail: string;
  readonly tone: "good" | "wait" | "bad";
}

export function connectionWords(status: ConnectionStatus, unsettled: number): ConnectionWords {
  const waiting =
    unsettled === 0
      ? ""
      : ` ${unsettled === 1 ? "One edit is" : `${unsettled} edits are`} not yet settled and will be sent.`;
  switch (status) {
    case "live":
      return unsettled === 0
        ? { label: "Live", detail: "Connected. Everyone sees changes at once.", tone: "good" }
        : { label: "Saving", detail: `Connected.${waiting}`, tone: "good" };
    case "connecting":
      return { label: "Connecting", detail: `Reaching the server.${waiting}`, tone: "wait" };
    case "syncing":
      return { label: "Catching up", detail: `Reading what happened in the meantime.${waiting}`, tone: "wait" };
    case "offline":
      return {
        label: "Offline",
        detail: `The server cannot be reached; trying again. You can go on working.${waiting}`,
        tone: "bad",
      };
    case "closed":
      return { label: "Disconnected", detail: `This window no longer gets changes. Reload it.${waiting}`, tone: "bad" };
  }
}
