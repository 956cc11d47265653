import "prom-client";
import "../gate/allowed.ts";
import "../domain/plain.ts";
