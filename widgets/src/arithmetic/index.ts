// All that the widgets compute, by module: what the tests hold against the reference.
export * as analogy from "./analogy";
export * as attention from "./attention";
export * as isotropy from "./isotropy";
export * as logits from "./logits";
export * as lookup from "./lookup";
export * as neighbours from "./neighbours";
export * as positions from "./positions";
export * as rope from "./rope";
export * as sgns from "./sgns";
export * as shapes from "./shapes";
export * as vectors from "./vectors";
