// The part of Swagger UI's browser bundle that the reference page uses; the package ships no types.
declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  export interface SwaggerOptions {
    url: string;
    dom_id: string;
    deepLinking?: boolean;
    docExpansion?: "list" | "full" | "none";
    defaultModelsExpandDepth?: number;
    displayRequestDuration?: boolean;
    filter?: boolean;
    tryItOutEnabled?: boolean;
    persistAuthorization?: boolean;
    validatorUrl?: string | null;
    syntaxHighlight?: { activated: boolean; theme?: string };
  }
  export default function SwaggerUI(options: SwaggerOptions): unknown;
}
