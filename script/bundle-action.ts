/**
 * The GitHub Action as one file: a runner installs nothing. `node script/bundle-action.ts` writes it; a test holds what is committed
 * against it. esbuild comes as WebAssembly, since its native package wants to run a script when it is installed.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild-wasm";

const root = join(import.meta.dirname, "..");

/** Where the bundle is committed. */
export const bundlePath = join(root, "dist-action/index.js");

/** The bundle's text. */
export async function bundleAction(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(root, "src/action/main.ts")],
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    // Packages that are CommonJS inside call for what Node has.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    write: false,
    logLevel: "silent",
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error("esbuild gave no file");
  return file.text;
}

if (import.meta.main) {
  writeFileSync(bundlePath, await bundleAction());
  process.stdout.write(`wrote ${bundlePath}\n`);
}
