import "../slo/allowed.ts";
