/** What Telegram keeps over restarts besides its queue: values that JSON can hold, by key. The event store is one. */
export interface State {
  /** Undefined where there is none. */
  state(key: string): Promise<unknown>;
  setState(key: string, value: unknown): Promise<void>;
}

/** What stands under a key; undefined where it is missing or cannot be read: nothing here is worth failing for. */
export async function remembered(state: State, key: string): Promise<unknown> {
  try {
    return await state.state(key);
  } catch {
    return undefined;
  }
}
