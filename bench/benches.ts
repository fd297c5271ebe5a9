/** All benches, in the order in which `all` runs them. */
import type { Bench } from "./bench.ts";
import { call } from "./suite/call.ts";
import { codec } from "./suite/codec.ts";
import { coldstart } from "./suite/coldstart.ts";
import { density } from "./suite/density.ts";
import { echo } from "./suite/echo.ts";
import { hibernate } from "./suite/hibernate.ts";
import { http } from "./suite/http.ts";
import { image } from "./suite/image.ts";
import { journal } from "./suite/journal.ts";
import { metering } from "./suite/metering.ts";
import { noisy } from "./suite/noisy.ts";
import { recover } from "./suite/recover.ts";
import { replay } from "./suite/replay.ts";
import { scaleout } from "./suite/scaleout.ts";
import { snapshot } from "./suite/snapshot.ts";
import { ticks } from "./suite/ticks.ts";
import { update } from "./suite/update.ts";
import { wake } from "./suite/wake.ts";

export const BENCHES: readonly Bench[] = [
  echo,
  scaleout,
  coldstart,
  density,
  ticks,
  noisy,
  http,
  call,
  image,
  metering,
  codec,
  snapshot,
  journal,
  recover,
  update,
  wake,
  hibernate,
  replay,
];
