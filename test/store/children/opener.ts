/** Opens a store, saying when it begins to and when it has. Argument: the folder. */
import { EventStore } from '../../../src/store/event-store.ts';

const [folder = ''] = process.argv.slice(2);
console.log('opening');
const store = await EventStore.open(folder);
console.log('open');
await store.close();
