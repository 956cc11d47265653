import type { GateAnswer } from "../domain/gate-answer.ts";
import { cut } from "../domain/sentence.ts";

/** What is left of each name, in code points: five of them at four bytes each fit beside a reason of 140. */
const nameLength = 40;

/** An answer in at most 2 kB, whatever the names in it: Argo keeps every one in etcd. */
export function briefly(answer: GateAnswer): GateAnswer {
  const short = <T extends string | null>(text: T): T | string =>
    text === null ? text : cut(text, nameLength);
  const { environment, service, policy, bypass } = answer;
  return {
    ...answer,
    environment: short(environment),
    service: short(service),
    policy: policy && { ...policy, path: short(policy.path) },
    slos: [],
    qualityGates: [],
    bypass: bypass && { ...bypass, by: short(bypass.by), reason: short(bypass.reason) },
    url: null,
  };
}
