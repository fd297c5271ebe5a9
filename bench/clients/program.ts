/** The program of a client process. */
import { serve } from "../process/child.ts";
import type { ClientMethods } from "./contract.ts";
import { count, counted } from "./counters.ts";
import { joinAll, keep, release } from "./crowds.ts";
import { burst, fingerprints, firstEchoes, visit, welcomes } from "./joins.ts";
import { lodge, moveOut } from "./lodger.ts";
import { lateness, listen } from "./metronome.ts";
import { flood, roundTrips, steady } from "./traffic.ts";

serve<ClientMethods>({
  hold: (request) => joinAll(request, "learned", (player) => keep(request.label, [player])),
  release: ({ label }) => release(label),
  steady,
  roundTrips,
  flood,
  firstEchoes,
  burst,
  visit,
  welcomes,
  fingerprints,
  listen,
  lateness,
  count,
  counted,
  lodge,
  moveOut,
});
