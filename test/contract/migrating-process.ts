/** A process that brings a database to the newest form and says what it applied; started twice at once by migrations.test.ts. */
import { writeSync } from "node:fs";
import { migrate } from "../../src/store/migrate.ts";
import { openSqlite } from "../../src/store/sqlite.ts";

const database = openSqlite(process.argv[2] ?? "");
writeSync(1, JSON.stringify(await migrate(database.db)));
await database.close();
