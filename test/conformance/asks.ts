import { argoAsks, flaggerAsks } from "./asks-delivery.ts";
import { keptnAsks } from "./asks-keptn.ts";
import { mathAsks } from "./asks-math.ts";
import { pyrraAsks } from "./asks-pyrra.ts";

import { openSloAsks } from "./asks-openslo.ts";
import { slothAsks } from "./asks-sloth.ts";
import type { Vector, VectorData } from "./vector.ts";

/** Puts one vector's question to the product and gives its answer in the vector's own shape. */
export type Ask = (vector: Vector, data: VectorData) => unknown;

/** Questions that are answered, by tool and then by what is asked. */
const asksByTool: Readonly<Record<string, Readonly<Record<string, Ask>>>> = {
  argo: argoAsks,
  flagger: flaggerAsks,
  keptn: keptnAsks,
  math: mathAsks,
  pyrra: pyrraAsks,
  sloth: slothAsks,
  "openslo-v1": openSloAsks,
  "openslo-v1alpha": openSloAsks,
  "openslo-v1alpha(sloth)": openSloAsks,
  "openslo-v2alpha": openSloAsks,
};

/** Who answers a vector; `undefined` where the kind is not supported. */
export function askFor({ tool, ask }: Vector): Ask | undefined {
  return asksByTool[tool]?.[ask];
}
