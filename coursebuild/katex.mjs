// Sets formulas: a JSON array of {tex, display} on stdin, an array of {html} or {error} on stdout.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { default: katex } = await import(pathToFileURL(process.argv[2]).href);
const asked = JSON.parse(readFileSync(0, "utf8"));
const set = asked.map(({ tex, display }) => {
  try {
    return {
      html: katex.renderToString(tex, {
        displayMode: display,
        output: "htmlAndMathml",
        throwOnError: true,
        strict: (code) => (code === "unicodeTextInMathMode" ? "ignore" : "error"),
        trust: false,
      }),
    };
  } catch (error) {
    return { error: String(error.message ?? error) };
  }
});
process.stdout.write(JSON.stringify(set));
