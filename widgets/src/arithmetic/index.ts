// All that the widgets compute, by module: what the tests hold against the reference.
export * as analogy from "./analogy";
export * as attention from "./attention";
export * as concentration from "./concentration";
export * as histogram from "./histogram";
export * as isotropy from "./isotropy";
export * as layers from "./layers";
export * as logits from "./logits";
export * as lookup from "./lookup";
export * as neighbours from "./neighbours";
export * as positions from "./positions";
export * as projection from "./projection";
export * as random from "./random";
export * as rope from "./rope";
export * as sgns from "./sgns";
export * as shapes from "./shapes";
export * as vectors from "./vectors";
