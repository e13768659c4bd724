/** Which devices of a SwitchBot account Latchkey can use, and why it cannot use the others. Pure. */

export interface FoundDevice {
  id: string;
  name: string;
  /** SwitchBot's own word. */
  type: string;
  kind: 'lock' | 'hub' | 'keypad' | 'other';
  usable: boolean;
  /** What is missing, or what the device is for, in one sentence. */
  remark: string;
}

// The lists say `Smart Lock Ultra` where a status says `Lock Ultra`.
const LOCK_TYPES = new Set([
  'lock',
  'lock pro',
  'lock pro wifi',
  'lock ultra',
  'lock lite',
  'lock vision',
  'lock vision pro',
]);
/** These have a Wi-Fi of their own and need no hub. */
const OWN_WIFI = /\b(wifi|vision)\b/;
const NO_HUB = /^0*$/;

type Json = Readonly<Record<string, unknown>>;

/** The account's devices, locks first; entries of the list that are none are left out. */
export function survey(deviceList: readonly unknown[]): FoundDevice[] {
  const entries = deviceList.filter((entry): entry is Json => typeof entry === 'object' && entry !== null);
  const names = new Map(entries.map((entry) => [text(entry.deviceId), text(entry.deviceName)]));
  const order = ['lock', 'keypad', 'hub', 'other'];
  return entries
    .map((entry) => describe(entry, names))
    .filter((device) => device.id !== '')
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

function describe(entry: Json, names: ReadonlyMap<string, string>): FoundDevice {
  const type = text(entry.deviceType);
  const plain = type.toLowerCase().replace(/^smart /, '');
  const device = { id: text(entry.deviceId), name: text(entry.deviceName) || 'a device without a name', type };
  if (plain.startsWith('keypad')) return { ...device, kind: 'keypad', ...keypad(entry, names) };
  if (plain.startsWith('hub') || plain === 'ai hub') {
    return { ...device, kind: 'hub', usable: false, remark: 'Carries what Latchkey says to the locks near it.' };
  }
  if (!/\block\b/.test(plain)) {
    return { ...device, kind: 'other', usable: false, remark: 'Neither a lock, a keypad nor a hub.' };
  }
  const missing = obstacle(entry, plain);
  return { ...device, kind: 'lock', usable: missing === null, remark: missing ?? `Put this deviceId into the config.` };
}

/** Why a lock cannot be used, or null. */
function obstacle(entry: Json, type: string): string | null {
  if (!LOCK_TYPES.has(type)) return 'Latchkey does not know this type of lock.';
  if (entry.enableCloudService !== true) {
    return 'Its cloud service is off: turn it on in the SwitchBot app, in the settings of the lock.';
  }
  if (NO_HUB.test(text(entry.hubDeviceId)) && !OWN_WIFI.test(type)) {
    return 'It has no hub: pair it with one in the SwitchBot app.';
  }
  return null;
}

function keypad(entry: Json, names: ReadonlyMap<string, string>): { usable: boolean; remark: string } {
  const lock = text(entry.lockDeviceId);
  const opens = lock ? `Opens ${names.get(lock) || lock}` : 'Is paired with no lock';
  return { usable: false, remark: `${opens}; Latchkey has no use for it.` };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}
