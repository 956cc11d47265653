#!/usr/bin/env node
// Plain JavaScript, so that an old Node can say what is missing instead of failing on a type.
const [major] = process.versions.node.split(".").map(Number);
if (major < 24) {
  process.stderr.write(`burngate needs Node 24 or newer; this is ${process.version}.\n`);
  process.exit(70);
}

// Node runs our TypeScript as it is, except below a node_modules folder, where it refuses: there we strip the types ourselves.
const source = new URL("../src/", import.meta.url);
if (source.pathname.includes("/node_modules/")) {
  const { readFileSync } = await import("node:fs");
  const { registerHooks, stripTypeScriptTypes } = await import("node:module");
  // The one warning that stripping gives is about a Node function, not about anything that the person at the terminal can change.
  const warn = process.emitWarning.bind(process);
  process.emitWarning = (warning, ...rest) =>
    String(warning).startsWith("stripTypeScriptTypes") ? undefined : warn(warning, ...rest);
  registerHooks({
    load(url, context, next) {
      if (!url.startsWith(source.href) || !url.endsWith(".ts")) return next(url, context);
      return {
        format: "module",
        shortCircuit: true,
        source: stripTypeScriptTypes(readFileSync(new URL(url), "utf8")),
      };
    },
  });
}

const { main } = await import("../src/cli/main.ts");
await main();
