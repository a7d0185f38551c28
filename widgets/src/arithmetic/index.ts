// All that the widgets compute, by module: what the tests hold against the reference.
export * as lookup from "./lookup";
export * as neighbours from "./neighbours";
export * as rope from "./rope";
export * as vectors from "./vectors";
