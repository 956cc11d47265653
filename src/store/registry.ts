import { type Kysely, sql } from "kysely";
import type { Accepted } from "../domain/app-need.ts";
import type { Repository } from "../domain/subject.ts";
import type { Registry } from "../gate/ledger.ts";
import type { Tables } from "./schema.ts";
import { statement } from "./statement.ts";

const byId = statement((db, { id }: { id: number }) =>
  db.selectFrom("repositories").selectAll().where("id", "=", id),
);

const standingOf = statement((db, { id }: { id: number }) =>
  db.selectFrom("installations").select("standing").where("id", "=", id),
);

const acceptedFor = statement((db, { id }: { id: number }) =>
  db.selectFrom("acceptances").select("accepted").where("installation_id", "=", id),
);

/** Installations and repositories over SQL. */
export function registryIn(db: Kysely<Tables>): Registry {
  return {
    async remember({ id, owner, name, isPublic, installationId, defaultBranch }) {
      const row = { id, owner, name, is_public: isPublic ? 1 : 0, installation_id: installationId };
      // Who does not tell the default branch does not take it back.
      const told = defaultBranch === undefined ? row : { ...row, default_branch: defaultBranch };
      await db
        .insertInto("repositories")
        .values({ ...row, default_branch: defaultBranch ?? null })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(told))
        .execute();
    },

    async repository(id) {
      const [row] = await byId(db, { id });
      return row === undefined ? undefined : repositoryOf(row);
    },

    async named(owner, name) {
      const rows = await db
        .selectFrom("repositories")
        .leftJoin("installations", "installations.id", "repositories.installation_id")
        .selectAll("repositories")
        .where((eb) =>
          eb.or([eb("installations.standing", "is", null), eb("installations.standing", "=", "active")]),
        )
        .where(sql`lower(owner)`, "=", owner.toLowerCase())
        .where(sql`lower(name)`, "=", name.toLowerCase())
        .orderBy("repositories.id", "desc")
        .limit(10)
        .execute();
      return rows.map(repositoryOf);
    },

    async forgetRepository(id) {
      await db.deleteFrom("repositories").where("id", "=", id).execute();
    },

    async repositoriesOf(installationId) {
      const rows = await db
        .selectFrom("repositories")
        .selectAll()
        .where("installation_id", "=", installationId)
        .execute();
      return rows.map(repositoryOf);
    },

    async activeRepositories() {
      const rows = await db
        .selectFrom("repositories")
        .leftJoin("installations", "installations.id", "repositories.installation_id")
        .selectAll("repositories")
        .where((eb) =>
          eb.or([eb("installations.standing", "is", null), eb("installations.standing", "=", "active")]),
        )
        .execute();
      return rows.map(repositoryOf);
    },

    async setInstallation(id, standing, now) {
      const row = { id, standing, changed_at: now };
      await db
        .insertInto("installations")
        .values(row)
        .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
        .execute();
    },

    async isActive(installationId) {
      const [row] = await standingOf(db, { id: installationId });
      return row === undefined || row.standing === "active";
    },

    async activeInstallations() {
      const repositories = db
        .selectFrom("repositories")
        .leftJoin("installations", "installations.id", "repositories.installation_id")
        .select("repositories.installation_id as id")
        .where("installations.id", "is", null);
      const told = db.selectFrom("installations").select("id").where("standing", "=", "active");
      const rows = await told.union(repositories).orderBy("id").execute();
      return rows.map(({ id }) => id);
    },

    async accept(installationId, accepted, now) {
      const row = { accepted: JSON.stringify(accepted), told_at: now };
      await db
        .insertInto("acceptances")
        .values({ installation_id: installationId, ...row })
        .onConflict((conflict) => conflict.column("installation_id").doUpdateSet(row))
        .execute();
    },

    async permissions(installationId) {
      const [row] = await acceptedFor(db, { id: installationId });
      if (row === undefined) return undefined;
      const { permissions, events, page } = JSON.parse(row.accepted) as Accepted;
      return { permissions, events, page };
    },
  };
}

function repositoryOf(row: Tables["repositories"]): Repository {
  const { id, owner, name, is_public: isPublic, installation_id: installationId } = row;
  const known = { id, owner, name, isPublic: isPublic === 1, installationId };
  return row.default_branch === null ? known : { ...known, defaultBranch: row.default_branch };
}
