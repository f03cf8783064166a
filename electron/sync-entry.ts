/** The sync worker's own process. Started only when an admin has turned sync on; see sync/worker/process.ts. */
import '../sync/worker/process.ts'
