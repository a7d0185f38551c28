// Sets formulas: a JSON array of {tex, display} on stdin, an array of {mathml} or {error} on stdout.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { default: temml } = await import(pathToFileURL(process.argv[2]).href);
const asked = JSON.parse(readFileSync(0, "utf8"));
const set = asked.map(({ tex, display }) => {
  try {
    const how = { displayMode: display, wrap: display ? "none" : "tex", throwOnError: true, strict: true, trust: false };
    return { mathml: temml.renderToString(tex, how) };
  } catch (error) {
    return { error: String(error.message ?? error) };
  }
});
process.stdout.write(JSON.stringify(set));
