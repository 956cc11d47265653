import "kysely";
import "node:sqlite";
import "../gate/allowed.ts";
import "../policy/allowed.ts";
