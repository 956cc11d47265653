import "zod";
import "../gate/allowed.ts";
import "../domain/plain.ts";
