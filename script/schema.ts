/**
 * Writes the policy file's JSON Schema, for editors and other tools, from the one place that knows the file's
 * keys.
 *
 *     node script/schema.ts
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { policyJsonSchema } from "./policy-json-schema.ts";

const file = join(import.meta.dirname, "..", "schema", "slo-policy.schema.json");
writeFileSync(file, policyJsonSchema());
console.log(`wrote ${file}`);
