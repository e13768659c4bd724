/** Visits, newest first, put together from pages that were asked for and visits heard of meanwhile. Pure. */

export interface Listed {
  id: number;
  /** UTC ISO 8601. */
  at: string;
}

export interface Page<Visit> {
  /** Newest first. */
  events: readonly Visit[];
  /** The cursor of the next page; null at the end. */
  next: string | null;
}

export interface NewestFirst<Visit extends Listed> {
  /** Each once. */
  visits: readonly Visit[];
  /** The cursor of the page after these; null where there is none, undefined before the first page is here. */
  next: string | null | undefined;
  /** Where the pages end; what is older is on a page to come. Null where all are here, or none yet. */
  end: Listed | null;
  /** What was heard since a page was asked for, by id: newer than what that page says. Null for what is to be left out. */
  heard: ReadonlyMap<number, Visit | null>;
}

export const nothingYet: NewestFirst<never> = { visits: [], next: undefined, end: null, heard: new Map() };

/** A page is asked for: it will know whatever was heard before. */
export function asking<Visit extends Listed>(list: NewestFirst<Visit>): NewestFirst<Visit> {
  return { ...list, heard: new Map() };
}

/** The first page is here; it takes the place of all before. */
export function withFirstPage<Visit extends Listed>(
  { heard }: NewestFirst<Visit>,
  page: Page<Visit>,
): NewestFirst<Visit> {
  return withNextPage({ visits: [], next: undefined, end: null, heard }, page);
}

/** The page after `list.visits` is here. */
export function withNextPage<Visit extends Listed>(list: NewestFirst<Visit>, page: Page<Visit>): NewestFirst<Visit> {
  const { next } = page;
  const longer = { ...list, next, end: next === null ? null : (page.events.at(-1) ?? list.end) };
  const heard = [...list.heard.values()].filter((visit) => visit !== null && reaches(longer, visit));
  const before = [...list.visits, ...page.events].filter(({ id }) => !list.heard.has(id));
  return { ...longer, visits: inOrder([...before, ...heard.filter((visit) => visit !== null)]) };
}

/** A visit is new, or more is known of it; null where it is none of these visits, or no longer. */
export function withHeard<Visit extends Listed>(
  list: NewestFirst<Visit>,
  id: number,
  visit: Visit | null,
): NewestFirst<Visit> {
  const others = list.visits.filter((one) => one.id !== id);
  return {
    ...list,
    heard: new Map(list.heard).set(id, visit),
    visits: visit && reaches(list, visit) ? inOrder([...others, visit]) : others,
  };
}

/** Whether the pages so far would have held it. */
function reaches({ next, end }: NewestFirst<Listed>, visit: Listed): boolean {
  return next !== undefined && (end === null || compare(visit, end) <= 0);
}

function inOrder<Visit extends Listed>(visits: readonly Visit[]): Visit[] {
  return [...visits].sort(compare);
}

/** As the history orders them. */
function compare(a: Listed, b: Listed): number {
  if (a.at !== b.at) return a.at < b.at ? 1 : -1;
  return b.id - a.id;
}
