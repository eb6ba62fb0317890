// Starts the studio app.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import "./styles/base.css";
import { App } from "./app/app.tsx";
import { followSystemTheme } from "./lib/theme.ts";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root.");

followSystemTheme();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
