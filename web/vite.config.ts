import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import lzma from "lzma-native";
import { defineConfig, type Plugin } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";

/**
 * `import text from "file.wasm?packed"`: the file, compressed, as a text in base 64. By xz, since what
 * browsers can unpack themselves makes it half as large again.
 */
const packed: Plugin = {
  name: "packed",
  enforce: "pre",
  async resolveId(source, importer) {
    if (!source.endsWith("?packed")) return null;
    const found = await this.resolve(source.slice(0, -"?packed".length), importer, { skipSelf: true });
    return found ? `\0packed:${found.id.split("?")[0]}` : null;
  },
  async load(id) {
    if (!id.startsWith("\0packed:")) return null;
    const bytes = await lzma.compress(readFileSync(id.slice("\0packed:".length)), { preset: 9 | lzma.PRESET_EXTREME });
    return `export default ${JSON.stringify(bytes.toString("base64"))}`;
  },
};

/** Allows the script and the styles in the file, and nothing else: no request to anywhere. */
const contentSecurityPolicy: Plugin = {
  name: "content-security-policy",
  enforce: "post",
  // After the other plugin has put script and styles into the page.
  generateBundle: { order: "post", handler(_, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type !== "asset" || !file.fileName.endsWith(".html")) continue;
      const html = String(file.source);
      const hashes = (tag: string) =>
        [...html.matchAll(new RegExp(`<${tag}[^>]*>([\\s\\S]*?)</${tag}>`, "g"))]
          .map(([, text]) => `'sha256-${createHash("sha256").update(text!).digest("base64")}'`)
          .join(" ");
      const policy = [
        "default-src 'none'",
        `script-src ${hashes("script")} 'wasm-unsafe-eval'`,
        `style-src ${hashes("style")}`,
        "worker-src blob:",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
      ].join("; ");
      file.source = html.replace("<head>", `<head>\n<meta http-equiv="Content-Security-Policy" content="${policy}">`);
    }
  } },
};

export default defineConfig({
  root: "page",
  base: "./",
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  plugins: [packed, viteSingleFile({ removeViteModuleLoader: true }), contentSecurityPolicy],
  worker: { plugins: () => [packed] },
  build: { outDir: "../dist", emptyOutDir: true, target: "es2022", chunkSizeWarningLimit: 4000, reportCompressedSize: false },
});
