import "zod";
import "./domain/plain.ts";
import "./gate/allowed.ts";
