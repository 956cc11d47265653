import { describe, expect, it } from "vitest";
import { failed, ok } from "../../../src/gate/failure.ts";
import { readPointed } from "../../../src/gate/pointed-files.ts";
import type { FolderAnswer, GitHubReader } from "../../../src/gate/ports.ts";

const repository = { id: 1, owner: "acme", name: "shop", isPublic: false, installationId: 1 };

interface Shelf {
  readonly reader: Pick<GitHubReader, "file" | "folder">;
  /** Folders that were listed, in order. */
  readonly listed: string[];
}

/** A repository that holds nothing but these paths. */
function shelf(paths: readonly string[], wholeUpTo = Number.POSITIVE_INFINITY): Shelf {
  const listed: string[] = [];
  return {
    listed,
    reader: {
      file: (_, path) =>
        Promise.resolve(
          ok(paths.includes(path) ? { kind: "file", text: path, blobSha: path } : { kind: "absent" }),
        ),
      folder: (_, folder) => {
        listed.push(folder);
        const prefix = folder === "" ? "" : `${folder}/`;
        const names = new Set(
          paths.filter((one) => one.startsWith(prefix)).map((one) => one.slice(prefix.length).split("/")[0]!),
        );
        const answer: FolderAnswer = {
          kind: "folder",
          entries: [...names].map((name) => ({
            name,
            kind: paths.includes(prefix + name) ? "file" : "folder",
          })),
          isWhole: names.size <= wholeUpTo,
        };
        return Promise.resolve(ok(names.size === 0 ? { kind: "absent" } : answer));
      },
    },
  };
}

async function pathsOf({ reader }: Shelf, pattern: string): Promise<readonly string[] | string> {
  const read = await readPointed(reader, repository, "c", [pattern]);
  if (!read.ok) throw new Error(read.failure.detail);
  const pointed = read.value.byPattern.get(pattern)!;
  return pointed.kind === "unread"
    ? `${pointed.code}: ${pointed.why}`
    : pointed.files.map(({ path, file }) => (file.kind === "text" ? path : `${path} ${file.code}`));
}

const paths = [
  "README.md",
  "slo/a.yaml",
  "slo/b.yml",
  "slo/deep/c.yaml",
  "slo/deep/er/d.yaml",
  "services/pay/slo.yaml",
  "services/shop/slo.yaml",
  "services/shop/src/main.ts",
];

describe("what a policy points at", () => {
  it.each([
    ["slo/a.yaml", ["slo/a.yaml"], []],
    ["slo/gone.yaml", ["slo/gone.yaml file_missing"], []],
    ["slo/*.yaml", ["slo/a.yaml"], ["slo"]],
    [
      "slo/**.yaml",
      ["slo/a.yaml", "slo/deep/c.yaml", "slo/deep/er/d.yaml"],
      ["slo", "slo/deep", "slo/deep/er"],
    ],
    [
      "services/*/slo.yaml",
      ["services/pay/slo.yaml", "services/shop/slo.yaml"],
      ["services", "services/pay", "services/shop"],
    ],
    ["*.md", ["README.md"], [""]],
    ["slo/x*.yaml", "file_missing: matches no file at this commit", ["slo"]],
    ["none/*.yaml", "file_missing: matches no file at this commit", ["none"]],
  ])("%s", async (pattern, found, listed) => {
    const one = shelf(paths);
    expect(await pathsOf(one, pattern)).toEqual(found);
    expect(one.listed).toEqual(listed);
  });

  it("is not read in part where a folder cannot be listed whole", async () => {
    expect(await pathsOf(shelf(paths, 1), "slo/*.yaml")).toBe(
      "too_many: looks into a folder too large to list, slo; name its files",
    );
  });

  it("is looked for in twenty folders at most [T33]", async () => {
    const wide = shelf(Array.from({ length: 30 }, (_, index) => `s/${index}/slo.yaml`));
    expect(await pathsOf(wide, "s/*/slo.yaml")).toBe("too_many: looks into more than 20 folders; name them");
    expect(wide.listed).toHaveLength(20);
  });

  it("is at most fifty files, and the one too many is named [T33]", async () => {
    const many = shelf(Array.from({ length: 60 }, (_, index) => `slo/${index}.yaml`));
    const found = await pathsOf(many, "slo/*.yaml");
    expect(found).toHaveLength(51);
    expect(found.at(-1)).toMatch(/too_many$/);
  });

  it("is read once where two patterns match it", async () => {
    const read = await readPointed(shelf(paths).reader, repository, "c", ["slo/a.yaml", "slo/*.yaml"]);
    expect(read.ok && read.value.answers).toHaveLength(1);
  });

  it("is not known where GitHub does not answer", async () => {
    const failure = failed({ kind: "unreachable", detail: "is down" });
    const { reader } = shelf(paths);
    const silent = { ...reader, folder: () => Promise.resolve(failure) };
    expect(await readPointed(silent, repository, "c", ["slo/*.yaml"])).toEqual(failure);
  });
});
