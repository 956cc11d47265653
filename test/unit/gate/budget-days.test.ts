import { it } from "vitest";
import { budgetDaysInMemory } from "../../../src/gate/budget-days.ts";
import { budgetDayLaws } from "../../contract/ledger-budget-days.ts";

budgetDayLaws("budget days in memory", (title, show) => it(title, async () => show(budgetDaysInMemory())));
