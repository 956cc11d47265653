import "../calendar/allowed.ts";
import "yaml";
import "../slo/allowed.ts";
import "../domain/plain.ts";
