import "../client/allowed.ts";
import "../github/allowed.ts";
import "../prometheus/allowed.ts";
import "../gate/allowed.ts";
