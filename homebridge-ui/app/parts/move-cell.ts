/** The keyboard in a table of links. */

/** One stop for Tab, and the arrows inside: hundreds of stops would be none. */
export function moveCell(table: HTMLTableElement | null, event: KeyboardEvent): void {
  const cell = (event.target as HTMLElement).closest('td');
  const row = cell?.parentElement as HTMLTableRowElement | null;
  if (!table || !cell || !row) return;
  const [rows, column] = [[...(table.tBodies[0]?.rows ?? [])], cell.cellIndex];
  const at = rows.indexOf(row);
  const moves: Record<string, HTMLTableCellElement | undefined> = {
    ArrowRight: row.cells[column + 1],
    ArrowLeft: row.cells[column - 1],
    ArrowDown: rows[at + 1]?.cells[column],
    ArrowUp: rows[at - 1]?.cells[column],
  };
  const next = moves[event.key]?.querySelector('a');
  if (!next) return;
  event.preventDefault();
  for (const link of table.querySelectorAll('a')) link.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}
