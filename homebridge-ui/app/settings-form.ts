/** Config UI X's form of the settings, shown and hidden, and the settings changed beside it, one thing after another. */
import type { PluginConfig } from '@homebridge/plugin-ui-utils/ui.interface';
import { doorError, homebridge } from './door-homebridge.ts';

let last: Promise<unknown> = Promise.resolve();
let shown = false;

function next<Result>(work: () => Promise<Result>): Promise<Result> {
  const done = last.then(work);
  last = done.catch(() => undefined);
  return done;
}

export function showForm(): void {
  void next(async () => {
    homebridge?.showSchemaForm();
    shown = true;
  });
}

export function hideForm(): void {
  next(() => withoutForm(async () => undefined)).catch(() => undefined);
}

/** Changes Latchkey's block of the settings and saves it; what was edited in the form and not saved is saved too. Rejects with a DoorError. */
export function changeSettings(change: (block: PluginConfig) => PluginConfig): Promise<void> {
  return next(async () => {
    const again = shown;
    try {
      await withoutForm(async ([block, ...others]) => {
        await homebridge?.updatePluginConfig([change(block ?? { platform: 'Latchkey', name: 'Latchkey' }), ...others]);
        await homebridge?.savePluginConfig();
      });
    } catch (error) {
      throw doorError(error);
    } finally {
      if (again) homebridge?.showSchemaForm();
      shown = again;
    }
  });
}

/** A form that goes empties the settings it was made from: they are fetched before, and put back after. */
async function withoutForm(work: (settings: PluginConfig[]) => Promise<void>): Promise<void> {
  if (!homebridge) return;
  const settings = await homebridge.getPluginConfig();
  homebridge.hideSchemaForm();
  shown = false;
  await homebridge.updatePluginConfig(settings);
  await work(settings);
}
