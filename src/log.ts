/** Where sentences for the owner go: Homebridge's log in the plugin, standard error on the command line. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** What went wrong, as one sentence without a stack trace. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
