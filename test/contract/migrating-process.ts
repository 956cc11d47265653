/** A process that opens a database, waits for the word, brings it to the newest form and says what it applied; see migrations.test.ts. */
import { once } from "node:events";
import { writeSync } from "node:fs";
import { migrate } from "../../src/store/migrate.ts";
import { openSqlite } from "../../src/store/sqlite.ts";

const database = openSqlite(process.argv[2] ?? "");
writeSync(1, "ready\n");
await once(process.stdin, "data");
writeSync(1, JSON.stringify(await migrate(database.db)));
await database.close();
process.stdin.destroy();
