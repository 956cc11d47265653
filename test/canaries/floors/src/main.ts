import "./compose.ts";
import "fast-check";
