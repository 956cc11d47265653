import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { houseRoot } from "./planted-house.ts";

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(readFileSync(join(houseRoot, "package-lock.json"), "utf8")) as {
  packages: Readonly<Record<string, Locked>>;
};
const root = packages[""]!;

/** The place of the package that `name` means when it is imported from `from`, as Node looks for it. */
function placeOf(name: string, from: string): string | undefined {
  const folders = from.split(/(?=\/?node_modules\/)/).map((_, i, parts) => parts.slice(0, i + 1).join(""));
  return [...folders.toReversed().map((folder) => `${folder}/`), ""]
    .map((folder) => `${folder}node_modules/${name}`)
    .find((place) => packages[place] !== undefined);
}

describe("package-lock.json", () => {
  it("holds everything that any package asks for, or `npm ci` refuses it in a fresh clone", () => {
    const missing = Object.entries(packages).flatMap(([place, { dependencies, optionalDependencies }]) =>
      Object.keys({ ...dependencies, ...optionalDependencies })
        .filter((name) => placeOf(name, place) === undefined)
        .map((name) => `${place} needs ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it("[T50] knows each package's checksum, and none that runs a script when installed", () => {
    const places = Object.entries(packages).filter(([place]) => place !== "");
    expect(places.length).toBeGreaterThan(100);
    expect(places.filter(([, { integrity }]) => integrity === undefined).map(([place]) => place)).toEqual([]);
    expect(places.filter(([, locked]) => locked.hasInstallScript).map(([place]) => place)).toEqual([]);
  });

  it("[T50] is asked for exact versions, since npm picks others on other machines", () => {
    const wanted = { ...root.dependencies, ...root.optionalDependencies, ...root.devDependencies };
    expect(Object.entries(wanted).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });
});
