import "../../test/plain.ts";
