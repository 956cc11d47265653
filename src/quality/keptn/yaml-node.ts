/**
 * A YAML text as Go's yaml.v3 would put it into typed fields (https://github.com/go-yaml/yaml/blob/v3.0.1/decode.go).
 *
 * Keeps: a text field takes any plain scalar as it stands in the file, so numbers are never read and printed again; a whole
 * number is cut; what is quoted is a text and nothing else. Anchors, aliases and merge keys work, and so many nodes at most are
 * looked at that a file of aliases of aliases cannot grow without bound.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
  Scalar,
  visit,
  type YAMLMap,
} from "yaml";

/** So many nodes of a file are looked at. */
const maxNodes = 50_000;

/** Thrown where a text is not what Go would take; the message says why, for people. */
export class YamlRefusal extends Error {}

/** A node of a document, aliases resolved; `undefined` where nothing stands. */
export type YamlNode = unknown;

/** Reads nodes of one document. */
export class YamlReader {
  readonly #document: Document;
  #left = maxNodes;

  constructor(document: Document) {
    this.#document = document;
  }

  /** The fields of a mapping by name, those of merged mappings among them; `undefined` for null. */
  fields(node: YamlNode, what: string): ReadonlyMap<string, YamlNode> | undefined {
    const found = this.#resolve(node);
    if (isNull(found)) return undefined;
    if (!isMap(found)) throw new YamlRefusal(`${what} is no mapping`);
    return this.#entries(found, what, 0);
  }

  /** The items of a list; `undefined` for null. */
  items(node: YamlNode, what: string): readonly YamlNode[] | undefined {
    const found = this.#resolve(node);
    if (isNull(found)) return undefined;
    if (!isSeq(found)) throw new YamlRefusal(`${what} is no list`);
    return found.items;
  }

  /** Whether nothing stands there, or null. */
  isNull(node: YamlNode): boolean {
    return isNull(this.#resolve(node));
  }

  /** A text; null is an empty one. */
  text(node: YamlNode, what: string): string {
    const found = this.#resolve(node);
    if (isNull(found)) return "";
    if (!isScalar(found)) throw new YamlRefusal(`${what} is no text`);
    return sourceOf(found);
  }

  /** A whole number; null is 0. */
  whole(node: YamlNode, what: string): number {
    const found = this.#resolve(node);
    if (isNull(found)) return 0;
    const value = isScalar(found) && isPlain(found) ? wholeIn(sourceOf(found)) : undefined;
    if (value === undefined) throw new YamlRefusal(`${what} is no whole number`);
    return value;
  }

  /** A truth; null is false. */
  truth(node: YamlNode, what: string): boolean {
    const found = this.#resolve(node);
    if (isNull(found)) return false;
    const text = isScalar(found) && isPlain(found) ? sourceOf(found) : "";
    if (/^(?:true|True|TRUE|[yY]|yes|on)$/.test(text)) return true;
    if (/^(?:false|False|FALSE|[nN]|no|off)$/.test(text)) return false;
    throw new YamlRefusal(`${what} is neither true nor false`);
  }

  #resolve(node: YamlNode): YamlNode {
    this.#left -= 1;
    if (this.#left < 0) throw new YamlRefusal("the file holds too much");
    if (!isAlias(node)) return node;
    const found = node.resolve(this.#document);
    if (found === undefined) throw new YamlRefusal(`*${node.source} names nothing`);
    return found;
  }

  #entries(map: YAMLMap, what: string, depth: number): ReadonlyMap<string, YamlNode> {
    if (depth > 20) throw new YamlRefusal(`${what} merges itself`);
    const own = new Map<string, YamlNode>();
    const merged = new Map<string, YamlNode>();
    for (const { key, value } of map.items) {
      const name = this.#resolve(key);
      if (!isScalar(name)) throw new YamlRefusal(`${what} has a key that is no text`);
      const text = sourceOf(name);
      if (text !== "<<" || !isPlain(name)) {
        own.set(text, value);
        continue;
      }
      const from = this.#resolve(value);
      for (const one of isSeq(from) ? from.items : [from]) {
        const mapping = this.#resolve(one);
        if (!isMap(mapping)) throw new YamlRefusal(`${what} merges what is no mapping`);
        for (const [field, found] of this.#entries(mapping, what, depth + 1))
          if (!merged.has(field)) merged.set(field, found);
      }
    }
    return new Map([...merged, ...own]);
  }
}

/** Opens the first document of a text. Gives `empty` for nothing but blanks and comments. */
export function openYaml(text: string): { readonly reader: YamlReader; readonly root: YamlNode } | "empty" {
  const documents = parseAllDocuments(text, { schema: "failsafe", merge: true, uniqueKeys: false });
  const [document] = documents;
  if (document === undefined || "empty" in documents) return "empty";
  const [error] = document.errors;
  if (error !== undefined)
    throw new YamlRefusal(error.message.split("\n", 1)[0]?.replace(/:$/, "") ?? "is no YAML");
  if (hasKeyTwice(document)) throw new YamlRefusal("a key is written twice");
  if (document.contents === null && !/^---/m.test(text)) return "empty";
  return { reader: new YamlReader(document), root: document.contents };
}

/** Whether some mapping has a key twice. The parser's own look for that takes time quadratic in the number of keys. [T33] */
export function hasKeyTwice(document: Document): boolean {
  let isTwice = false;
  visit(document, {
    Map(_, { items }) {
      const keys = items.flatMap(({ key }) => (isScalar(key) ? [key.value] : []));
      if (new Set(keys).size === keys.length) return undefined;
      isTwice = true;
      return visit.BREAK;
    },
  });
  return isTwice;
}

function isNull(node: YamlNode): boolean {
  if (node === null || node === undefined) return true;
  return isScalar(node) && isPlain(node) && /^(?:|~|null|Null|NULL)$/.test(sourceOf(node));
}

function isPlain(scalar: Scalar): boolean {
  return (
    (scalar.type === undefined || scalar.type === Scalar.PLAIN) && scalar.tag !== "tag:yaml.org,2002:str"
  );
}

function sourceOf(scalar: Scalar): string {
  return isPlain(scalar) && scalar.source !== undefined ? scalar.source : String(scalar.value);
}

/** As Go's ParseInt with base 0 reads it, or a float cut towards zero. */
function wholeIn(source: string): number | undefined {
  const plain = source.replaceAll("_", "");
  const [, sign = "", digits = ""] =
    /^([-+]?)(0b[01]+|0o[0-7]+|0x[\da-f]+|0[0-7]*|[1-9]\d*)$/i.exec(plain) ?? [];
  if (digits !== "") {
    const octal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
    return signed(Number(BigInt(octal)), sign);
  }
  if (!/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?$/i.test(plain)) return undefined;
  const cut = Math.trunc(Number(plain));
  return Math.abs(cut) < 2 ** 63 ? signed(Math.abs(cut), cut < 0 ? "-" : "") : undefined;
}

function signed(value: number, sign: string): number {
  return sign === "-" && value !== 0 ? -value : value;
}
