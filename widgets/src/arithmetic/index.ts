// All that the widgets compute, by module: what the tests hold against the reference.
export * as analogy from "./analogy";
export * as attention from "./attention";
export * as budget from "./budget";
export * as diagnosis from "./diagnosis";
export * as isotropy from "./isotropy";
export * as lookup from "./lookup";
export * as migration from "./migration";
export * as neighbours from "./neighbours";
export * as positions from "./positions";
export * as rope from "./rope";
export * as vectors from "./vectors";
