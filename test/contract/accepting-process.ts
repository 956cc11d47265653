/** A process that accepts deliveries for ever and says the id of each when it is acknowledged; killed by migrations.test.ts. */
import { writeSync } from "node:fs";
import { ledgerIn } from "../../src/store/ledger.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import { deliveryOf, noon } from "./ledger-samples.ts";

const [path = "", round = ""] = process.argv.slice(2);
const { deliveries } = ledgerIn(openSqlite(path).db);
for (let number = 0; ; number += 1) {
  const id = `round-${round}-${number}`;
  await deliveries.accept(deliveryOf(id), noon);
  writeSync(1, `${id}\n`);
}
