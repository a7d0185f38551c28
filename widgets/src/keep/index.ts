// What the pages keep and judge, by module: what the tests call in Node.
export * as numbers from "./numbers";
export * as result from "./result";
export * as reviews from "./reviews";
