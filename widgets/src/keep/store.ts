// The browser's own storage: each record under a key of its own, so that two tabs change only what they are about.
import { clear, createStore, delMany, entries, get, promisifyRequest, setMany, update, type UseStore } from "idb-keyval";

import { joined, type Key, type Kind, type Kinds, type Note, type Records } from "./records";

const TOLD = "embedding-space-math";
/** Where there is no storage, a page still works as long as it is open. */
const inMemory = new Map<string, unknown>();
const listeners = new Set<() => void>();
let opened: UseStore | undefined;
let said: string | undefined;

/** What does not work here, in a sentence, if anything. */
export function trouble(): string | undefined {
  return said;
}

/** Calls back whenever something has changed, here or in another tab; returns what ends it. */
export function watch(callback: () => void): () => void {
  listeners.add(callback);
  return () => listeners.delete(callback);
}

const otherTabs = "BroadcastChannel" in globalThis ? new BroadcastChannel(TOLD) : undefined;
otherTabs?.addEventListener("message", () => tell());

function tell(): void {
  for (const callback of listeners) callback();
}

function changed(): void {
  otherTabs?.postMessage("changed");
  tell();
}

/** Does it with the storage, or, where the browser refuses, in memory, and says so. */
async function using<T>(withStore: (store: UseStore) => Promise<T>, without: () => T): Promise<T> {
  try {
    opened ??= createStore(TOLD, "records");
    return await withStore(opened);
  } catch (error) {
    const isFull = error instanceof DOMException && error.name === "QuotaExceededError";
    said = isFull
      ? "The browser's storage is full: what you do from now on is forgotten when you close this page. Take your notes with you as a file, or free some space."
      : "The browser lets these pages keep nothing (a private window, or storage is blocked): what you do is forgotten when you close this page.";
    return without();
  }
}

/** One record, or nothing. */
export async function read<K extends Kind>(key: Key<K>): Promise<Kinds[K] | undefined> {
  const kept = await using((store) => get<Kinds[K]>(key, store), () => undefined);
  return (inMemory.get(key) as Kinds[K] | undefined) ?? kept;
}

/** Everything that is kept. */
export async function readAll(): Promise<Records> {
  const kept = await using((store) => entries<string, Kinds[Kind]>(store), () => []);
  return new Map([...kept, ...(inMemory as Map<string, Kinds[Kind]>)]);
}

/** Change one record in one step, whatever other tabs do meanwhile. */
export async function change<K extends Kind>(
  key: Key<K>,
  to: (old: Kinds[K] | undefined) => Kinds[K],
): Promise<void> {
  await using(
    (store) => update<Kinds[K]>(key, to, store),
    () => void inMemory.set(key, to(inMemory.get(key) as Kinds[K] | undefined)),
  );
  changed();
}

/**
 * Write a note that was `base` when this page read it. Returns what is kept then: where another tab wrote meanwhile,
 * both texts.
 */
export async function writeNote(section: string, text: string, base: Note | undefined): Promise<Note> {
  let kept: Note | undefined;
  await change(`note:${section}`, (old) => {
    const mine = { text, revision: (old?.revision ?? 0) + 1, changed: Date.now() };
    kept = old === undefined || old.revision === (base?.revision ?? 0) ? mine : joined(old, mine);
    return kept;
  });
  return kept!;
}

/** Put all these in place, in one step: all of them, or none. */
export async function putAll(records: Records): Promise<void> {
  await using(
    (store) => setMany([...records], store),
    () => records.forEach((record, key) => inMemory.set(key, record)),
  );
  changed();
}

/** Put records in place in one step, `fresh` ones only where there is none yet: a page that is left loses all or none. */
export async function putWith(records: Records, fresh: Records): Promise<void> {
  await using(
    (store) =>
      store("readwrite", (kept) => {
        records.forEach((record, key) => void kept.put(record, key));
        fresh.forEach((record, key) => {
          const there = kept.count(key);
          there.onsuccess = () => there.result === 0 && kept.put(record, key);
        });
        return promisifyRequest(kept.transaction);
      }),
    () => {
      records.forEach((record, key) => inMemory.set(key, record));
      fresh.forEach((record, key) => inMemory.has(key) || inMemory.set(key, record));
    },
  );
  changed();
}

/** Forget these records. */
export async function forget(keys: readonly Key[]): Promise<void> {
  keys.forEach((key) => inMemory.delete(key));
  await using((store) => delMany([...keys], store), () => undefined);
  changed();
}

/** Forget everything. */
export async function forgetAll(): Promise<void> {
  inMemory.clear();
  await using((store) => clear(store), () => undefined);
  changed();
}
