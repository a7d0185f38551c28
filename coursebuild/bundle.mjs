// Bundles TypeScript: node bundle.mjs ESBUILD ENTRY FORMAT prints one file of JavaScript.
import { pathToFileURL } from "node:url";

const [, , esbuild, entry, format] = process.argv;
const { default: tool } = await import(pathToFileURL(esbuild).href);
const result = tool.buildSync({
  entryPoints: [entry],
  bundle: true,
  format,
  minify: format === "iife",
  target: "es2022",
  legalComments: "inline",
  write: false,
  logLevel: "silent",
});
process.stdout.write(result.outputFiles[0].text);
