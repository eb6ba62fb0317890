// The API reference at /docs: Swagger UI over our own OpenAPI description, everything from this origin.
import "../styles/tokens.css";
import "swagger-ui-dist/swagger-ui.css";
import "./docs.css";

import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";

const theme = document.documentElement.dataset["theme"];
document.documentElement.classList.toggle("dark-mode", theme === "dark");

SwaggerUI({
  url: "/api/v1/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  tryItOutEnabled: false,
  persistAuthorization: false,
  validatorUrl: null,
  syntaxHighlight: { activated: true, theme: "nord" },
});
