import { z } from "zod";
import { policySchema } from "../src/policy/schema.ts";

/** Where editors find the schema. */
export const schemaId = "https://burngate.dev/schema/slo-policy.schema.json";

/** The policy file's JSON Schema as text, as it is committed. */
export function policyJsonSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(policySchema, { io: "input", target: "draft-2020-12" });
  return `${JSON.stringify({ $schema, $id: schemaId, ...schema }, null, 2)}\n`;
}
