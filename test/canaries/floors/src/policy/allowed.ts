import "yaml";
import "../slo/allowed.ts";
import "../domain/plain.ts";
