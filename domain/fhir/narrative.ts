/** FHIR's narrative is XHTML; a note is plain text. */

const OPEN = '<div xmlns="http://www.w3.org/1999/xhtml">'
const CLOSE = '</div>'
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML cannot hold them, not even escaped
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

/** Text as a narrative; line breaks are kept. */
export function toXhtml(text: string): string {
  const escaped = text
    .replace(NOT_XML, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;')
    .replaceAll('\n', '<br/>')
  return OPEN + escaped + CLOSE
}

/** The text of a narrative, ours or anybody's: blocks and breaks become lines, all other markup goes. Never shown as HTML. */
export function fromXhtml(div: string): string {
  const inner = div.startsWith(OPEN) && div.endsWith(CLOSE) ? div.slice(OPEN.length, -CLOSE.length) : undefined
  if (inner !== undefined && !/<(?!br\/>)/.test(inner)) return unescaped(inner.replaceAll('<br/>', '\n'))
  return unescaped(
    div
      .replace(/\s+/g, ' ')
      .replace(/<(br|\/p|\/div|\/li|\/tr|\/h\d)\b[^<>]*>/gi, '\n')
      .replace(/<\/t[dh]\b[^<>]*>/gi, '\t')
      .replace(/<[^<>]*>/g, ''),
  )
    .replace(/ *\n */g, '\n')
    .trim()
}

function unescaped(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{1,8}));/gi, (whole, decimal, hex, name) => {
    if (name) return Object.hasOwn(ENTITIES, name) ? (ENTITIES[name] as string) : whole
    const point = decimal ? Number(decimal) : Number.parseInt(hex, 16)
    const valid = point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff)
    return valid ? String.fromCodePoint(point) : whole
  })
}
