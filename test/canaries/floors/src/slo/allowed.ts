import "yaml";
import "zod";
import "@prometheus-io/lezer-promql";
import "@lezer/common";
import "../domain/plain.ts";
