/** A list of visits, newest first, into which one comes: a new one, or one of which more is known now. Pure. */

/** What is older than the list's beginning and not in it has its place further down, or nowhere. */
export function takenIn<Visit extends { id: number; at: string }>(visits: readonly Visit[], visit: Visit): Visit[] {
  if (visits.some(({ id }) => id === visit.id)) return visits.map((one) => (one.id === visit.id ? visit : one));
  const [newest] = visits;
  return newest && newest.at > visit.at ? [...visits] : [visit, ...visits];
}
