/** Opens a store as a user who owns nothing, and prints what is wrong. Arguments: the folder, and `reading` or `writing`. */
import { EventStore } from '../../../src/store/event-store.ts';
import { StoreError } from '../../../src/store/store-error.ts';

const [folder = '', way = ''] = process.argv.slice(2);
const nobody = 65534;
if (process.getuid?.() === 0) process.seteuid?.(nobody);
try {
  await EventStore.open(folder, { readOnly: way === 'reading' });
  console.log('opened');
} catch (error) {
  console.log(error instanceof StoreError ? `${error.problem}: ${error.message}` : String(error));
}
