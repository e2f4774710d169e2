/** Reads a database in memory. The file is never written to, and no function of its schema runs. */
import start, { type Database } from "sql.js/dist/sql-wasm-browser.js";

let database: Database | undefined;

self.onmessage = async ({ data }: MessageEvent) => {
  try {
    self.postMessage({ rows: await answer(data) });
  } catch (error) {
    self.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
};

async function answer(data: { wasm?: ArrayBuffer; file?: File; columns?: string[]; values?: string[]; sql?: string }): Promise<string> {
  if (data.wasm && data.file) {
    const bytes = new Uint8Array(await data.file.arrayBuffer());
    // A copy of a database that was kept with a write-ahead log says so in its header, and SQLite
    // would look for the log. What is in the file can be read without.
    bytes[18] = bytes[19] = 1;
    const { Database } = await start({ wasmBinary: data.wasm });
    database = new Database(bytes);
    database.exec("PRAGMA trusted_schema = OFF; PRAGMA query_only = ON");
    return "";
  }
  if (data.columns) {
    return JSON.stringify(data.columns.map((sql) => rows(sql).map(([name]) => name)));
  }
  if (data.values) return JSON.stringify(data.values.map(value));
  return JSON.stringify(rows(data.sql!), (_, value) => (value instanceof Uint8Array ? [] : value));
}

/** The first value as a text; a database may lack the table. */
function value(sql: string): string | null {
  try {
    const value = rows(sql)[0]?.[0];
    return typeof value === "string" ? value : null;
  } catch {
    return null;
  }
}

function rows(sql: string): unknown[][] {
  const statement = database!.prepare(sql);
  const rows = [];
  while (statement.step()) rows.push(statement.get());
  statement.free();
  return rows;
}
