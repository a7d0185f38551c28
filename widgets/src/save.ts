import { made } from "./question";

/** Offers a file to the reader. */
export function save(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  made("a", { href: address, download: name }).click();
  // The browser may begin to read it a little later.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
