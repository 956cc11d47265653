/**
 * The GitHub Action as one file: a runner installs nothing. `node script/bundle-action.ts` writes it, and beside it the licenses of
 * the packages in it, which ask to be handed on; a test holds what is committed against them. esbuild comes as WebAssembly, since its
 * native package wants to run a script when it is installed.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild-wasm";

const root = join(import.meta.dirname, "..");

/** Where the bundle is committed. */
export const bundlePath = join(root, "dist-action/index.js");

/** Where the licenses are committed. */
export const licensesPath = join(root, "dist-action/licenses.txt");

/** The texts of the bundle. */
export interface ActionBundle {
  readonly code: string;
  readonly licenses: string;
}

/** Bundles the Action as its sources are now. */
export async function bundleAction(): Promise<ActionBundle> {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(root, "src/action/main.ts")],
    absWorkingDir: root,
    bundle: true,
    metafile: true,
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
  return { code: file.text, licenses: licensesOf(Object.keys(metafile.inputs)) };
}

/** The licenses of the packages that files belong to, by name. */
function licensesOf(files: readonly string[]): string {
  const folders = files.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return [...new Set(folders)].toSorted().map(licenseOf).join("\n");
}

function licenseOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as {
    readonly name: string;
    readonly version: string;
    readonly license: string;
  };
  const file = readdirSync(join(root, folder)).find((one) => /^licen[cs]e/i.test(one));
  const text = file === undefined ? "" : `\n${readFileSync(join(root, folder, file), "utf8").trim()}\n`;
  return `${name} ${version}: ${license}\n${text}`;
}

if (import.meta.main) {
  const { code, licenses } = await bundleAction();
  writeFileSync(bundlePath, code);
  writeFileSync(licensesPath, licenses);
  process.stdout.write(`wrote ${bundlePath} and ${licensesPath}\n`);
}
