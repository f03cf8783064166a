/** Text as HTML: nothing that a proof has to tell can become markup of the page. */
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

export function text(value: string): string {
  return value.replace(/[&<>"']/g, (symbol) => ENTITIES[symbol] ?? symbol)
}
