import "node-fetch";
import "../gate/allowed.ts";
