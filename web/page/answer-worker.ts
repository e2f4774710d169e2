/** The library in a worker: it answers what takes longer than a frame, and has the dropped files. */
import { initSync, Library } from "./wasm/library.js";

let library: Library | undefined;

self.onmessage = ({ data }: MessageEvent) => {
  if (data instanceof WebAssembly.Module) {
    initSync({ module: data });
    library = new Library();
    return;
  }
  const [call, method, parameters] = data as [number, keyof Library, unknown[]];
  const answer = (library![method] as (...parameters: unknown[]) => unknown)(...parameters);
  self.postMessage([call, answer ?? null]);
};
