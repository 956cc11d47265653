import "../policy/allowed.ts";
import "../slo/allowed.ts";
import "../domain/plain.ts";
