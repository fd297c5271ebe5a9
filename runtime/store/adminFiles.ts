/** Where the command line finds the admin API of the node that uses a data folder; apart, so that it need not load LMDB. */
import { join } from "node:path";

export function adminFiles(folder: string): { token: string; url: string } {
  return { token: join(folder, "admin.token"), url: join(folder, "admin.url") };
}
