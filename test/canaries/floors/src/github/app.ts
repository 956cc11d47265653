import "../compose.ts";
import "./allowed.ts";
import "../store/allowed.ts";
