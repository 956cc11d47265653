import "./config.ts";
import "./github/allowed.ts";
import "./store/allowed.ts";
import "./observe/allowed.ts";
