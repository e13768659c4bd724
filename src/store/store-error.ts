/** What can go wrong with the history, each as one sentence for the owner. */
import { reason } from '../log.ts';

export type StoreProblem =
  | 'missing'
  | 'not-a-database'
  | 'damaged'
  | 'newer'
  | 'older'
  | 'full'
  | 'denied'
  | 'busy'
  | 'closed'
  | 'read-only'
  | 'invalid'
  | 'failed';

/** `message` is one sentence that names the file and the mend. Whatever was stored before is still there. */
export class StoreError extends Error {
  override name = 'StoreError';
  readonly problem: StoreProblem;

  constructor(problem: StoreProblem, message: string, cause?: unknown) {
    super(message, { cause });
    this.problem = problem;
  }
}

/** What SQLite and the operating system call a problem, and what it is here. */
const problems: Record<string, StoreProblem> = {
  ENOENT: 'missing',
  ENOSPC: 'full',
  EDQUOT: 'full',
  EACCES: 'denied',
  EPERM: 'denied',
  EROFS: 'denied',
  SQLITE_NOTADB: 'not-a-database',
  SQLITE_CORRUPT: 'damaged',
  SQLITE_FULL: 'full',
  SQLITE_PERM: 'denied',
  SQLITE_AUTH: 'denied',
  SQLITE_CANTOPEN: 'denied',
  SQLITE_BUSY: 'busy',
  SQLITE_LOCKED: 'busy',
};

const sentences: Partial<Record<StoreProblem, (file: string) => string>> = {
  missing: (file) => `There is no history at ${file} yet: it begins when the plugin first runs.`,
  'not-a-database': (file) =>
    `${file} is not a database: move it out of the way and restart to begin a new history; the file was not changed.`,
  damaged: (file) =>
    `${file} is damaged: stop Homebridge and put a backup in its place, or move it away to begin a new history.`,
  full: (file) => `The disk that holds ${file} is full: make room on it, or keep fewer days of history.`,
  denied: (file) => `${file} may not be opened or written: make it and its folder belong to Homebridge's user.`,
  busy: (file) => `${file} is busy: another program is writing to it; try again in a moment.`,
  'read-only': (file) => `${file} was opened for reading only.`,
};

/** The StoreError for what SQLite or the file system threw; a StoreError stays as it is. */
export function storeError(error: unknown, file: string, readOnly = false): StoreError {
  if (error instanceof StoreError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const problem = code === 'SQLITE_READONLY' ? (readOnly ? 'read-only' : 'denied') : (problems[code] ?? 'failed');
  const sentence = sentences[problem]?.(file) ?? `${file} could not be used: ${reason(error)}`;
  return new StoreError(problem, sentence, error);
}

export function closedError(): StoreError {
  return new StoreError('closed', 'The history is closed.');
}
