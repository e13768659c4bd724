/** The database's file and folder, which are nobody's business but their owner's. */
import { mkdir, open } from 'node:fs/promises';
import { storeError } from './store-error.ts';

/** Makes what is missing. Pictures of people at the door: nobody but Homebridge's own user is to look at them. */
export async function makePrivate(directory: string, file: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const handle = await open(file, 'a', 0o600);
    try {
      await handle.chmod(0o600);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw storeError(error, file);
  }
}

/** Rejects with a StoreError where there is no such file to read. */
export async function mustExist(file: string): Promise<void> {
  try {
    await (await open(file, 'r')).close();
  } catch (error) {
    throw storeError(error, file, true);
  }
}
