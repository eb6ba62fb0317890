// Everything behind the sign-in, as one part that is fetched by itself.
export { SignedIn } from "./frame.tsx";
export { closeLive, forgetKept, openLive } from "./live/live.ts";
export { forgetNotices } from "./live/notices.ts";
export { forgetPush } from "./push/device.ts";
