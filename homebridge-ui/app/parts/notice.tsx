/** What is shown where there is nothing to show: why, and what to do. */
import type { ComponentChildren } from 'preact';

export function Notice({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="notice">
      <h2>{title}</h2>
      {children}
    </section>
  );
}
