/** The shop, served by two processes over one PostgreSQL: nothing happens in either until it is stepped. */
import { Secret } from "../../src/domain/secret.ts";
import { type App, openSource, startApp } from "./app.ts";
import { startPostgres } from "./postgres.ts";
import { openShop, type Shop, type ShopOptions } from "./shop.ts";

/** Both processes, with one clock. */
export interface TwoReplicas {
  /** The shop; its app is the first process. */
  readonly shop: Shop;
  /** The second process, which hears GitHub's webhooks. */
  readonly other: App;
  close(): Promise<void>;
}

/** Opens the shop with two processes on a PostgreSQL of their own. */
export async function openTwoReplicas(options: ShopOptions): Promise<TwoReplicas> {
  const postgres = await startPostgres();
  const url = await postgres.schema("replicas");
  const config = { ...options.config, databaseUrl: new Secret(() => url) };
  const shop = await openShop({ ...options, config });
  const { github, clock } = shop;
  const dataSources = [openSource("main", options.prometheus, options.source)];
  const other = await startApp({ github, clock, dataSources, config });
  return {
    shop,
    other,
    async close() {
      await other.stop();
      await shop.close();
      await postgres.stop();
    },
  };
}
