/** One numbered step of the schema. */

export interface Migration {
  /** What `PRAGMA user_version` says afterwards. */
  version: number;
  name: string;
  /** One SQL statement each. Foreign keys are not enforced meanwhile, so that tables can be replaced. */
  statements: readonly string[];
}
