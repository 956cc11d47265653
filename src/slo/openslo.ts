/**
 * OpenSLO files, v1, v1alpha and the draft v2alpha, as objectives.
 *
 * Wants: files as they are. Strict readers refuse many that are in use, their own authors' examples among them, so what
 * they would refuse is a warning here.
 * Keeps: objects are read as one set, since they refer to each other across files. A data source is a name, which the
 * operator maps; its address in the file is never read. [T28]
 */
import type { Objective } from "../domain/objective.ts";
import { conditionsOf, readCondition, targetsOf } from "./openslo-alerts.ts";
import { readAlphaSlo } from "./openslo-alpha.ts";
import { lintRaw } from "./openslo-indicator.ts";
import { type OpenSloSet, setOf } from "./openslo-set.ts";
import { readSlo, v1Spelling, v2Spelling } from "./openslo-slo.ts";
import { nothingTold, type Place, refuse, rootOf, under, warn } from "./place.ts";
import type { SloOptions, SloOrigin, SloReading } from "./reading.ts";
import type { YamlDocument } from "./yaml-text.ts";

/** Reads OpenSLO objects of one set, of any version. */
export function readOpenSloDocuments(documents: readonly YamlDocument[], options: SloOptions): SloReading {
  const told = nothingTold();
  const objects = documents.map((document) => rootOf(document, told));
  const set = setOf(objects);
  const origins = new Map<string, SloOrigin>();
  const objectives = objects.flatMap((object) => {
    const read = readObject(object, set, options);
    for (const { name } of read) origins.set(name, originOf(object));
    return read;
  });
  const [first] = objects;
  if (first !== undefined && objectives.length === 0 && told.problems.length === 0)
    warn(first, "no_objectives", "holds no SLO, nor does any other OpenSLO file here");
  return { objectives, problems: told.problems, origins };
}

function originOf(object: Place): SloOrigin {
  const { document, path } = object;
  const services = [under(object, "spec", "service").value, under(object, "spec", "serviceRef").value];
  const service = services.find((one) => typeof one === "string");
  return { document, path, ...(service === undefined ? {} : { service }) };
}

function readObject(object: Place, set: OpenSloSet, options: SloOptions): readonly Objective[] {
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

function sloOf(object: Place, set: OpenSloSet, options: SloOptions): readonly Objective[] {
  switch (under(object, "apiVersion").value) {
    case "openslo/v1":
      return readSlo(object, set, v1Spelling, options);
    case "openslo/v1alpha":
      return readAlphaSlo(object, set, options);
    default:
      return readSlo(object, set, v2Spelling, options);
  }
}
