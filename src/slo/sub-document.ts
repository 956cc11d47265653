/**
 * Objects in a list, as documents of their own. OpenSLO and Nobl9 allow one document to be a YAML or JSON list of
 * objects: https://github.com/OpenSLO/OpenSLO#general-schema
 *
 * Keeps: a place in an item is a place in its file, and a key is named from the file's root: `[2].spec.service`.
 */
import type { YamlDocument } from "./yaml-text.ts";

/** The items of a document that is a list, each as a document; a document that is none is given alone. */
export function itemsOf(document: YamlDocument): readonly YamlDocument[] {
  const { value } = document;
  if (!Array.isArray(value)) return [document];
  return value.map((item: unknown, index) => partOf(document, [index], item));
}

/** A part of a document, which stands at a path of it, as a document. */
export function partOf(document: YamlDocument, at: readonly PropertyKey[], value: unknown): YamlDocument {
  return {
    value,
    at: (path) => document.at([...at, ...path]),
    problem: (code, path, message, severity) => document.problem(code, [...at, ...path], message, severity),
  };
}
