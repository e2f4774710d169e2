import packedLibrary from "./wasm/library_bg.wasm?packed";
import packedDatabase from "sql.js/dist/sql-wasm-browser.wasm?packed";
import AnswerWorker from "./answer-worker?worker&inline";
import DatabaseWorker from "./database-worker?worker&inline";
import { conformance, initSync, Library } from "./wasm/library.js";
import { unpack } from "./packed";
import type { Added, Diagnostic } from "./reports";

/** Answers at once, for what takes less than a frame. */
let here: Library;
let worker: Worker;
let calls = 0;
const waiting = new Map<number, (answer: unknown) => void>();

/** Starts the library, here and in a worker. */
export async function start(): Promise<void> {
  const module = await WebAssembly.compile(await unpack(packedLibrary));
  initSync({ module });
  here = new Library();
  // For whoever wants to ask this very page, such as its tests.
  Object.assign(window, { library: { conformance, later, add } });
  worker = new AnswerWorker();
  worker.onmessage = ({ data: [call, answer] }) => {
    waiting.get(call)?.(answer);
    waiting.delete(call);
  };
  worker.postMessage(module);
}

/** The answer to a question that is answered at once. */
export function ask<Answer>(question: object): Answer {
  return JSON.parse(here.ask(JSON.stringify(question))) as Answer;
}

/** Calls a method of the library in the worker, where the dropped files are. */
function call<Answer>(method: keyof Library, ...parameters: unknown[]): Promise<Answer> {
  return new Promise((resolve) => {
    waiting.set(++calls, resolve as (answer: unknown) => void);
    worker.postMessage([calls, method, parameters]);
  });
}

const json = <Answer>(text: Promise<string>) => text.then((text) => JSON.parse(text) as Answer);

export const later = {
  ask: <Answer>(question: string) => json<Answer>(call("ask", question)),
  json: (question: object) => call<string>("json", JSON.stringify(question)),
  picture: (question: object) => call<string>("picture", JSON.stringify(question)),
  filter: (show: string, search: string) => call<number>("filter", show, search),
  rows: <Row>(from: number, count: number) => json<Row[]>(call("rows", from, count)),
  forget: () => call<null>("forget"),
};

type Outcome = Added | { error: Diagnostic };

/** Takes a file, whatever it is. A database is read by SQLite in a worker of its own. */
export async function add(file: File): Promise<Outcome> {
  const start = new Uint8Array(await file.slice(0, 100).arrayBuffer());
  const isDatabase = new TextDecoder().decode(start).startsWith("SQLite format 3");
  const content = isDatabase ? start : new Uint8Array(await file.arrayBuffer());
  const added = await json<Outcome>(call("add", file.name, content));
  return "kind" in added && added.kind === "database" ? addDatabase(file, added) : added;
}

async function addDatabase(file: File, added: Added & { kind: "database" }): Promise<Outcome> {
  const database = new DatabaseWorker();
  const answers: ((answer: { rows?: string; error?: string }) => void)[] = [];
  database.onmessage = ({ data }) => answers.shift()?.(data);
  const query = (message: unknown) =>
    new Promise<string>((resolve, reject) => {
      answers.push(({ rows, error }) => (error === undefined ? resolve(rows!) : reject(new Error(error))));
      database.postMessage(message);
    });
  try {
    await query({ wasm: await unpack(packedDatabase), file });
    const names = await query({ columns: added.queries });
    const found = await json<{ sql: string } | { error: Diagnostic }>(call("query", file.name, names));
    if ("error" in found) return found;
    const rows = await query({ sql: found.sql });
    const ofTheRelease = await query({ values: added.of_the_release });
    return await json<Outcome>(call("add_rows", rows, ofTheRelease));
  } catch (error) {
    const message = `${file.name}: ${error instanceof Error ? error.message : error}`;
    return { error: { id: null, message, help: null, suggestion: null, place: null } };
  } finally {
    database.terminate();
  }
}
