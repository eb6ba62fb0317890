// Where the app begins.
import { render } from "preact";

import "@production-tool/web/styles/tokens.css";
import "./styles.css";

import { App } from "./app.tsx";
import { resume } from "./live/session.ts";
import { followSystem } from "./theme.ts";
import { watchInstall } from "./worker/install.ts";
import { keepOffline } from "./worker/update.ts";

followSystem();
watchInstall();
resume();
const root = document.getElementById("root");
if (root !== null) render(<App />, root);
keepOffline();
