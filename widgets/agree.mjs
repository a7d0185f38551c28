// Calls what the widgets compute with: node agree.mjs BUNDLE, [[module, function, arguments], ...] on stdin.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const modules = await import(pathToFileURL(process.argv[2]).href);
const calls = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(calls.map(([module, name, args]) => modules[module][name](...args))));
