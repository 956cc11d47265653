/** Where keys of a Keptn file stand, in a text that is read as Go would: anchors, merges and all. */
import { isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from "yaml";
import type { Problem, ProblemCode } from "../../domain/problem.ts";
import { problemAt } from "../../slo/yaml-text.ts";

/** A text whose mistakes are told with their places. */
export interface YamlPlaces {
  /** The keys of a mapping; none where there is none. */
  keys(path: readonly PropertyKey[]): readonly string[];
  /** The places in a list where something stands that is not null. */
  filled(path: readonly PropertyKey[]): readonly number[];
  /** A scalar as it stands in the file; `undefined`: there is none. */
  source(path: readonly PropertyKey[]): string | undefined;
  /** A problem at a key, or at the nearest parent that is there. */
  problem(
    path: readonly PropertyKey[],
    code: ProblemCode,
    message: string,
    severity?: Problem["severity"],
  ): Problem;
}

/** Opens the first document of a text. */
export function placesIn(file: string, text: string): YamlPlaces {
  const lines = new LineCounter();
  const [document] = parseAllDocuments(text, {
    schema: "failsafe",
    uniqueKeys: false,
    lineCounter: lines,
    prettyErrors: false,
  });
  const nodeAt = (path: readonly PropertyKey[]): unknown =>
    path.length === 0 ? document?.contents : document?.getIn(path, true);
  return {
    keys(path) {
      const node = nodeAt(path);
      return isMap(node) ? node.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : [])) : [];
    },
    filled(path) {
      const node = nodeAt(path);
      if (!isSeq(node)) return [];
      return node.items.flatMap((item, index) =>
        isScalar(item) && /^(?:|~|null)$/i.test(String(item.value)) ? [] : [index],
      );
    },
    source(path) {
      const node = nodeAt(path);
      return isScalar(node) ? (node.source ?? String(node.value)) : undefined;
    },
    problem(path, code, message, severity = "warning") {
      let length = path.length;
      while (length > 0 && nodeAt(path.slice(0, length)) === undefined) length -= 1;
      const offset = (nodeAt(path.slice(0, length)) as Node | null | undefined)?.range?.[0] ?? 0;
      const { line, col } = lines.linePos(offset);
      const position = { line: Math.max(1, line), column: Math.max(1, col) };
      return problemAt(file, text, position, code, keyText(path), message, severity);
    },
  };
}

function keyText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : text === "" ? String(part) : `${text}.${String(part)}`,
    "",
  );
}
