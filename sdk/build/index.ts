/** The toolchain's API, for `rockpool build`, `dev` and `start`, and for tests. */
export { type BuildOptions, type BuildResult, type BuildStep, buildFunction } from "./build.ts";
export { BuildError, type BuildErrorCode, type Diagnostic, formatDiagnostic } from "./errors.ts";
export { type InitOptions, initFunction, TEMPLATES, type Template } from "./init.ts";
export { LANGUAGES, type Language } from "./language.ts";
export { loadMessages, type MessagesModule } from "./messagesmodule.ts";
export type { Page } from "./page.ts";
