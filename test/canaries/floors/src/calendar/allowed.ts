import "../domain/plain.ts";
import "temporal-polyfill";
