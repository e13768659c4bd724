/** Latchkey's block of Homebridge's settings, changed. Pure. */

export type Block = Record<string, unknown>;

/** With a SwitchBot lock and its account: into the first such lock that has no device yet, or as one more lock. */
export function withSwitchBotLock(
  block: Block,
  { id, name }: { id: string; name: string },
  account: { token: string; secret: string },
): Block {
  const locks = listOf(block.locks);
  const open = locks.findIndex(({ type, deviceId }) => type === 'switchbot' && !deviceId);
  const known = locks.some(({ deviceId }) => sameDevice(deviceId, id));
  const lock = { ...locks[open], type: 'switchbot', name: locks[open]?.name ?? lockName(name, locks), deviceId: id };
  const changed = known ? locks : open < 0 ? [...locks, lock] : locks.map((one, at) => (at === open ? lock : one));
  return { ...block, locks: changed, switchbot: { ...blockOf(block.switchbot), ...account } };
}

export function withDashboardPassword(block: Block, hash: string): Block {
  return { ...block, dashboard: { ...blockOf(block.dashboard), enabled: true, password: hash } };
}

/** Letters and digits at both ends, as the Home app wants it. */
const takenByHome = /^[\p{L}\p{N}][^\p{Cc}\u2028\u2029]*[\p{L}\p{N}]$/u;
const longestName = 40;
/** The settings' word for no lock. */
const reserved = 'none';

/** As the Home app takes a name, and not like any other lock's. */
function lockName(name: string, locks: readonly Block[]): string {
  const short = [...name].slice(0, longestName).join('');
  const plain = short.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  const first = takenByHome.test(plain) && core(plain) !== reserved ? plain : 'SwitchBot lock';
  const taken = (text: string) => locks.some((lock) => core(String(lock.name ?? '')) === core(text));
  if (!taken(first)) return first;
  let number = 2;
  while (taken(`${first} ${number}`)) number++;
  return `${first} ${number}`;
}

/** What sets two names apart: not their case, accents or punctuation. */
function core(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
}

function sameDevice(known: unknown, id: string): boolean {
  return String(known ?? '').toUpperCase() === id.toUpperCase();
}

function listOf(value: unknown): Block[] {
  return Array.isArray(value) ? (value as Block[]) : [];
}

function blockOf(value: unknown): Block {
  return typeof value === 'object' && value !== null ? (value as Block) : {};
}
