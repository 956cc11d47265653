import "../config.ts";
import "../prometheus/allowed.ts";
import "../github/allowed.ts";
import "../store/allowed.ts";
import "../observe/allowed.ts";
