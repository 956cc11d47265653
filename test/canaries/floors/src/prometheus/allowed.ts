import "../calendar/allowed.ts";
import "node-fetch";
import "../gate/allowed.ts";
