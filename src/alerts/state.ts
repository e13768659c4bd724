/** What Telegram keeps over restarts besides its queue: one JSON text for each key. */
export interface State {
  /** Null where there is none. */
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<void>;
}

/** What stands under a key; null where it is missing, unreadable or no JSON: nothing here is worth failing for. */
export async function remembered(state: State, key: string): Promise<unknown> {
  try {
    return JSON.parse((await state.get(key)) ?? 'null');
  } catch {
    return null;
  }
}
