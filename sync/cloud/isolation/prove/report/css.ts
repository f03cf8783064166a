/** How the report looks: on a screen, and on A4. Verdicts are told in words as well as in color. */
export const CSS = `
@page {
  size: A4;
  margin: 18mm 15mm 20mm;
  @bottom-left { content: 'Alcove: isolation of facilities'; font: 8pt system-ui, sans-serif; color: #5b6670; }
  @bottom-right { content: counter(page) ' / ' counter(pages); font: 8pt system-ui, sans-serif; color: #5b6670; }
}
* { box-sizing: border-box; }
html { font: 15px/1.5 system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; color: #1c2126; background: #fff; }
body { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 1rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 0.5rem; }
p { margin: 0.5rem 0 1rem; max-width: 46rem; }
.product { font-weight: 600; color: #4a5560; margin: 0; letter-spacing: 0.02em; }
.verdict { font-size: 1.1rem; padding: 0.9rem 1.1rem; border-left: 5px solid; max-width: none; }
.verdict.good { border-color: #1d7a46; background: #edf7f1; }
.verdict.bad { border-color: #b3261e; background: #fcefee; }
table { width: 100%; border-collapse: collapse; margin: 0.75rem 0 1.5rem; font-size: 0.87rem; }
thead { display: table-header-group; }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.6rem; border-bottom: 1px solid #dde2e7; overflow-wrap: anywhere; }
thead th { border-bottom: 2px solid #8a96a3; font-weight: 600; overflow-wrap: normal; white-space: nowrap; }
tbody th { font-weight: 600; }
tr { break-inside: avoid; }
small { display: block; font-size: 0.8em; font-weight: 400; color: #5b6670; }
td.good { color: #17613a; }
td.bad { color: #b3261e; font-weight: 600; }
.barriers td { white-space: nowrap; }
td.good { white-space: nowrap; }
.law th { min-width: 8.5rem; overflow-wrap: normal; }
.facts th { width: 18rem; font-weight: 400; color: #4a5560; }
.facts td { font-variant-numeric: tabular-nums; }
#wrong { border: 1px solid #b3261e; padding: 0.25rem 1.25rem; }
dt { font-weight: 600; margin-top: 0.9rem; break-after: avoid; }
dd { margin: 0.15rem 0 0; max-width: 46rem; }
code { font: 0.9em ui-monospace, 'SF Mono', Consolas, monospace; }
a { color: inherit; }
nav ol { margin: 0.5rem 0 1rem; padding-left: 1.5rem; columns: 2; column-gap: 3.5rem; }
nav li { break-inside: avoid; padding: 0.1rem 0; }
p code, li code { overflow-wrap: anywhere; }
h2 { break-after: avoid; }
@media print {
  html { font-size: 9.5pt; }
  body { max-width: none; padding: 0; }
  td.good, td.bad, .verdict { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`
