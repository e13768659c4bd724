/** The processes a Homebridge runs. */
import { execFileSync } from 'node:child_process';

interface Process {
  pid: number;
  parent: number;
  command: string;
}

function processes(): Process[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const found = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
    return found ? { pid: Number(found[1]), parent: Number(found[2]), command: found[3] as string } : [];
  });
}

/** The processes that `pid` started, and theirs. */
export function descendants(pid: number, all = processes()): number[] {
  return all.filter(({ parent }) => parent === pid).flatMap((child) => [child.pid, ...descendants(child.pid, all)]);
}

export function visionProcess(homebridgePid: number): number {
  const family = descendants(homebridgePid);
  const found = processes().find(({ pid, command }) => family.includes(pid) && /vision[/\\]process/.test(command));
  if (!found) throw new Error('no vision process runs');
  return found.pid;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
