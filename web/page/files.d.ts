declare module "*?packed" {
  const text: string;
  export default text;
}
declare module "sql.js/dist/sql-wasm-browser.js" {
  export interface Statement {
    step(): boolean;
    get(): (number | string | null | Uint8Array)[];
    free(): void;
  }
  export interface Database {
    exec(sql: string): { values: (number | string | null)[][] }[];
    prepare(sql: string): Statement;
    close(): void;
  }
  const start: (options: { wasmBinary: ArrayBuffer }) => Promise<{ Database: new (bytes: Uint8Array) => Database }>;
  export default start;
}
