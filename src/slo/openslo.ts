/**
 * OpenSLO files, v1, v1alpha and the draft v2alpha, as objectives.
 *
 * Wants: files as they are. Strict readers refuse many that are in use, their own authors' examples among them, so what
 * they would refuse is a warning here.
 * Keeps: objects are read as one set, since they refer to each other across files. A data source is a name, which the
 * operator maps; its address in the file is never read. [T28]
 */
import { conditionsOf, readCondition, targetsOf } from "./openslo-alerts.ts";
import { readAlphaSlo } from "./openslo-alpha.ts";
import { lintRaw } from "./openslo-indicator.ts";
import type { ReadObjective } from "./openslo-objective.ts";
import { type OpenSloSet, setOf } from "./openslo-set.ts";
import { readSlo, v1Spelling, v2Spelling } from "./openslo-slo.ts";
import { nothingTold, type Place, refuse, rootOf, under, warn } from "./place.ts";
import type { SloOptions, SloReading } from "./reading.ts";
import type { YamlDocument } from "./yaml-text.ts";

/** Reads OpenSLO objects of one set, of any version. */
export function readOpenSloDocuments(documents: readonly YamlDocument[], options: SloOptions): SloReading {
  const told = nothingTold();
  const objects = documents.map((document) => rootOf(document, told));
  const set = setOf(objects);
  const read = objects.flatMap((object) => readObject(object, set, options));
  const [first] = objects;
  if (first !== undefined && read.length === 0 && told.problems.length === 0)
    warn(first, "no_objectives", "holds no SLO, nor does any other OpenSLO file here");
  return {
    objectives: read.map(({ objective }) => objective),
    problems: told.problems,
    origins: new Map(read.map(({ objective, origin }) => [objective, origin])),
  };
}

function readObject(object: Place, set: OpenSloSet, options: SloOptions): readonly ReadObjective[] {
  const kind = under(object, "kind");
  switch (kind.value) {
    case "SLO":
      return sloOf(object, set, options);
    case "SLI":
      lintRaw(under(object, "spec", "ratioMetric"));
      return [];
    case "AlertCondition":
      readCondition(object);
      return [];
    case "AlertPolicy":
      conditionsOf(object, set);
      targetsOf(object, set);
      return [];
    case "Service":
    case "DataSource":
    case "AlertNotificationTarget":
      return [];
    default:
      refuse(
        kind,
        "wrong_value",
        "is no kind of OpenSLO's: `SLO`, `SLI`, `AlertPolicy`, `AlertCondition`, `AlertNotificationTarget`, `DataSource` or `Service`",
      );
      return [];
  }
}

function sloOf(object: Place, set: OpenSloSet, options: SloOptions): readonly ReadObjective[] {
  switch (under(object, "apiVersion").value) {
    case "openslo/v1":
      return readSlo(object, set, v1Spelling, options);
    case "openslo/v1alpha":
      return readAlphaSlo(object, set, options);
    default:
      return readSlo(object, set, v2Spelling, options);
  }
}
