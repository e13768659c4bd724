/** How strong a colour stands for a count. */

/** 0 to 5. The root keeps a few busy hours from making all others look empty. */
export function shade(visits: number, most: number): number {
  return visits <= 0 || most <= 0 ? 0 : Math.max(1, Math.ceil(Math.sqrt(visits / most) * 5));
}
