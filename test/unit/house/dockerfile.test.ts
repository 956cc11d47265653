import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { houseRoot } from "./planted-house.ts";

const read = (file: string): string => readFileSync(join(houseRoot, file), "utf8");

/** The instructions of the last stage, in order, continued lines joined and comments left out. */
function finalStage(dockerfile: string): { name: string; rest: string }[] {
  const instructions = dockerfile
    .replaceAll(/^\s*#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => ({ name: line.split(" ")[0]!, rest: line.slice(line.indexOf(" ") + 1).trim() }));
  return instructions.slice(instructions.findLastIndex(({ name }) => name === "FROM"));
}

describe("the image", () => {
  const stage = finalStage(read("Dockerfile"));
  const all = (name: string): string[] => stage.filter((line) => line.name === name).map(({ rest }) => rest);

  it("starts a file that exists and that it copies", () => {
    const [program, ...words] = JSON.parse(all("CMD")[0]!) as string[];
    const file = words.find((word) => !word.startsWith("--"));
    expect(program).toBe("node");
    expect(existsSync(join(houseRoot, file!)), file).toBe(true);
    expect(all("COPY")).toContain(`${file!.split("/")[0]} ./${file!.split("/")[0]}`);
  });

  it("copies only what exists and what .dockerignore lets through", () => {
    const letThrough = read(".dockerignore").split("\n");
    const sources = all("COPY")
      .filter((rest) => !rest.startsWith("--from"))
      .flatMap((rest) => rest.split(" ").slice(0, -1));
    expect(sources.length).toBeGreaterThan(0);
    for (const source of sources) {
      expect(existsSync(join(houseRoot, source)), source).toBe(true);
      expect(letThrough).toContain(`!${source}`);
    }
  });

  it("does not run as root", () => {
    expect(all("USER")).toHaveLength(1);
    expect(all("USER")[0]).not.toMatch(/^(root|0)(:|$)/);
    const order = stage.map(({ name }) => name);
    expect(order.indexOf("USER")).toBeLessThan(order.indexOf("CMD"));
  });

  it("tells whether it is alive, and keeps data in a volume", () => {
    expect(all("HEALTHCHECK")[0]).toContain("/livez");
    expect(all("VOLUME")).toEqual(["/data"]);
  });

  it("has the Node that package.json asks for", () => {
    const { engines } = JSON.parse(read("package.json")) as { engines: { node: string } };
    const major = /^node:(\d+)-slim$/.exec(all("FROM")[0]!)?.[1];
    expect(Number(major)).toBeGreaterThanOrEqual(Number(/\d+/.exec(engines.node)?.[0]));
  });
});
