/**
 * Imported before the SQLite binding. To find out which C library it runs on, the binding asks Node for a diagnostic
 * report, and a report lists the machine's network interfaces, for which it opens a socket. With sync off we open none,
 * not even one to the kernel.
 */
// Node's types do not have it yet.
const report = process.report as { excludeNetwork?: boolean } | undefined
if (report) report.excludeNetwork = true
